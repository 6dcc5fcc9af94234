"""New folders of data, written completely or not at all, and names of files that stay inside them."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from prelabel.bucket.atomic_files import storage_full_errors
from prelabel.errors import SettingError

#: Characters that no program takes for a separator.
_ODD = re.compile(r"[^\w.-]+")
#: File systems allow 255 bytes; suffixes and numbers need room.
_LONGEST_BYTES = 120


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder beside `folder` to write into; it becomes `folder` at the end, or vanishes after an error.

    A killed process leaves the hidden folder, `.NAME.….partial`, which no reader takes for data. Raises SettingError
    where `folder` holds something already or cannot be made, StorageFull where no space is left.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link stays a link
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise taken(folder)
    partial = folder.parent / f".{folder.name}.{uuid4().hex[:12]}.partial"
    try:
        with storage_full_errors(str(folder)), _refusals(folder):
            partial.mkdir(parents=True)
            yield partial
            os.sync()
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def taken(folder: Path) -> SettingError:
    """Return the error for a place that holds something already."""
    return SettingError(f"{folder} is there already: name a new folder, or remove this one")


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Tell in one line why the system refuses a folder."""
    try:
        yield
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        if isinstance(error, FileExistsError) or folder.exists():
            raise taken(folder) from None
        raise SettingError(f"{folder} cannot be written ({error.strerror}): name a folder that can") from None


class FileNames:
    """Names of files for pages: one each, safe in any folder, and alike for alike pages."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def stem(self, name: str) -> str:
        """Return the stem of the files of a page of this name; a name that was given before gets a number."""
        plain = _ODD.sub("_", unicodedata.normalize("NFC", name)).lstrip(".-") or "page"
        plain = plain.encode()[:_LONGEST_BYTES].decode(errors="ignore")
        made, number = plain, 1
        while made.casefold() in self._taken:
            number += 1
            made = f"{plain}-{number}"
        self._taken.add(made.casefold())
        return made


def split_name(split: str) -> str:
    """Return the name of a split as a part of file names. Raises SettingError for a name that cannot be one."""
    if split and not re.fullmatch(r"\w[\w.-]{0,63}", split):
        raise SettingError(f"{split!r} cannot be the name of a split: write letters and digits, such as train")
    return split


def one_line(text: str) -> str:
    """Return the text in one line without control characters, for formats with one line for each text."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text).split())


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    """Return JSON in UTF-8; halves of characters, which UTF-8 cannot hold, become question marks."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "replace")
