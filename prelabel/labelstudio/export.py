"""Label Studio's export as a JSON file: tasks with what people annotated. Its other formats are not read."""

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

#: What Label Studio puts before the name of an uploaded file.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{8}-")
_LONGEST_NAME = 255

Task = Mapping[str, Any]
Annotation = Mapping[str, Any]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class ExportedPage:
    """One annotated task. `page`: its words, as `readback.read` gives them; None where nothing was drawn.

    `files`: where a copy of the image may lie below a folder, the likeliest first.
    """

    task_id: int
    files: tuple[str, ...]
    page: Page | None


def read_export(file: Path) -> tuple[ExportedPage, ...]:
    """Every task that somebody annotated, by its `final_annotation`.

    Raises SettingError, with the file's name, where it is no such export.
    """
    return _each(file, _page)


def read_corrections(file: Path) -> tuple[AnnotatedPage, ...]:
    """The same tasks with labels, entities and links, as training wants them; those without a region are left out."""
    return _each(file, _corrected)


def _each(file: Path, read: Callable[[Task, Annotation], _Read | None]) -> tuple[_Read, ...]:
    """What `read` makes of every annotated task, None left out."""
    try:
        tasks = json.loads(file.read_text("utf-8"), parse_constant=_refuse)
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} cannot be read as JSON ({error}): export the project again as JSON") from None
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and "data" in t for t in tasks):
        raise SettingError(f"{file} is no export of Label Studio in the format JSON: export the project as JSON")
    found = tuple(page for task in tasks if (page := _one(file, task, read)) is not None)
    if not found:
        raise SettingError(
            f"{file}: none of its {len(tasks)} tasks has an annotation; annotate pages, then export again"
        )
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _one(file: Path, task: Task, read: Callable[[Task, Annotation], _Read | None]) -> _Read | None:
    try:
        annotation = final_annotation(task.get("annotations") or [])
        return None if annotation is None else read(task, annotation)
    except (PrelabelError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(
            f"{file}: task {task.get('id')} cannot be understood ({type(error).__name__}: {error}); mend or remove it"
        ) from None


def _page(task: Task, annotation: Annotation) -> ExportedPage:
    page = read_annotation(annotation) if annotation.get("result") else None
    return ExportedPage(int(task["id"]), tuple(_files(task)), page)


def _corrected(task: Task, annotation: Annotation) -> AnnotatedPage | None:
    if not annotation.get("result"):
        return None
    return AnnotatedPage(next(_files(task), f"task {task['id']}"), read_labelled(annotation))


def final_annotation(annotations: Sequence[Annotation]) -> Annotation | None:
    """The one that counts of a page's: the ground truth, else the one that was submitted last; None where all were
    cancelled (skipped)."""
    done = [(_submitted(each), number) for number, each in enumerate(annotations) if not each.get("was_cancelled")]
    return annotations[max(done)[1]] if done else None


def _submitted(annotation: Annotation) -> tuple[bool, str]:
    """What is greater counts. Times are of one form (ISO, UTC), so they sort as texts."""
    return bool(annotation.get("ground_truth")), str(annotation.get("updated_at") or "")


def _files(task: Mapping[str, Any]) -> Iterator[str]:
    """Ends of the references in the task's data, from the whole path to the bare name."""
    for value in task["data"].values():
        if isinstance(value, str):
            parts = [part for part in _path(value).split("/") if part not in {"", ".", ".."}]
            if parts and len(parts[-1]) <= _LONGEST_NAME:
                yield from ("/".join(parts[i:]) for i in range(len(parts)))
                yield _UPLOAD_PREFIX.sub("", parts[-1])


def image_name(reference: str) -> str:
    """The last part of a reference, without what Label Studio puts before the name of an uploaded file."""
    return _UPLOAD_PREFIX.sub("", _path(reference).rpartition("/")[2])


def _path(reference: str) -> str:
    """The path of an address; of Label Studio's local files the one that it asks for."""
    try:
        url = urlsplit(reference)
    except ValueError:
        return reference
    return parse_qs(url.query).get("d", [unquote(url.path)])[0]
