"""Second pages of documents in a project: the same page of the same document twice; removed where nobody has worked.

Label Studio stores an import twice that it gets twice, also late. The page with the lowest task id stays, or the one
that holds work of people or of others; a page with such work is never removed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_import import (
    DocumentPage,
    delete_page,
    page_use,
    pages_of_document,
    pages_with_documents,
)
from prelabel.labelstudio.projects import Project, get_project
from prelabel.ledger.locks import HeldLock
from prelabel.project.version import is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: Pages that a search through a project remembers at a time, 100 bytes each. In larger projects the documents are
#: searched in sixteen parts, by the first digit of their ids.
_REMEMBERED = 500_000
_DIGITS = "0123456789abcdef"


def keep_one_page(
    workplace: Workplace, project_id: int, found: Iterable[DocumentPage], *, check: Callable[[], None]
) -> list[DocumentPage]:
    """Remove needless pages; return one task for each page of a document. The ledger learns which one stays.

    `check` is called before each removal; it raises when another process may do the same.
    """
    kept = []
    for same in _by_number(found):
        stay, needless = sort_copies(workplace.client, same)
        for page in needless:
            check()
            log.warning("project=%s document=%s: removing the second page %s", project_id, page.document, page.task_id)
            delete_page(workplace.client, page.task_id)
        kept += stay[:1]
        if len(same) > 1:
            record_pages(workplace, project_id, stay[:1])
    return kept


def recheck_documents(workplace: Workplace, project_id: int, documents: Iterable[str]) -> None:
    """Look whether a project holds pages of documents twice, and remove the needless ones; one listing a document.

    Raises ServiceUnavailable, ProjectNotFound, LabellingConfigError.
    """
    image_key = LabellingConfig.parse(get_project(workplace.client, project_id).labelling_xml, None).image_key
    for document in documents:
        with _turn(workplace, project_id) as held:  # of its own, because an import may wait for its turn
            found = pages_of_document(workplace.client, project_id, image_key, document)
            keep_one_page(workplace, project_id, found, check=held.check)


def count_second_pages(workplace: Workplace, project: Project, *, repair: bool) -> tuple[int, int]:
    """Count a project's needless pages of documents; with `repair`, remove them. Raises ServiceUnavailable.

    The second number is that of the pages with several tasks that all stay.
    """
    needless = kept = 0
    for same in second_pages(workplace.client, project):
        stay, removable = sort_copies(workplace.client, same)
        needless, kept = needless + len(removable), kept + (len(stay) > 1)
        if removable and repair:
            with _turn(workplace, project.id) as held:
                keep_one_page(workplace, project.id, same, check=held.check)
    return needless, kept


def record_pages(workplace: Workplace, project_id: int, pages: Sequence[DocumentPage]) -> None:
    """Tell the ledger which task is which page of a document."""
    for done in (True, False):
        tasks = {(page.document, page.number): page.task_id for page in pages if page.predicted == done}
        workplace.ledger.documents.imported(project_id, tasks, done=done)


def sort_copies(client: LabelStudio, same: Sequence[DocumentPage]) -> tuple[list[DocumentPage], list[DocumentPage]]:
    """Sort the tasks of one page into those that stay and those that are needless; a call for each task of several.

    Tasks that were deleted meanwhile are left out.
    """
    if len(same) == 1:
        return list(same), []
    use = {page: page_use(client, page.task_id, is_ours) for page in sorted(same, key=lambda page: page.task_id)}
    stay, unused = ([page for page, found in use.items() if found == kind] for kind in ("used", "none"))
    return stay or unused[:1], unused if stay else unused[1:]


def second_pages(client: LabelStudio, project: Project) -> Iterator[list[DocumentPage]]:
    """Yield the tasks of each page of a document that a project holds more than once; lazy.

    A listing of the pages of documents, and one of each document with such pages: 3 s for 1,000 pages with predictions,
    one call where the project has no documents. Memory is bounded. Raises LabellingConfigError.
    """
    image_key = LabellingConfig.parse(project.labelling_xml, None).image_key
    for begin in _DIGITS if project.page_count > _REMEMBERED else [f"[{_DIGITS}]"]:
        seen, doubled = set[int](), set[str]()
        for page in pages_with_documents(client, project.id, image_key, begin):
            mark = hash((page.document, page.number))
            if mark in seen:
                doubled.add(page.document)
            seen.add(mark)
        del seen
        for document in sorted(doubled):
            held = pages_of_document(client, project.id, image_key, document)
            yield from (same for same in _by_number(held) if len(same) > 1)


@contextmanager
def _turn(workplace: Workplace, project_id: int) -> Iterator[HeldLock]:
    with workplace.ledger.locks.hold(f"import:{project_id}", wait_s=workplace.settings.http_timeout) as held:
        if held is None:
            raise ServiceUnavailable(f"pages are imported into project {project_id}; try again")
        yield held


def _by_number(found: Iterable[DocumentPage]) -> list[list[DocumentPage]]:
    """Gather the tasks of each page."""
    pages: dict[tuple[str, int], list[DocumentPage]] = {}
    for page in found:
        pages.setdefault((page.document, page.number), []).append(page)
    return list(pages.values())
