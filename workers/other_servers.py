"""The announcement of this worker's Label Studio on its Redis, and the warning of workers with another spelling."""

from __future__ import annotations

import logging
from functools import cache

from prelabel.errors import PrelabelError
from prelabel.servers.registry import Servers
from prelabel.servers.spelling import other_spellings
from prelabel.settings import Settings

log = logging.getLogger(__name__)

_told: set[str] = set()


@cache
def _servers(settings: Settings) -> Servers:
    return Servers.from_settings(settings)


def announce_server(settings: Settings) -> None:
    """Record the server with a heartbeat, and warn once of each other spelling of its address."""
    try:
        known = _servers(settings).announce(every_s=settings.heartbeat)
        others = [other for other in known if other.id not in _told]
        _told.update(other.id for other in others)
        for line in other_spellings(settings, others):
            log.warning("%s", line)
    except PrelabelError as error:
        log.warning("this worker's Label Studio is not announced: %s", error)
    except Exception:  # the boundary of the heartbeat's thread
        log.exception("this worker's Label Studio is not announced: a bug of prelabel")
