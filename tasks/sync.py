"""Storage sync (queue control). Until a storage is configured (STORAGE_TITLE) it has nothing to do, and says so."""

from __future__ import annotations

from tasks.app import app
from tasks.resources import resources
from tasks.stage import log


@app.task(name="prelabel.sync")
def sync() -> None:
    """Ask Label Studio to sync the configured storage of each project."""
    title = resources().settings.storage_title
    if not title:
        log.info("stage=sync: no storage is configured (STORAGE_TITLE); nothing to do")
        return
    log.warning("stage=sync: storage %r is configured, but this version cannot sync storages yet", title)
