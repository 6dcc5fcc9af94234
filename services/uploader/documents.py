"""Documents for the API: looked up by id, shown with their pages, and retried after a failure."""

from __future__ import annotations

from prelabel.api.documents import retry_documents
from prelabel.errors import DocumentNotFound
from prelabel.ledger.documents import Document, DocumentPage, DocumentRecords
from prelabel.settings import Settings
from services.uploader import schemas
from services.uploader.error_answers import Refused
from services.uploader.views import document_view, page_view

#: Documents that are read from the ledger at a time.
MAX_DOCUMENTS = 1000
#: Failed pages of a document that an answer lists.
_MAX_FAILED = 100


def find_document(records: DocumentRecords, document: str, project_id: int | None) -> Document:
    """Return a document; its id is enough where only one project has it. Raises DocumentNotFound, Refused."""
    projects = records.projects_of(document) if project_id is None else [project_id]
    if len(projects) > 1:
        raise Refused(409, "several_projects", "several projects have this document", "name one: ?project=ID")
    found = records.find(projects[0], document) if projects else None
    if found is None:
        raise DocumentNotFound("there is no document with this id, or it was done long ago")
    return found


def document_details(
    records: DocumentRecords, settings: Settings, document: Document, *, first: int, limit: int
) -> schemas.DocumentDetails:
    """Return a document with its pages `first` to `first + limit - 1` and with its failed pages."""
    pages = _pages(records, document, first, limit)
    return schemas.DocumentDetails(
        **document_view(document).model_dump(),
        page_list=[page_view(page, document, settings) for page in pages],
        failed=[page_view(page, document, settings) for page in _failed_pages(records, document, pages)],
    )


def retry_failed(records: DocumentRecords, settings: Settings, project_id: int) -> int:
    """Retry all failed documents and pages of a project; return their number."""
    failed, skip = list[str](), 0
    while documents := records.newest(project_id, skip=skip, limit=MAX_DOCUMENTS):
        failed += [each.id for each in documents if each.failure or each.counts.get("failed")]
        skip += MAX_DOCUMENTS
    return retry_documents(project_id, failed, settings=settings)


def _failed_pages(records: DocumentRecords, document: Document, pages: list[DocumentPage]) -> list[DocumentPage]:
    """Return the failed pages of the whole document; `pages`: those that are already read."""
    if not document.counts.get("failed"):
        return []
    all_pages = pages if len(pages) == document.pages else _pages(records, document, 1, document.pages)
    return [page for page in all_pages if page.state == "failed"][:_MAX_FAILED]


def _pages(records: DocumentRecords, document: Document, first: int, limit: int) -> list[DocumentPage]:
    return records.pages(document.project_id, [document.id], first=first, limit=limit)[document.id]
