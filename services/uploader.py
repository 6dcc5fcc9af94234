"""The uploader: a page where people give documents, and an API for programs. `python -m services.uploader`.

One process. Whatever blocks (Redis, the bucket, Label Studio, the disk) is done in threads. Files are opened here only
for small pictures of pages, and a worker has opened those before.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.security import APIKeyHeader
from fastapi.staticfiles import StaticFiles
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from prelabel.api.documents import retry_documents
from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import DocumentNotFound
from prelabel.intake.accept import Accepted
from prelabel.intake.spool import tidy_spool
from prelabel.ledger import documents as register
from prelabel.ledger.ledger import Ledger
from prelabel.redaction import RedactingFormatter, secrets_of
from prelabel.settings import Settings, get_settings
from services import problems, schemas, webhooks
from services.board import Board
from services.forms import FILE, Form
from services.gate import COOKIE, DOCS_POLICY, SESSION_S, Gate, Sessions
from services.intake import Intake
from services.pictures import CONTENT_TYPES, Pictures, served
from services.problems import Refused
from services.projects import KnownProjects
from services.serving import serve
from services.showing import shown, shown_page

log = logging.getLogger(__name__)

_WEB = Path(str(resources.files("services"))) / "web"
#: FastAPI's own page of the API would load Swagger UI from elsewhere.
_SWAGGER = Path(str(resources.files("fastapi_offline"))) / "static"
_MAX_DOCUMENTS, _MAX_PAGES, _MAX_FAILED = 1000, 1000, 100
_HEALTH_FRESH_S = 5.0

_REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": schemas.Problem, "description": "Refused: the body says why, and what to do"},
    "5XX": {"model": schemas.Problem, "description": "Not now: the body says why, and what to do"},
}
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["project", FILE],
                    "properties": {
                        "project": {"type": "integer", "examples": [6]},
                        "name": {"type": "string", "description": "In place of the file's own name"},
                        FILE: {"type": "string", "format": "binary", "description": "The last part"},
                    },
                }
            },
            "application/json": {"schema": schemas.FromBucket.model_json_schema()},
        },
    }
}


class Uploader:
    """What the endpoints share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        key = settings.uploader_api_key.get_secret_value()
        self.sessions = Sessions(key) if key else None
        self.ledger = Ledger.from_settings(settings)
        self.bucket = open_bucket(settings)
        self.keys = Keys.from_settings(settings)
        self.board = Board(self.ledger.register)
        self.pictures = Pictures(self.bucket, self.keys)
        self.projects = KnownProjects(settings)
        self.intake = Intake(self.ledger, self.bucket, settings)
        self._healthy_at = float("-inf")
        self._health_lock = threading.Lock()

    def require_health(self) -> None:
        """Raises what Redis or the bucket raise; asked of them every few seconds at most."""
        with self._health_lock:
            if time.monotonic() - self._healthy_at > _HEALTH_FRESH_S:
                self.ledger.now()
                self.bucket.size(self.keys.page_key("0" * 16, 1))
                self._healthy_at = time.monotonic()

    def document(self, document: str, project_id: int | None) -> register.Document:
        """The document, by its id alone where only one project has it. Raises DocumentNotFound, Refused."""
        projects = self.ledger.register.projects_of(document) if project_id is None else [project_id]
        if len(projects) > 1:
            raise Refused(409, "several_projects", "several projects have this document", "say which: ?project=ID")
        found = self.ledger.register.document(projects[0], document) if projects else None
        if found is None:
            raise DocumentNotFound("there is no document of this id, or it was done long ago")
        return found

    def details(self, document: str, project_id: int | None, first: int, limit: int) -> schemas.DocumentDetails:
        """A document and its pages `first` to `first + limit - 1`."""
        found = self.document(document, project_id)
        pages = self._pages(found, first, limit)
        failed: list[register.DocumentPage] = []
        if found.counts.get("failed"):
            everything = pages if len(pages) == found.pages else self._pages(found, 1, found.pages)
            failed = [page for page in everything if page.state == "failed"][:_MAX_FAILED]
        return schemas.DocumentDetails(
            **shown(found).model_dump(),
            page_list=[shown_page(page, found, self.settings) for page in pages],
            failed=[shown_page(page, found, self.settings) for page in failed],
        )

    def _pages(self, document: register.Document, first: int, limit: int) -> list[register.DocumentPage]:
        found = self.ledger.register.pages(document.project_id, [document.id], first=first, limit=limit)
        return found[document.id]

    def retry(self, document: str, project_id: int, page: int | None) -> int:
        """Try again what failed of a document; how many pages (or documents: 1) that is. Raises DocumentNotFound."""
        self.document(document, project_id)
        return retry_documents(project_id, [document], [page] if page else [], settings=self.settings)

    def retry_all(self, project_id: int) -> int:
        """The same for all documents of a project."""
        failed, skip = list[str](), 0
        while documents := self.ledger.register.documents(project_id, skip=skip, limit=_MAX_DOCUMENTS):
            failed += [each.id for each in documents if each.failure or each.counts.get("failed")]
            skip += _MAX_DOCUMENTS
        return retry_documents(project_id, failed, settings=self.settings)


