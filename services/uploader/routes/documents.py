"""Endpoints about documents: list, show, retry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from prelabel.api.documents import retry_documents
from services.uploader import schemas
from services.uploader.documents import MAX_DOCUMENTS, document_details, find_document, retry_failed
from services.uploader.resources import SharedResources

_MAX_PAGES = 1000
#: The disk of this machine on which files arrive, among the servers that are waited for.
SPOOL = "spool"

router = APIRouter(prefix="/documents", tags=["documents"])


@router.get("", summary="List a project's documents, newest first")
def documents(
    resources: SharedResources,
    project: schemas.ProjectId,
    limit: Annotated[int, Query(ge=1, le=MAX_DOCUMENTS)] = 100,
    since: Annotated[str, Query(max_length=64, description="`revision` of an earlier answer")] = "",
) -> schemas.Documents:
    """Return documents; with `since`, only those that changed. One request a second costs little."""
    found = resources.snapshots.documents(project, limit=limit, since=since)
    if refusal := resources.incoming_files.refusal():
        found.waits = [*found.waits, schemas.Wait(server=SPOOL, code=refusal.code, since=None)]
    return found


@router.get("/{document}", summary="Show one document and its pages")
def details(
    resources: SharedResources,
    document: str,
    project: Annotated[int | None, Query(ge=1, description="Required where several projects have the document")] = None,
    first: Annotated[int, Query(ge=1, le=10**6)] = 1,
    limit: Annotated[int, Query(ge=1, le=_MAX_PAGES)] = 100,
) -> schemas.DocumentDetails:
    """Return pages in portions of `limit`, and up to 100 failed pages from the whole document."""
    records = resources.ledger.documents
    found = find_document(records, document, project)
    return document_details(records, resources.settings, found, first=first, limit=limit)


@router.post("/retry", summary="Retry everything that failed in a project's documents")
def retry_all(resources: SharedResources, wanted: schemas.RetryAll) -> schemas.Retried:
    """Retry documents that could not be opened, and pages that failed in any stage."""
    pages = retry_failed(resources.ledger.documents, resources.settings, wanted.project)
    return schemas.Retried(pages=pages)


@router.post("/{document}/retry", summary="Retry what failed of a document")
def retry(resources: SharedResources, document: str, wanted: schemas.Retry) -> schemas.Retried:
    """Retry one page, or everything that failed of the document."""
    find_document(resources.ledger.documents, document, wanted.project)
    numbers = [wanted.page] if wanted.page else []
    return schemas.Retried(pages=retry_documents(wanted.project, [document], numbers, settings=resources.settings))
