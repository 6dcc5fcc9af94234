"""Checks of the Label Studio server and of the token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prelabel.cli.doctor.check import Check, run_check
from prelabel.cli.doctor.projects import check_project
from prelabel.errors import PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.server import server_release
from prelabel.labelstudio.http.token_status import token_status
from prelabel.labelstudio.projects import list_projects
from prelabel.settings import Settings

#: A Personal Access Token that expires sooner than this is worth a warning.
_EXPIRES_SOON_S = 7 * 86400


def check_label_studio(settings: Settings, project_ids: Sequence[int]) -> Iterator[Check]:
    """Check server, token and projects; stop where the later checks cannot succeed."""
    try:
        client = LabelStudio.from_settings(settings)
    except PrelabelError as error:
        yield Check("label studio", "wrong", str(error))
        return
    with client:
        reachable = run_check("label studio", lambda: f"{server_release(client)} at {client.url}")
        yield reachable
        if reachable.state == "wrong":
            return
        token = _check_token(client)
        yield token
        if token.state == "wrong":
            return
        yield run_check("projects", lambda: f"{len(list_projects(client))} visible to this token")
        for project_id in project_ids:
            yield from check_project(client, settings, project_id)


def _check_token(client: LabelStudio) -> Check:
    status = token_status(client)
    if not status.works:
        return Check("token", "wrong", status.detail)
    detail = f"{status.kind}, {status.detail}"
    if status.access_seconds_left is not None:
        detail += f"; access token valid for {status.access_seconds_left:.0f} s"
    if status.token_seconds_left is None:
        return Check("token", "ok", detail)
    days = status.token_seconds_left / 86400
    if status.token_seconds_left > _EXPIRES_SOON_S:
        return Check("token", "ok", f"{detail}; the token itself for {days:.0f} days")
    return Check("token", "warning", f"{detail}; the token itself expires in {days:.1f} days: make a new one")
