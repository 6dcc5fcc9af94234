"""Second pages of documents in a project: the same page of the same document twice; removed where nobody has worked.

Label Studio stores an import twice that it gets twice, also late. The page with the lowest task id stays, or the one
that holds work of people or of others; a page with such work is never removed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from zlib import crc32

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_import import DocumentPage, delete_page, is_untouched, pages_after, pages_of_document
from prelabel.labelstudio.projects import get_project
from prelabel.project.version import is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: Pages that a search through a whole project remembers at a time, 100 bytes each.
_REMEMBERED = 500_000


def keep_one_page(
    workplace: Workplace, project_id: int, found: Iterable[DocumentPage], *, check: Callable[[], None]
) -> list[DocumentPage]:
    """Remove needless pages; return one task for each page of a document. The ledger learns which one stays.

    `check` is called before each removal; it raises when another process may do the same.
    """
    kept = []
    for same in _by_number(found):
        needless = needless_pages(workplace.client, same)
        for page in needless:
            check()
            log.warning("project=%s document=%s: removing the second page %s", project_id, page.document, page.task_id)
            delete_page(workplace.client, page.task_id)
        kept.append(min((page for page in same if page not in needless), key=lambda page: page.task_id))
        if len(same) > 1:
            record_pages(workplace, project_id, kept[-1:])
    return kept


def recheck_documents(workplace: Workplace, project_id: int, documents: Iterable[str]) -> None:
    """Look whether a project holds pages of documents twice, and remove the needless ones; one listing a document.

    Raises ServiceUnavailable, ProjectNotFound, LabellingConfigError.
    """
    with workplace.ledger.locks.hold(f"import:{project_id}", wait_s=workplace.settings.http_timeout) as held:
        if held is None:
            raise ServiceUnavailable(f"pages are imported into project {project_id}")
        image_key = LabellingConfig.parse(get_project(workplace.client, project_id).labelling_xml, None).image_key
        for document in documents:
            found = pages_of_document(workplace.client, project_id, image_key, document)
            keep_one_page(workplace, project_id, found, check=held.check)


def record_pages(workplace: Workplace, project_id: int, pages: Sequence[DocumentPage]) -> None:
    """Tell the ledger which task is which page of a document."""
    for done in (True, False):
        tasks = {(page.document, page.number): page.task_id for page in pages if page.predicted == done}
        workplace.ledger.documents.imported(project_id, tasks, done=done)


def needless_pages(client: LabelStudio, same: Sequence[DocumentPage]) -> list[DocumentPage]:
    """Return those of the tasks of one page that repeat another one and that hold no work; a call for each task."""
    if len(same) == 1:
        return []
    untouched = [page for page in same if is_untouched(client, page.task_id, is_ours)]
    if len(untouched) == len(same):
        untouched.remove(min(untouched, key=lambda page: page.task_id))
    return untouched


def second_pages(client: LabelStudio, project_id: int, image_key: str, pages: int) -> Iterator[list[DocumentPage]]:
    """Yield the tasks of each page of a document that a project holds more than once; lazy.

    One listing of the project, or several for more than half a million pages, so that memory stays bounded. `pages`:
    the number of the project's pages, about.
    """
    slices = 1 + pages // _REMEMBERED
    for part in range(slices):
        seen, doubled = set[int](), set[str]()
        for page in pages_after(client, project_id, image_key, 0):
            if crc32(page.document.encode()) % slices != part:
                continue
            mark = hash((page.document, page.number))
            if mark in seen:
                doubled.add(page.document)
            seen.add(mark)
        del seen
        for document in sorted(doubled):
            held = pages_of_document(client, project_id, image_key, document)
            yield from (same for same in _by_number(held) if len(same) > 1)


def _by_number(found: Iterable[DocumentPage]) -> list[list[DocumentPage]]:
    """Gather the tasks of each page."""
    pages: dict[tuple[str, int], list[DocumentPage]] = {}
    for page in found:
        pages.setdefault((page.document, page.number), []).append(page)
    return list(pages.values())
