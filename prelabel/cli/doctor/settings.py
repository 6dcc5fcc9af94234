"""Check of the sources of settings: the file that was read, values that are not used, and names that look wrong."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.environment.given import ENVIRONMENT, Given
from prelabel.environment.names import variable
from prelabel.settings import given


def check_settings() -> Iterator[Check]:
    """Report the sources of settings; a source that cannot be read has ended the command before."""
    values = given()
    yield Check("settings", "ok", _sources(values))
    names = {variable(field) for field in values.values}
    for unused, used in values.unused:
        yield Check(
            "settings", "warning", f"{unused.name} in {unused.where} is not used: {used.name} in {used.where} wins"
        )
    for line, counts in values.file.repeated() if values.file else ():
        problem = f"{line.name} in {values.file.path} line {line.number} is not used" if values.file else ""
        yield Check("settings", "warning", f"{problem}: line {counts.number} sets it again; remove one of them")
    for value, close in values.foreign:
        if close not in names:
            yield Check("settings", "warning", f"{value.name} in {value.where} is not a setting; {close} is one")


def _sources(values: Given) -> str:
    here = sum(value.where == ENVIRONMENT for value in values.values.values())
    file = f"{values.file.path.absolute()} ({len(values.values) - here} settings)" if values.file else "no .env here"
    return f"{file}; {here} from the environment"
