"""The values that environment and `.env` give to the fields of settings, with the name and the place of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prelabel.environment.env_file import DEFAULT, EnvFile, read_env_file
from prelabel.environment.names import (
    ENV_FILE,
    PREFIX,
    accepted_names,
    all_names,
    as_known,
    misspelt,
    nearest,
    same_elsewhere,
    set_by_kubernetes,
    variable,
)
from prelabel.errors import SettingError

ENVIRONMENT = "the environment"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a setting: the variable's name and place ("the environment", ".env line 3") as people wrote them."""

    name: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Given:
    """All values by field, and the file that was read (None: there is none)."""

    values: Mapping[str, Value]
    file: EnvFile | None
    #: Values that are not used because another one wins: (unused, used).
    unused: tuple[tuple[Value, Value], ...]
    #: Names in the file that look like a setting, by a typing error or in other programs, with that setting.
    foreign: tuple[tuple[Value, str], ...]

    def hint(self, wanted: str) -> str:
        """Return words about a name in the file that may stand for the wanted variable; empty if there is none."""
        return next((f"{value.where} has {value.name}" for value, close in self.foreign if close == wanted), "")


def read_given(environment: Mapping[str, str], fields: Collection[str], *, files: bool = True) -> Given:
    """Read environment and `.env`; the environment wins, and in each of them the name with the prefix.

    `environment`: by name in any case, without empty values. `files`: False leaves `.env` out. Raises SettingError.
    """
    own = _from_environment(environment)
    file = _find_file(own.pop(ENV_FILE, None)) if files else None
    lines = _from_file(file)
    for source in (own, lines):
        _refuse_unknown(source, fields)
    values, unused = _chosen([own, lines], fields)
    given = Given(values, file, tuple(unused), tuple(_foreign(lines, fields)))
    _refuse_misspelt(given, fields)
    return given


def _from_environment(environment: Mapping[str, str]) -> dict[str, Value]:
    values = {name.upper(): _bare(text) for name, text in environment.items() if text is not None}
    return {
        name: Value(name, text, ENVIRONMENT)
        for name, text in values.items()
        if text and not set_by_kubernetes(name, text)
    }


def _bare(text: str) -> str:
    """Remove white space, and quotes around the whole value: `docker run --env-file` passes them on."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text


def _find_file(named: Value | None) -> EnvFile | None:
    return read_env_file(Path(named.text).expanduser() if named else Path(DEFAULT), named=named is not None)


def _from_file(file: EnvFile | None) -> dict[str, Value]:
    if file is None:
        return {}
    return {
        name: Value(line.name, line.value.strip(), f"{file.path} line {line.number}")
        for name, line in file.values().items()
    }


def _refuse_unknown(source: Mapping[str, Value], fields: Collection[str]) -> None:
    known = {*all_names(fields)}
    for name, value in source.items():
        if not name.startswith(PREFIX):
            continue
        if name == ENV_FILE:
            raise SettingError(f"{ENV_FILE} counts in the environment only: remove it in {value.where}")
        if name not in known:
            close = nearest(name, fields)
            hint = f"; the nearest one is {close}" if close else ""
            raise SettingError(f"{value.name} is not a setting{hint}; correct or remove it in {value.where}")


def _chosen(
    sources: list[dict[str, Value]], fields: Collection[str]
) -> tuple[dict[str, Value], list[tuple[Value, Value]]]:
    """Return the value that counts for each field, and the values with another text that it overrules."""
    chosen: dict[str, Value] = {}
    unused: list[tuple[Value, Value]] = []
    for field in fields:
        found = [source[name] for source in sources for name in accepted_names(field) if name in source]
        if found:
            chosen[field] = found[0]
            unused += [(other, found[0]) for other in found[1:] if other.text != found[0].text]
    return chosen, unused


def _foreign(lines: Mapping[str, Value], fields: Collection[str]) -> Iterator[tuple[Value, str]]:
    """Yield the names of the file that look like a setting, with that setting, if nothing else gives it."""
    for name, value in lines.items():
        if close := misspelt(name, fields) or same_elsewhere(name):
            yield value, close


def _refuse_misspelt(given: Given, fields: Collection[str]) -> None:
    """Refuse a file that misspells a variable of Label Studio or Redis, so that its default would be used.

    Other names that are close to a setting may belong to another program: `prelabel doctor` shows them.
    """
    names = {variable(field) for field in given.values}
    for value, close in given.foreign:
        if as_known(close) and close not in names and misspelt(value.name.upper(), fields):
            raise SettingError(f"{value.name} is not a setting; write {close} in {value.where}")
