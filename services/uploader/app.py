"""Application factory of the uploader: joins routers, error handlers, static files and access control."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Security
from fastapi.security import APIKeyHeader
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from prelabel.intake.spool import tidy_spool
from prelabel.settings import Settings
from services.uploader import schemas
from services.uploader.access import AccessMiddleware
from services.uploader.error_answers import add_error_handlers
from services.uploader.resources import Resources
from services.uploader.routes import documents, page_images, service, session, upload, web_page, webhooks

_DESCRIPTION = (
    "Add PDFs and images to projects of Label Studio, and follow the state of their pages. "
    "Programs send the key of PRELABEL_UPLOADER_API_KEY as `X-API-Key` or as a bearer token."
)
_ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": schemas.Problem, "description": "Refused: the body holds the reason and the cure"},
    "5XX": {"model": schemas.Problem, "description": "Not available now: the body holds the reason and the cure"},
}


def create_app(settings: Settings) -> ASGIApp:
    """Return the whole service. Raises SettingError. Connections are opened with the first request that needs them."""
    resources = Resources.from_settings(settings)
    app = FastAPI(
        title="prelabel uploader",
        version=version("prelabel"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        # Only describes the key in /docs; AccessMiddleware checks it.
        dependencies=[Security(APIKeyHeader(name="X-API-Key", auto_error=False))],
        responses=_ERRORS,
    )
    app.state.resources = resources
    add_error_handlers(app)
    for subject in (upload, documents, service, session, page_images, web_page, webhooks):
        app.include_router(subject.router)
    web_page.mount_static_files(app)
    return AccessMiddleware(app, resources.sessions, resources.key_guesses)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    resources: Resources = app.state.resources
    await run_in_threadpool(tidy_spool, resources.settings)
    yield
    await resources.close()
