"""Endpoint that takes in a file: as a form, or by its key in the bucket."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from prelabel.api.spelling import warn_of_spelling
from prelabel.intake.accept import Accepted
from services.uploader import schemas
from services.uploader.error_answers import Refused
from services.uploader.resources import Resources, SharedResources
from services.uploader.upload_form import FILE, UploadForm
from services.uploader.views import document_view

log = logging.getLogger(__name__)

#: Time between two looks for workers that use another address of Label Studio than the uploader.
_LOOK_S = 60.0

_FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["project", FILE],
    "properties": {
        "project": {"type": "integer", "examples": [6]},
        "name": {"type": "string", "description": "Replaces the file's own name"},
        FILE: {"type": "string", "format": "binary", "description": "The last part"},
    },
}
#: FastAPI cannot derive the body's schema, because `add` reads the body itself.
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM_SCHEMA},
            "application/json": {"schema": schemas.FromBucket.model_json_schema()},
        },
    }
}

router = APIRouter()


@router.post(
    "/documents", status_code=201, openapi_extra=_BODY, tags=["documents"], summary="Add a document to a project"
)
async def add(resources: SharedResources, request: Request, response: Response) -> schemas.AddedDocument:
    """Send a form (`project`, then `file`), or the key of a file in the bucket. 201: new; 200: known before.

    The answer comes when the file is stored safely. Its pages follow automatically.
    """
    accepted = await (_from_bucket if _is_json(request) else _from_form)(resources, request)
    if accepted.added != "new":
        response.status_code = 200
    _log(accepted)
    await run_in_threadpool(warn_of_spelling, resources.settings, every_s=_LOOK_S)
    return schemas.AddedDocument(**document_view(accepted.document).model_dump(), added=accepted.added)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "multipart/form-data"}:
        message = f"a body of type {kind[:80] or 'none'} is not accepted"
        raise Refused(415, "form", message, "send a form, or JSON; see /docs")
    return kind == "application/json"


async def _from_form(resources: Resources, request: Request) -> Accepted:
    form = await UploadForm.open(request)
    project_id = _project(form)
    await run_in_threadpool(resources.projects.require, project_id)
    form.file_name = form.fields.get("name") or form.file_name
    return await resources.incoming_files.from_form(form, project_id)


async def _from_bucket(resources: Resources, request: Request) -> Accepted:
    try:
        wanted = schemas.FromBucket.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None
    await run_in_threadpool(resources.projects.require, wanted.project)
    return await resources.incoming_files.from_bucket(wanted.key, wanted.name, wanted.project)


def _project(form: UploadForm) -> int:
    given = form.fields.get("project", "")
    try:
        return TypeAdapter(schemas.ProjectId).validate_python(int(given))
    except ValueError:
        cure = f"put the project's id into a part `project` before the part `{FILE}`"
        raise Refused(422, "request", f"project: {given[:40]!r} is not a project id", cure) from None


def _log(accepted: Accepted) -> None:
    document = accepted.document
    values = (document.project_id, document.id, accepted.added, document.bytes)
    log.info("project=%s document=%s added=%s bytes=%s", *values)
