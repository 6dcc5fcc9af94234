"""The file `.env`: encodings, line ends and lines. Whatever is wrong becomes one line with file and line number.

Messages show names only, never a value: any value may be a secret.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from prelabel.errors import SettingError

DEFAULT = ".env"
#: Larger files are something else.
_LARGEST = 2**20
#: The longest mark comes first: UTF-16's is the beginning of UTF-32's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"[^\W\d][\w.-]*", re.ASCII)
_SAVE = "save the file as UTF-8"


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment; `number` counts from 1."""

    name: str
    value: str
    number: int


@dataclass(frozen=True, slots=True)
class EnvFile:
    """An existing file; `path` as it was named. `lines`: in the file's order, the last of a name counts."""

    path: Path
    lines: tuple[Line, ...]

    def values(self) -> dict[str, Line]:
        """Return the line that counts, by name in capitals, of names with a value."""
        return {line.name.upper(): line for line in self.lines if line.value.strip()}

    def repeated(self) -> list[tuple[Line, Line]]:
        """Return the lines whose name comes again with another value, each with the one that counts."""
        last = {line.name.upper(): line for line in self.lines}
        pairs = [(line, last[line.name.upper()]) for line in self.lines]
        return [(line, counts) for line, counts in pairs if line.value != counts.value]


def read_env_file(path: Path, *, named: bool) -> EnvFile | None:
    """Read a file; None if it does not exist and nobody has `named` it. Raises SettingError."""
    if not named and not _is_there(path):
        return None
    return EnvFile(path, tuple(_lines(path, _decoded(path, _bytes(path, named)))))


def _is_there(path: Path) -> bool:
    """Return whether there is a file, readable or not. Many people name a folder with Python packages `.env`."""
    try:
        return path.is_symlink() or (path.exists() and not (path.is_dir() and (path / "pyvenv.cfg").exists()))
    except OSError:  # the folder cannot be searched; opening the file says why
        return True


def _bytes(path: Path, named: bool) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except IsADirectoryError:
        raise SettingError(f"{path} is a folder: settings are read from a file; rename or remove the folder") from None
    except FileNotFoundError:
        cure = "correct the name" if named else "it is a link to a missing file: make that file, or remove the link"
        raise SettingError(f"{path} does not exist: {cure}") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingError(f"{path} cannot be read ({reason}): let the user of this process read it") from None
    if len(data) > _LARGEST:
        raise SettingError(f"{path} is larger than {_LARGEST >> 20} MB: it is no file of settings")
    return data


def _decoded(path: Path, data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in data[:4]:
        raise SettingError(f"{path} is UTF-16 without a byte order mark: {_SAVE}")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        number = _line_number(data[: error.start].decode("latin-1")) if encoding.startswith("utf-8") else 0
        where = f"{path} line {number}" if number else str(path)
        raise SettingError(f"{where} is not {encoding.removesuffix('-sig').upper()}: {_SAVE}") from None
    if "\0" in text:
        raise SettingError(f"{path} line {_line_number(text.partition(chr(0))[0])} holds a NUL character: remove it")
    return text


def _line_number(before: str) -> int:
    return len(_LINE_END.findall(before)) + 1


def _lines(path: Path, text: str) -> Iterator[Line]:
    text = _LINE_END.sub("\n", text)
    values = list(_interpolated(text))
    for binding in parse_stream(StringIO(text)):
        blank = binding.original.string[: len(binding.original.string) - len(binding.original.string.lstrip())]
        number = binding.original.line + blank.count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            raise SettingError(f"{path} line {number} {_fault(binding)}")
        if binding.key is not None:
            if not _NAME.fullmatch(binding.key):
                raise SettingError(f"{path} line {number}: the name before = must be of letters, digits and _")
            yield Line(binding.key, values.pop(0), number)


def _interpolated(text: str) -> Iterator[str]:
    """Yield the values of all lines in their order, with ${NAME} replaced as python-dotenv does."""
    kept: list[Binding] = [b for b in parse_stream(StringIO(text)) if b.key is not None and b.value is not None]
    for end in range(1, len(kept) + 1):
        if "${" not in (kept[end - 1].value or ""):
            yield kept[end - 1].value or ""
            continue
        before = "\n".join(binding.original.string for binding in kept[:end])
        yield dotenv_values(stream=StringIO(before)).get(kept[end - 1].key or "") or ""


def _fault(binding: Binding) -> str:
    """Say what is wrong with a line, without its text."""
    line = binding.original.string.strip()
    quote = line.partition("=")[2].strip()[:1]
    if quote in {"'", '"'}:
        return f"has a {quote} that is not closed, or text after the closing one: put the whole value into quotes"
    return "is not NAME=value: correct it, or begin it with # to make it a comment"