def create_app(settings: Settings) -> ASGIApp:
    """The whole service. Raises SettingError; Redis, the bucket and Label Studio are asked when they are needed."""
    here = Uploader(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(tidy_spool, settings)
        yield
        await here.intake.close()
        here.projects.close()

    app = FastAPI(
        title="prelabel uploader",
        version=version("prelabel"),
        description="Give PDFs and images to projects of Label Studio, and follow their pages. Programs send the key "
        "of UPLOADER_API_KEY as `X-API-Key` or as a bearer token.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Security(APIKeyHeader(name="X-API-Key", auto_error=False))],  # told in /docs, judged by the gate
        responses=_REFUSALS,
    )
    problems.install(app)
    _documents(app, here)
    _people(app, here)
    _pictures(app, here)
    app.include_router(webhooks.router(settings, here.ledger))
    app.mount("/web/swagger", StaticFiles(directory=_SWAGGER))
    app.mount("/web", StaticFiles(directory=_WEB))
    return Gate(app, here.sessions)


def _documents(app: FastAPI, here: Uploader) -> None:
    """What programs ask for, and the page for people, too."""

    @app.post(
        "/documents",
        status_code=201,
        openapi_extra=_UPLOAD_BODY,
        tags=["documents"],
        summary="Give a file for a project",
    )
    async def add(request: Request, response: Response) -> schemas.AddedDocument:
        """As a form (`project`, then `file`), or by its key in the bucket. 201: it is new; 200: it was here before.

        The answer comes once the file is stored safely. Its pages follow by themselves.
        """
        accepted = await (_from_bucket if _is_json(request) else _from_form)(here, request)
        if accepted.added != "new":
            response.status_code = 200
        document = accepted.document
        log.info(
            "project=%s document=%s added=%s bytes=%s",
            *(document.project_id, document.id, accepted.added, document.bytes),
        )
        return schemas.AddedDocument(**shown(document).model_dump(), added=accepted.added)

    @app.get("/documents", tags=["documents"], summary="A project's documents, newest first")
    def documents(
        project: schemas.ProjectId,
        limit: Annotated[int, Query(ge=1, le=_MAX_DOCUMENTS)] = 100,
        since: Annotated[str, Query(max_length=64, description="`revision` of an earlier answer")] = "",
    ) -> schemas.Documents:
        """With `since`, only what has changed. Ask as often as once a second: it costs little."""
        return here.board.documents(project, limit=limit, since=since)

    @app.get("/documents/{document}", tags=["documents"], summary="One document and its pages")
    def details(
        document: str,
        project: Annotated[int | None, Query(ge=1, description="Needed where several projects have it")] = None,
        first: Annotated[int, Query(ge=1, le=10**6)] = 1,
        limit: Annotated[int, Query(ge=1, le=_MAX_PAGES)] = 100,
    ) -> schemas.DocumentDetails:
        """Pages by portions; what failed comes whole."""
        return here.details(document, project, first, limit)

    @app.post("/documents/retry", tags=["documents"], summary="Try again all that failed in a project's documents")
    def retry_all(wanted: schemas.RetryAll) -> schemas.Retried:
        """Documents that could not be opened, and pages that failed on their way, in whatever stage."""
        return schemas.Retried(pages=here.retry_all(wanted.project))

    @app.post("/documents/{document}/retry", tags=["documents"], summary="Try again what failed of a document")
    def retry(document: str, wanted: schemas.Retry) -> schemas.Retried:
        """All of it, or one page."""
        return schemas.Retried(pages=here.retry(document, wanted.project, wanted.page))

    @app.get("/projects", tags=["projects"], summary="Projects that documents may be given for")
    def projects() -> schemas.Projects:
        """By id."""
        return schemas.Projects(projects=here.projects.all())

    @app.get("/about", tags=["service"], summary="Version and limits")
    def about() -> schemas.About:
        """What a file may have."""
        limits = schemas.Limits(max_bytes=here.settings.max_document_bytes, max_pages=here.settings.max_document_pages)
        return schemas.About(version=app.version, limits=limits)

    @app.get("/health", tags=["service"], summary="Does it answer, and do Redis and the bucket?")
    def health() -> schemas.Health:
        """Open to all."""
        here.require_health()
        return schemas.Health(status="ok")


def _people(app: FastAPI, here: Uploader) -> None:
    """The page, signing in, and the page of the API."""

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_WEB / "index.html")

    @app.get("/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(_WEB / "docs.html", headers={"Content-Security-Policy": DOCS_POLICY})

    @app.get("/session", include_in_schema=False)
    def session(request: Request) -> schemas.Session:
        sessions = here.sessions
        signed_in = sessions is None or sessions.good(request.cookies.get(COOKIE, ""))
        return schemas.Session(key_needed=sessions is not None, signed_in=signed_in)

    @app.post("/session", status_code=204, include_in_schema=False)
    def sign_in(shown_key: schemas.Key, request: Request, response: Response) -> None:
        if here.sessions is None:
            return
        if not here.sessions.fits(shown_key.key):
            raise Refused(
                401, "wrong_key", "this is not the key of the uploader", "enter the value of UPLOADER_API_KEY"
            )
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, here.sessions.make(), max_age=SESSION_S, secure=secure, httponly=True, samesite="strict"
        )

    @app.delete("/session", status_code=204, include_in_schema=False)
    def sign_out(response: Response) -> None:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _pictures(app: FastAPI, here: Uploader) -> None:
    """Pages' images, for Label Studio and for people."""

    @app.api_route("/files/{name}", methods=["GET", "HEAD"], include_in_schema=False)
    def file(name: str, request: Request) -> Response:
        data = here.pictures.image(name)
        return served(request, data, CONTENT_TYPES[Path(name).suffix], public=True)

    @app.get("/thumbnails/{name}", include_in_schema=False)
    def thumbnail(name: str, request: Request) -> Response:
        return served(request, here.pictures.thumbnail(name), "image/jpeg", public=False)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "multipart/form-data"}:
        raise Refused(
            415, "form", f"a body of the kind {kind[:80] or 'none'} is not taken", "send a form, or JSON; see /docs"
        )
    return kind == "application/json"


