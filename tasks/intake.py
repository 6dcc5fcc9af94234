"""Documents into pages (queue cpu), pages into Label Studio (queue control), and what was lost on the way (beat).

Opening a document and rendering a page are pieces of work of their own, each alone in its process. Who ends one sends
the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.exceptions import Ignore, TimeLimitExceeded

from prelabel.api.documents import OPEN_TASK, RENDER_TASK, dispatch
from prelabel.errors import ClaimLost, PrelabelError, RenderFailed
from prelabel.intake.import_pages import import_rendered
from prelabel.intake.memory_limit import memory_limit
from prelabel.intake.raw_files import raw_file
from prelabel.ledger.documents import Document
from prelabel.ledger.pieces import Piece
from prelabel.ledger.workers import died_here
from tasks.app import TIME_LIMIT_GRACE_S, app
from tasks.attempt import AttemptTask, attempt, settle
from tasks.resources import Resources, resources
from tasks.select import select
from tasks.stage import log
from tasks.sync import sync

#: Pages that are rendered within this time are imported, or synced, together.
_GATHER_S = 1.0
#: What the puts of killed processes have left behind is looked for so often.
_TIDY_S = 3600.0

Work = Callable[[Resources, Piece, Document], None]


class PieceTask(AttemptTask):
    """Base of `open_document` and `render_page`. Retries are counted with the piece."""

    abstract = True

    def on_failure(self, exc: Exception, task_id: str, args: list[Any], kwargs: dict[str, Any], einfo: object) -> None:
        """The pool killed the process that worked on this piece, because it hung in native code."""
        if isinstance(exc, TimeLimitExceeded):
            here = resources()
            here.ledger.pieces.hung(Piece(*args), _took_too_long(here))
            dispatch(here.ledger, here.settings)


@app.task(name=OPEN_TASK, bind=True, base=PieceTask)
def open_document(self: PieceTask, project_id: int, document: str, number: int, token: str) -> None:
    """Count a document's pages; then they may be rendered."""
    _run(self, Piece(project_id, document, number, token), _open)


@app.task(name=RENDER_TASK, bind=True, base=PieceTask)
def render_page(self: PieceTask, project_id: int, document: str, number: int, token: str) -> None:
    """Put the image of one page, and its own words, into the bucket."""
    _run(self, Piece(project_id, document, number, token), _render)


@app.task(name="prelabel.import_pages")
def import_pages(project_id: int) -> None:
    """Import what is rendered, where no storage brings it, and select it; never twice at the same time."""
    here = resources()
    try:
        with here.ledger.lock(f"import:{project_id}") as held:
            count = import_rendered(here.client, here.ledger, here.bucket, here.settings, project_id) if held else 0
            if held:
                here.ledger.register.set_trouble(project_id, None)
    except PrelabelError as error:  # the sweep comes again
        log.warning("stage=import project=%s reason=%s: %s", project_id, error.code, error)
        here.ledger.register.set_trouble(project_id, error)
        return
    if count:
        log.info("stage=import project=%s pages=%s done", project_id, count)
        select.apply_async(args=(project_id,), expires=here.settings.select_interval)


@app.task(name="prelabel.sweep_documents")
def sweep_documents() -> None:
    """Take up what was lost, send what waits, import what is rendered, remove what is no longer needed."""
    here = resources()
    if lost := here.ledger.pieces.recover():
        log.warning("stage=intake: %s pieces of work lost their worker and start again", lost)
    dispatch(here.ledger, here.settings)
    for project_id in here.ledger.register.projects():
        if here.ledger.register.rendered(project_id, 1):
            import_pages.apply_async(args=(project_id,), expires=here.settings.select_interval)
    _remove_raw_files(here)
    if here.ledger.first("tidy", within_s=_TIDY_S):
        for prefix in (here.keys.raw, here.keys.pages, here.keys.words):
            here.bucket.tidy(prefix)


