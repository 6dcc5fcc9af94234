"""Label Studio's JSON export: a file of pages with their annotations. Other export formats are not read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PrelabelError, SettingError
from prelabel.labelstudio.page_from_regions import read_annotation, read_labelled
from prelabel.page import Page

#: The prefix that Label Studio puts before the name of an uploaded file.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{8}-")
_LONGEST_NAME = 255

Row = Mapping[str, Any]
Annotation = Mapping[str, Any]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class ExportedPage:
    """One annotated page. `page`: its words (`read_annotation`); None where nothing was drawn.

    `files`: possible paths of the image below a folder of copies, the likeliest first.
    """

    task_id: int
    files: tuple[str, ...]
    page: Page | None


def read_export(file: Path) -> tuple[ExportedPage, ...]:
    """Read every annotated page of an export, with its `final_annotation`.

    Raises SettingError, with the file's name, where the file is no such export.
    """
    return _each(file, _page)


def read_corrections(file: Path) -> tuple[AnnotatedPage, ...]:
    """Read the same pages with labels, entities and links, for training; pages without a region are left out."""
    return _each(file, _corrected)


def _each(file: Path, read: Callable[[Row, Annotation], _Read | None]) -> tuple[_Read, ...]:
    """Apply `read` to every annotated page, and leave out None."""
    try:
        rows = json.loads(file.read_text("utf-8"), parse_constant=_refuse)
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read as JSON ({error}): export the project again as JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "data" in row for row in rows):
        raise SettingError(f"{file} is no export of Label Studio in the format JSON: export the project as JSON")
    found = tuple(page for row in rows if (page := _one(file, row, read)) is not None)
    if not found:
        raise SettingError(
            f"{file}: none of its {len(rows)} pages has an annotation; annotate pages, then export again"
        )
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _one(file: Path, row: Row, read: Callable[[Row, Annotation], _Read | None]) -> _Read | None:
    try:
        annotation = final_annotation(row.get("annotations") or [])
        return None if annotation is None else read(row, annotation)
    except (PrelabelError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(
            f"{file}: page {row.get('id')} cannot be read ({type(error).__name__}: {error}); correct or remove it"
        ) from None


def _page(row: Row, annotation: Annotation) -> ExportedPage:
    page = read_annotation(annotation) if annotation.get("result") else None
    return ExportedPage(int(row["id"]), tuple(_files(row)), page)


def _corrected(row: Row, annotation: Annotation) -> AnnotatedPage | None:
    if not annotation.get("result"):
        return None
    return AnnotatedPage(next(_files(row), f"page {row['id']}"), read_labelled(annotation))


def final_annotation(annotations: Sequence[Annotation]) -> Annotation | None:
    """Return the annotation of a page that counts: the ground truth, else the one that was submitted last.

    None where all were cancelled (skipped).
    """
    done = [(_precedence(each), number) for number, each in enumerate(annotations) if not each.get("was_cancelled")]
    return annotations[max(done)[1]] if done else None


def _precedence(annotation: Annotation) -> tuple[bool, str]:
    """Return a key whose greatest value counts. All times have one form (ISO, UTC), so they sort as texts."""
    return bool(annotation.get("ground_truth")), str(annotation.get("updated_at") or "")


def _files(row: Row) -> Iterator[str]:
    """Yield the ends of the references in the page's data, from the whole path to the bare name."""
    for value in row["data"].values():
        if isinstance(value, str):
            parts = [part for part in _path(value).split("/") if part not in {"", ".", ".."}]
            if parts and len(parts[-1]) <= _LONGEST_NAME:
                yield from ("/".join(parts[i:]) for i in range(len(parts)))
                yield _UPLOAD_PREFIX.sub("", parts[-1])


def image_name(reference: str) -> str:
    """Return the last part of a reference, without Label Studio's prefix for uploaded files."""
    return _UPLOAD_PREFIX.sub("", _path(reference).rpartition("/")[2])


def _path(reference: str) -> str:
    """Return the path of an address; for Label Studio's local files, the path of the file (`?d=`)."""
    try:
        url = urlsplit(reference)
    except ValueError:
        return reference
    return parse_qs(url.query).get("d", [unquote(url.path)])[0]
