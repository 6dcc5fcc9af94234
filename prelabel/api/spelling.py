"""The warning of a sender whose work no living worker takes, because they write Label Studio's address otherwise."""

from __future__ import annotations

import logging
import threading
import time

from prelabel.servers.spelling import sender_problems
from prelabel.settings import Settings

log = logging.getLogger(__name__)

_lock = threading.Lock()
_looked: dict[str, float] = {}


def warn_of_spelling(settings: Settings, *, every_s: float = 0.0) -> None:
    """Log one line for each problem; with `every_s`, look at most once in that time."""
    with _lock:
        now = time.monotonic()
        if every_s and now - _looked.get(settings.server_id, -every_s) < every_s:
            return
        _looked[settings.server_id] = now
    for line in sender_problems(settings):
        log.warning("%s", line)