def _run(task: PieceTask, piece: Piece, work: Work) -> None:
    here, started = resources(), time.monotonic()
    where = f"stage=intake project={piece.project_id} document={piece.document} page={piece.number}"
    failed_before = _begin(here, piece, where)
    try:
        error = attempt(
            lambda: _work(here, piece, work),
            where,
            too_long=lambda: _took_too_long(here),
            out_of_memory=lambda: RenderFailed(f"it took more than {here.settings.render_mb} MB (RENDER_MB)"),
        )
    except ClaimLost:
        raise Ignore from None
    if error is None:
        log.info("%s attempt=%s seconds=%.2f done", where, failed_before + 1, time.monotonic() - started)
        dispatch(here.ledger, here.settings)
        return
    settle(
        task,
        here.settings,
        error,
        where,
        failed_before=failed_before,
        budget=here.settings.render_retries,
        pause=lambda lease_s: here.ledger.pieces.pause(piece, lease_s=lease_s),
        fail=lambda _: _fail(here, piece, error),
    )


def _begin(here: Resources, piece: Piece, where: str) -> int:
    """Take the piece into hand; how often it has failed. Raises Ignore when it is somebody else's."""
    lease_s = here.settings.render_time_limit + 2 * TIME_LIMIT_GRACE_S  # by then its process has ended
    try:
        begun = here.ledger.pieces.begin(piece, here.owner, lease_s=lease_s)
        if begun == "busy" and died_here(owner := here.ledger.pieces.owner(piece)):
            begun = here.ledger.pieces.begin(piece, here.owner, lease_s=lease_s, dead_owner=owner)
    except ClaimLost:
        log.info("%s: stale, ended", where)
        dispatch(here.ledger, here.settings)  # it may just have been convicted
        raise Ignore from None
    if begun == "busy":
        raise Ignore
    return begun


def _work(here: Resources, piece: Piece, work: Work) -> None:
    document = here.ledger.register.document(piece.project_id, piece.document)
    if document is None:
        raise ClaimLost(f"document {piece.document} is not known any more")
    with memory_limit(here.settings.render_mb):
        work(here, piece, document)


def _open(here: Resources, piece: Piece, document: Document) -> None:
    from prelabel.intake.convert import count_pages, page_suffix

    pages = count_pages(_raw_file(here, document), document.kind, here.settings)
    here.ledger.pieces.opened(piece, pages, page_suffix(document.kind))


def _render(here: Resources, piece: Piece, document: Document) -> None:
    from prelabel.intake.convert import content_type, convert

    key = here.keys.page_key(document.id, piece.number, document.page_suffix)
    there = here.bucket.size(key) is not None  # before its process died, or since the file was given an earlier time
    if there:
        here.ledger.register.ask_for_look(piece.project_id, document.id)
    else:
        page = convert(_raw_file(here, document), document.kind, piece.number, here.settings)
        if page.words is not None:  # before the image, which may be read as soon as it is there
            here.bucket.put(here.keys.words_key(document.id, piece.number), page.words, "application/json")
        here.bucket.put(key, page.image, content_type(document.kind))
    synced = bool(here.settings.storage_title)
    here.ledger.pieces.rendered(piece, importing=not synced)
    for task, wanted in ((sync, synced), (import_pages, there or not synced)):
        if wanted and here.ledger.first(f"{task.name}:{document.project_id}", within_s=_GATHER_S):
            task.apply_async(args=(document.project_id,), countdown=_GATHER_S)


def _raw_file(here: Resources, document: Document) -> Path:
    return raw_file(here.bucket, here.keys.raw_key(document.id, document.suffix), here.settings)


def _fail(here: Resources, piece: Piece, error: PrelabelError) -> None:
    here.ledger.pieces.fail(piece, error)
    dispatch(here.ledger, here.settings)


def _took_too_long(here: Resources) -> PrelabelError:
    return RenderFailed(f"it took longer than {here.settings.render_time_limit:g} s (RENDER_TIME_LIMIT)")


def _remove_raw_files(here: Resources) -> None:
    """Of documents whose pages are all in Label Studio; under the lock under which `accept` stores one."""
    for document, suffix in here.ledger.register.done_raw():
        with here.ledger.lock(f"raw:{document}") as held:
            if not held:
                continue
            if here.settings.remove_raw and not here.ledger.register.in_use(document):
                here.bucket.delete(here.keys.raw_key(document, suffix))
            here.ledger.register.forget_raw(document, suffix)
