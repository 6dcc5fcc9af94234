"""Views of documents and pages: the ledger's records as the API shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from prelabel.labelstudio.projects import page_address
from prelabel.ledger.documents import Document, DocumentPage, Failure
from prelabel.ledger.outages import Outage
from prelabel.settings import Settings
from services.uploader import schemas
from services.uploader.schemas import DocumentState

_ENDED = {"done", "skipped"}
#: States in which a page has no image yet.
_WITHOUT_IMAGE = {"waiting"}


def document_view(document: Document) -> schemas.Document:
    """Return the document as people see it: done when its pages have predictions, not when they are imported."""
    return schemas.Document(
        id=document.id,
        project=document.project_id,
        name=document.name,
        kind=document.kind,
        bytes=document.bytes,
        at=datetime.fromtimestamp(document.at, UTC),
        state=_state(document),
        pages=document.pages,
        counts=dict(document.counts),
        problem=_problem(document.failure),
    )


def _state(document: Document) -> DocumentState:
    if document.failure is not None:
        return "failed"
    if not document.pages:
        return "waiting"
    ended = sum(count for state, count in document.counts.items() if state in _ENDED)
    failed = document.counts.get("failed", 0)
    if ended + failed < document.pages:
        return "working"
    return "failed" if failed else "done"


def wait_view(outage: Outage) -> schemas.Wait:
    """Return a server that is away, without the message, which is for the people who run it."""
    return schemas.Wait(server=outage.server, code=outage.code, since=datetime.fromtimestamp(outage.since, UTC))


def page_view(page: DocumentPage, document: Document, settings: Settings) -> schemas.DocumentPage:
    """Return the page with the addresses of its images and of its task in Label Studio."""
    has_image = page.state not in _WITHOUT_IMAGE and not (page.state == "failed" and page.task_id is None)
    name = f"{document.id}-{page.number}{document.page_suffix}"
    return schemas.DocumentPage(
        number=page.number,
        state=page.state,
        task=page.task_id,
        link=page_address(settings, document.project_id, page.task_id) if page.task_id else None,
        image=f"files/{name}" if has_image else None,
        thumbnail=f"thumbnails/{name}" if has_image else None,
        problem=_problem(page.failure),
    )


def _problem(failure: Failure | None) -> schemas.Problem | None:
    if failure is None:
        return None
    return schemas.Problem(code=failure.code, message=failure.message, cure=failure.cure)
