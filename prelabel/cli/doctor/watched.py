"""Check of the projects from which beat selects pages: the watched ones and those of PRELABEL_PROJECTS."""

from __future__ import annotations

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings


def check_watched(ledger: Ledger, settings: Settings) -> Check:
    """Name the projects; warn of those that Label Studio no longer has."""
    try:
        watched, missing = ledger.watched.projects(), ledger.watched.missing()
    except PrelabelError as error:
        return Check("watched projects", "wrong", str(error))
    known = sorted({*watched, *settings.projects})
    if gone := [str(project) for project in known if project in missing]:
        cure = "remove them from PRELABEL_PROJECTS, or: prelabel unwatch"
        return Check("watched projects", "warning", f"no longer in Label Studio: {', '.join(gone)}; {cure} {gone[0]}")
    if not known:
        return Check("watched projects", "ok", "none; to let beat select pages: prelabel watch PROJECT")
    return Check("watched projects", "ok", ", ".join(map(str, known)))


def projects_of_beat(settings: Settings) -> tuple[int, ...]:
    """Return the projects of PRELABEL_PROJECTS, and the watched ones where Redis answers."""
    try:
        watched = Ledger.from_settings(settings).watched.projects()
    except PrelabelError:
        watched = set()
    return tuple(sorted({*watched, *settings.projects}))
