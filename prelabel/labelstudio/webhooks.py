"""Webhooks of a project: Label Studio tells the uploader's `/webhooks/label-studio` that pages or annotations changed.

Label Studio waits 1 s for the answer, inside the request that caused the event, and never retries: webhooks are a
hint and do not replace polling.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from prelabel.errors import RequestRefused
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.storages import Connected, refused_by_ssrf

PATH = "/webhooks/label-studio"
#: The header that carries PRELABEL_WEBHOOK_SECRET.
HEADER = "X-Prelabel-Secret"

TASKS_CREATED = "TASKS_CREATED"
#: Events that the uploader accepts: new pages, and people's work on pages.
ACTIONS = (
    TASKS_CREATED,
    "ANNOTATION_CREATED",
    "ANNOTATIONS_CREATED",
    "ANNOTATION_UPDATED",
    "ANNOTATIONS_DELETED",
)


def event_action(body: bytes) -> str:
    """Return the action of an event's body. Raises ValueError where it is no event of Label Studio."""
    try:
        return str(json.loads(body)["action"])
    except (LookupError, TypeError, RecursionError):
        raise ValueError("the body names no action") from None


def connect_webhook(client: LabelStudio, project_id: int, url: str, secret: str) -> Connected:
    """Send the project's events to `url` (the uploader, as Label Studio reaches it), with the secret and no payload.

    Updates an existing webhook of prelabel, whatever its host. Raises RequestRefused.
    """
    wanted = {
        "url": f"{url.rstrip('/').removesuffix(PATH)}{PATH}?project={project_id}",
        "send_payload": False,
        "send_for_all_actions": False,
        "headers": {HEADER: secret},
        "is_active": True,
        "actions": list(ACTIONS),
    }
    rows = client.get("/api/webhooks/", params={"project": project_id}).json()
    ours = [row for row in rows if httpx.URL(row["url"]).path == PATH]
    for double in ours[1:]:
        client.delete(f"/api/webhooks/{double['id']}/", accept=(404,))
    if not ours:
        _send(client, "POST", "/api/webhooks/", {"project": project_id, **wanted})
        return "created"
    if _comparable(ours[0]) == _comparable(wanted):
        return "unchanged"
    _send(client, "PATCH", f"/api/webhooks/{ours[0]['id']}/", wanted)
    return "updated"


def _comparable(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("url", "send_payload", "send_for_all_actions", "headers", "is_active")
    return {name: row[name] for name in names} | {"actions": sorted(row["actions"])}


def _send(client: LabelStudio, method: str, path: str, body: Mapping[str, Any]) -> None:
    response = client.request(method, path, json=body, accept=(400, 403, 500))
    if response.status_code == 403:
        raise refused_by_ssrf("the webhook's address")
    if response.status_code == 400 and "url" in (response.json().get("validation_errors") or {}):
        raise RequestRefused(
            "Label Studio refuses the webhook's address: it accepts localhost, IP addresses, and hosts with a dot in "
            "their name; if the uploader's name has no dot, give it an alias (uploader.internal)"
        )
    if response.status_code == 500:  # a host without an address, where SSRF protection looks it up
        raise RequestRefused(
            "Label Studio failed at the webhook's address (500): check that its host name exists for Label Studio"
        )
    if not response.is_success:
        raise client.refused(response)