async def _from_form(here: Uploader, request: Request) -> Accepted:
    form = await Form.of(request)
    project_id = _project(form)
    await run_in_threadpool(here.projects.require, project_id)
    form.file_name = form.fields.get("name") or form.file_name
    return await here.intake.from_form(form, project_id)


async def _from_bucket(here: Uploader, request: Request) -> Accepted:
    try:
        wanted = schemas.FromBucket.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None
    await run_in_threadpool(here.projects.require, wanted.project)
    return await here.intake.from_bucket(wanted.key, wanted.name, wanted.project)


def _project(form: Form) -> int:
    given = form.fields.get("project", "")
    try:
        return TypeAdapter(schemas.ProjectId).validate_python(int(given))
    except ValueError:
        cure = f"put the project's id into a part `project` before the part `{FILE}`"
        raise Refused(422, "request", f"project: {given[:40]!r} is no project's id", cure) from None


def main() -> None:
    """Serve by the settings."""
    settings = get_settings()
    handler = logging.StreamHandler()
    plain = logging.Formatter("[%(asctime)s: %(levelname)s] %(name)s: %(message)s")
    handler.setFormatter(RedactingFormatter(plain, secrets_of(settings)))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if not settings.uploader_api_key.get_secret_value():
        log.warning(
            "UPLOADER_API_KEY is not set: only this machine is let in, at http://localhost:%s", settings.uploader_port
        )
    serve(create_app(settings), settings.uploader_host, settings.uploader_port)


if __name__ == "__main__":
    main()
