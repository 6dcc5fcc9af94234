"""Data of the pages of a project: reading by task id, and replacement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import PAGE_SIZE, Filter, list_all, list_pages, page_filter

Data = Mapping[str, Any]


def origin_data(document: str, number: int, *, name: str = "", pages: int = 0) -> dict[str, Any]:
    """Return the data by which a page says where it comes from: document, its name, page number, number of pages.

    Name and number of pages are left out where the document is unknown (`name` is empty).
    """
    known = {"document_name": name, "pages": pages} if name else {}
    return {"document": document, **known, "page": number}


def all_page_data(client: LabelStudio, project_id: int) -> Iterator[tuple[int, Data]]:
    """Yield (task id, data) of every page, lowest id first; lazy. 2.8 s for 1,000 pages with predictions.

    Repeats a call while the server is unavailable, as the two functions below do.
    """
    return _matching(client, project_id, [])


def page_data_by_id(client: LabelStudio, project_id: int, task_id: int) -> Iterator[tuple[int, Data]]:
    """Yield (task id, data) of one page; nothing where the project has no such page."""
    return _matching(client, project_id, [page_filter("id", "equal", "Number", task_id)])


def document_page_data(
    client: LabelStudio, project_id: int, image_key: str, document: str
) -> Iterator[tuple[int, Data]]:
    """Yield (task id, data) of the pages that may belong to a document, by their data or by the name of their image.

    Both filters also find pages of longer document ids.
    """
    by_data = page_filter("data.document", "contains", "String", document)
    by_image = page_filter(f"data.{image_key}", "contains", "String", f"{document}-")
    found = {task_id: data for each in (by_data, by_image) for task_id, data in _matching(client, project_id, [each])}
    yield from sorted(found.items())


def next_page_data(client: LabelStudio, project_id: int, after_id: int) -> list[tuple[int, dict[str, Any]]]:
    """Return (task id, data) of the pages after `after_id`, at most `PAGE_SIZE`; 16 ms of CPU where there is none."""
    newer = page_filter("id", "greater", "Number", after_id)
    rows = list_pages(client, project_id, [newer], include="id,data", page_size=PAGE_SIZE)["tasks"]
    return [(int(row["id"]), row.get("data") or {}) for row in rows]


def replace_page_data(client: LabelStudio, project_id: int, task_id: int, data: Data) -> None:
    """Replace a page's data as a whole: 55 ms of CPU. A page that was deleted is no error. Raises RequestRefused."""
    client.patch(f"/api/tasks/{task_id}/", params={"project": project_id}, json={"data": dict(data)}, accept=(404,))


def _matching(client: LabelStudio, project_id: int, filters: Sequence[Filter]) -> Iterator[tuple[int, Data]]:
    for row in list_all(client, project_id, filters, include="id,data", patient=True):
        yield int(row["id"]), row.get("data") or {}
