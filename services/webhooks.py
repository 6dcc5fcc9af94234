"""What Label Studio tells us: `POST /webhooks/label-studio?project=N`, a router that the uploader mounts.

An event is a hint to select a project's pages sooner than beat would; many within a few seconds are one hint.
"""

from __future__ import annotations

import hmac
import json
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.webhooks import ACTIONS, HEADER, PATH, TASKS_CREATED
from prelabel.ledger.ledger import Ledger
from prelabel.queues.sending import send_select
from prelabel.settings import Settings

#: Ours have 30 bytes; one that somebody made by hand carries the pages, too.
_MAX_BYTES = 2**20
#: New pages come many at a time.
_SETTLE_S = 2.0


def router(settings: Settings, ledger: Ledger) -> APIRouter:
    """The endpoint for one server's events; closed (403) as long as WEBHOOK_SECRET is not set."""
    secret = settings.webhook_secret.get_secret_value().encode()
    made = APIRouter()

    @made.post(PATH, status_code=204, response_class=Response, include_in_schema=False)
    async def hear(request: Request, project: Annotated[int, Query(ge=1, le=2**31)]) -> None:
        """An event of Label Studio."""
        if not secret:
            raise HTTPException(403, "WEBHOOK_SECRET is not set")
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode("latin-1"), secret):
            raise HTTPException(401, f"{HEADER} is missing or wrong")
        action = _action(await _body(request))
        if action not in ACTIONS:
            return  # of a webhook that somebody made for all events
        try:
            await run_in_threadpool(hint, settings, ledger, project, action)
        except ServiceUnavailable as error:
            raise HTTPException(503, str(error)) from None

    return made


def hint(settings: Settings, ledger: Ledger, project_id: int, action: str) -> None:
    """Let the project be selected from: soon after new pages, within SELECT_INTERVAL after annotations.

    Those may free a page for being read again (REUSE_PREDICTIONS). The selection begins when no other event of the kind
    counts as this one any more, so it sees what all of them tell of.
    """
    settle_s = _SETTLE_S if action == TASKS_CREATED else settings.select_interval
    kind = "tasks" if action == TASKS_CREATED else "annotations"
    if ledger.first(f"hint:{kind}:{project_id}", within_s=settle_s):
        send_select(settings, project_id, after_s=settle_s)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MAX_BYTES:
            raise HTTPException(413, "an event of Label Studio is smaller than that; register it without payload")
    return bytes(body)


def _action(body: bytes) -> str:
    try:
        return str(json.loads(body)["action"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise HTTPException(400, "no event of Label Studio") from None
