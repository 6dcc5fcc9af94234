"""Endpoint for events of Label Studio: `POST /webhooks/label-studio?project=N`.

An event starts the selection of a project's pages earlier than beat would. Many events in a short time start one
selection. An event is not lost with this process: the ledger knows of it, and beat selects.
"""

from __future__ import annotations

import hmac
import logging
import threading
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from prelabel.errors import PrelabelError, ServiceUnavailable
from prelabel.labelstudio.webhooks import ACTIONS, HEADER, PATH, TASKS_CREATED, event_action
from prelabel.ledger.ledger import Ledger
from prelabel.project.send_once import send_once
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from services.uploader.door.addresses import client_address
from services.uploader.resources import Resources, SharedResources

#: Events of a webhook that prelabel registered have 30 bytes; those of one made by hand hold the pages, too.
_MAX_BYTES = 2**20
#: New pages arrive many at a time: the selection waits this long for more.
_SETTLE_S = 2.0

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.post(PATH, status_code=204, response_class=Response)
async def receive_event(
    resources: SharedResources, request: Request, project: Annotated[int, Query(ge=1, le=2**31)]
) -> None:
    """Receive an event; forbidden (403) where PRELABEL_WEBHOOK_SECRET is not set."""
    await _require_secret(resources, request)
    action = _action(await _body(request))
    if action not in ACTIONS:
        return  # from a webhook that was made by hand for all events
    try:
        await run_in_threadpool(request_selection, resources.settings, resources.ledger, project, action)
    except ServiceUnavailable as error:
        raise HTTPException(503, str(error)) from None


def request_selection(settings: Settings, ledger: Ledger, project_id: int, action: str) -> None:
    """Request one selection: soon after new pages, within PRELABEL_SELECT_INTERVAL after annotations.

    An annotation may allow prelabel to read a page again (PRELABEL_REUSE_PREDICTIONS). The selection starts when the
    time has passed in which further events of the same kind count as this one, so it covers all of them.
    """
    settle_s = _SETTLE_S if action == TASKS_CREATED else settings.select_interval
    kind = "tasks" if action == TASKS_CREATED else "annotations"
    ledger.care.ask(project_id)
    if ledger.locks.first(f"hint:{kind}:{project_id}", within_s=settle_s):
        timer = threading.Timer(settle_s, _send, (settings, ledger, project_id))
        timer.daemon = True
        timer.start()


def _send(settings: Settings, ledger: Ledger, project_id: int) -> None:
    try:
        send_once(ledger, settings, TaskName.SELECT, project_id)
    except PrelabelError as error:
        log.warning("webhook project=%s: beat will select, because no message can be sent: %s", project_id, error)


async def _require_secret(resources: Resources, request: Request) -> None:
    secret = resources.settings.webhook_secret.get_secret_value().encode()
    if not secret:
        raise HTTPException(403, "PRELABEL_WEBHOOK_SECRET is not set")
    given = request.headers.get(HEADER, "").encode("latin-1")
    if not await resources.webhook_guesses.judge(client_address(request), lambda: hmac.compare_digest(given, secret)):
        raise HTTPException(401, f"{HEADER} is missing or wrong")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MAX_BYTES:
            raise HTTPException(413, "the event is too large for one of Label Studio; register it without payload")
    return bytes(body)


def _action(body: bytes) -> str:
    try:
        return event_action(body)
    except ValueError:
        raise HTTPException(400, "this is not an event of Label Studio") from None
