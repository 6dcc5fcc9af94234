"""Names of settings in messages: the option of a command where it was given, else the setting's variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from prelabel.environment.names import variable

#: Field -> option, of the command that runs.
_options: ContextVar[Mapping[str, str]] = ContextVar("options", default={})  # noqa: B039  (nothing changes it)


@contextmanager
def given_as_options(options: Mapping[str, str]) -> Iterator[None]:
    """Let messages name these options. `options`: field -> option, such as languages -> --language."""
    before = _options.set(options)
    try:
        yield
    finally:
        _options.reset(before)


def shown_name(field: str) -> str:
    """Return the name by which a person gives this setting here: `--language`, or PRELABEL_LANGUAGES."""
    return _options.get().get(field, variable(field))


def shown_value(field: str, value: str) -> str:
    """Return the setting as a person gives it here: `--ocr easyocr`, or PRELABEL_OCR=easyocr."""
    option = _options.get().get(field)
    return f"{option} {value}" if option else f"{variable(field)}={value}"
