"""Web pages and their static files: the page for people, and the description of the API."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from services.uploader.security_headers import DOCS_POLICY

_WEB = Path(str(resources.files("services.uploader"))) / "web"
#: FastAPI's own page about the API loads Swagger UI from another host.
_SWAGGER = Path(str(resources.files("fastapi_offline"))) / "static"

router = APIRouter(include_in_schema=False)


@router.get("/")
def page() -> FileResponse:
    """Return the page for people."""
    return FileResponse(_WEB / "index.html")


@router.get("/docs")
def docs() -> FileResponse:
    """Return the page about the API."""
    return FileResponse(_WEB / "docs.html", headers={"Content-Security-Policy": DOCS_POLICY})


def mount_static_files(app: FastAPI) -> None:
    """Serve the files that the pages load."""
    app.mount("/web/swagger", StaticFiles(directory=_SWAGGER))
    app.mount("/web", StaticFiles(directory=_WEB))
