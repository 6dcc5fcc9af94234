"""Label Studio's JSON export: a file of pages with their annotations. Other export formats are not read."""

from __future__ import annotations

import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PrelabelError, SettingError
from prelabel.labelstudio.regions.counting import final_annotation, has_newer_draft
from prelabel.labelstudio.regions.missing import FindMissing
from prelabel.labelstudio.regions.reading import read_labelled, read_words
from prelabel.labelstudio.regions.told import NotUsed, Told, told_line
from prelabel.page import Page

log = logging.getLogger(__name__)

#: The prefix that Label Studio puts before the name of an uploaded file.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{8}-")
_LONGEST_NAME = 255
#: Longer values are no references: they hold the image itself (data:), or a text.
_LONGEST_REFERENCE = 4_096

Row = Mapping[str, Any]
Annotation = Mapping[str, Any]
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Export(Generic[_Kept]):
    """The annotated pages of a file, and the counts of what was not used."""

    pages: tuple[_Kept, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class ExportedPage:
    """One annotated page. `page`: its words (`read_words`); None where nothing was drawn.

    `files`: possible paths of the image below a folder of copies, the likeliest first.
    """

    task_id: int
    files: tuple[str, ...]
    page: Page | None


def read_export(file: Path, missing: FindMissing | None = None) -> Export[ExportedPage]:
    """Read every annotated page of an export, with its `final_annotation`. `missing`: finds the pages' own text.

    Pages that cannot be read are logged and counted. Raises SettingError, with the file's name, where the file is no
    such export, or has no page that can be read.
    """

    def exported(row: Row, annotation: Annotation) -> tuple[ExportedPage, Told]:
        read = read_words(annotation, missing=missing(row, annotation) if missing else None)
        page = read.page if read.page.width_px else None
        return ExportedPage(int(row["id"]), tuple(image_files(row)), page), read.told

    return _each(file, exported)


def read_corrections(file: Path, missing: FindMissing | None = None) -> Export[AnnotatedPage]:
    """Read the same pages with labels, entities and links, for training; pages without a region are left out."""

    def corrected(row: Row, annotation: Annotation) -> tuple[AnnotatedPage | None, Told]:
        read = read_labelled(annotation, missing=missing(row, annotation) if missing else None)
        name = next(image_files(row), f"page {row['id']}")
        return AnnotatedPage(name, read.page) if read.page.width_px else None, read.told

    return _each(file, corrected)


def _each(file: Path, read: Callable[[Row, Annotation], tuple[_Kept | None, Told]]) -> Export[_Kept]:
    """Apply `read` to every annotated page, and leave out None."""
    rows = list(_rows(file))
    pages: list[_Kept] = []
    told, annotated, problem = Told(), 0, ""
    for row in rows:
        try:
            annotations = row.get("annotations") or []
            told[NotUsed.DRAFT] += has_newer_draft(row.get("drafts") or [], annotations)
            annotation = final_annotation(annotations)
            if annotation is None:
                continue
            annotated += 1
            page, not_used = read(row, annotation)
        except (PrelabelError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error) if isinstance(error, PrelabelError) else f"{type(error).__name__}: {error}"
            problem = problem or f"page {row.get('id')} cannot be read ({reason})"
            log.warning("%s: page %s cannot be read and is left out: %s", file, row.get("id"), reason)
            told[NotUsed.PAGE] += 1
        else:
            told += not_used
            pages += [] if page is None else [page]
    if problem and not pages:
        raise SettingError(f"{file}: {problem}; correct or remove it")
    if not annotated:
        raise SettingError(
            f"{file}: none of its {len(rows)} pages has an annotation; annotate pages, then export again"
        )
    if told := +told:
        log.warning("%s: not used: %s", file, told_line(told))
    return Export(tuple(pages), told)


def _rows(file: Path) -> Iterator[Row]:
    """Yield the pages of a JSON file in any UTF encoding, or of those in a zip archive. Raises SettingError."""
    try:
        for text in _texts(file):
            rows = json.loads(text, parse_constant=_refuse)
            if not isinstance(rows, list) or not all(isinstance(row, dict) and "data" in row for row in rows):
                raise SettingError(
                    f"{file} is no export of Label Studio in the format JSON: export the project as JSON"
                )
            yield from rows
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise SettingError(f"{file} cannot be read as JSON ({error}): export the project again as JSON") from None


def _texts(file: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(file):
        yield file.read_bytes()
        return
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".json") and "__MACOSX/" not in name]
        if not names:
            raise SettingError(f"{file} holds no JSON file: export the project as JSON")
        yield from map(archive.read, names)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def image_files(row: Row) -> Iterator[str]:
    """Yield the ends of the references in the page's data, from the whole path to the bare name."""
    for value in references(row["data"].values()):
        parts = [part for part in reference_path(value).split("/") if part not in {"", ".", ".."}]
        if parts and len(parts[-1]) <= _LONGEST_NAME:
            yield from ("/".join(parts[i:]) for i in range(len(parts)))
            yield _UPLOAD_PREFIX.sub("", parts[-1])


def references(values: Iterable[object]) -> Iterator[str]:
    """Yield the texts of a page's data that may name a file, also nested ones."""
    for value in values:
        if isinstance(value, str):
            if len(value) <= _LONGEST_REFERENCE and not _holds_bytes(value):
                yield value
        elif isinstance(value, Mapping):
            yield from references(value.values())
        elif isinstance(value, list):
            yield from references(value)


def _holds_bytes(reference: str) -> bool:
    """Return whether an address holds the image itself."""
    return reference[:5].lower() == "data:"


def image_name(reference: str) -> str:
    """Return the last part of a reference, without Label Studio's prefix for uploaded files; empty for a data: URI."""
    return "" if _holds_bytes(reference) else _UPLOAD_PREFIX.sub("", reference_path(reference).rpartition("/")[2])


def reference_path(reference: str) -> str:
    """Return the path of an address; for Label Studio's local files, the path of the file (`?d=`)."""
    try:
        url = urlsplit(reference)
    except ValueError:
        return reference
    return parse_qs(url.query).get("d", [unquote(url.path)])[0]
