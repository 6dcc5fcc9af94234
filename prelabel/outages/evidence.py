"""Evidence before an outage: a call failed, so one process asks whether the server is there at all.

If the server answers, the error is the page's own and uses up its tries. If it does not, or has named a time itself,
the outage is recorded, and all work that needs the server waits. All processes that meet errors at the same time share
one question and its answer.
"""

from __future__ import annotations

import logging
import time
from math import inf
from typing import Literal, get_args

from prelabel.errors import BUCKET, LABEL_STUDIO, PrelabelError
from prelabel.outages.probes import PROBE_LIMIT_S, probe
from prelabel.retry import LONGEST_WAIT_S
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: The verdict is
#: away: the server's outage is recorded. own: the error is that of one page. unclear: the server has just answered
#: somebody else, but does not answer here.
Verdict = Literal["away", "own", "unclear"]

#: At most one question a second comes from the whole fleet.
_ANSWER_KEPT_S = 1.0
#: Longer than a probe; a process that died while it asked holds the others up no longer.
_ASKING_S = 2 * PROBE_LIMIT_S
_POLL_S = 0.1
_RESULTS: dict[str, Verdict] = {name: name for name in get_args(Verdict)}
#: A host of images is recorded again after this time.
_HOST_TOLD_S = 3600.0

_told_at: dict[tuple[str, str], float] = {}


def verdict(workplace: Workplace, error: PrelabelError) -> Verdict:
    """Return whether the server of this error is away, and record that.

    A host of images that has never served anybody is not waited for: its name may be mistyped.
    """
    server, outages = error.server, workplace.ledger.outages
    if not server or (server not in {LABEL_STUDIO, BUCKET} and not outages.has_answered(server)):
        return "own"
    if error.named_s:
        return record(workplace, server, error)
    return "away" if outages.is_away(server) else _ask_once(workplace, server)


def record(workplace: Workplace, server: str, error: PrelabelError) -> Literal["away", "unclear"]:
    """Record that the server is away, unless it has just answered somebody else.

    The first probe comes after the time that the server has named in the error.
    """
    every_s = workplace.settings.probe_interval
    named_s = min(error.named_s, LONGEST_WAIT_S) if error.named_s else None
    recorded = workplace.ledger.outages.open(server, error, every_s=every_s, named_s=named_s)
    if recorded == "new":
        log.warning("%s is away, and work that needs it waits: %s", server, error)
    return "unclear" if recorded == "answered" else "away"


def remember_hosts(workplace: Workplace) -> None:
    """Record which hosts have served this process an image, each once an hour: they are waited for when away."""
    now = time.monotonic()
    for host, path in [*workplace.client.image_hosts.items()]:
        if now - _told_at.get((workplace.settings.server_id, host), -inf) > _HOST_TOLD_S:
            workplace.ledger.outages.host_answered(host, path)
            _told_at[workplace.settings.server_id, host] = now
    workplace.client.image_hosts.clear()


def _ask_once(workplace: Workplace, server: str) -> Verdict:
    """Ask the server, or wait for the end of another process's question."""
    outages, ends_at = workplace.ledger.outages, time.monotonic() + 2 * _ASKING_S
    old = outages.evidence(server) not in {"", "asking"}  # an answer from before the error tells nothing
    while time.monotonic() < ends_at:
        known = outages.evidence(server)
        if not known and outages.begin_evidence(server, limit_s=_ASKING_S):
            return _ask(workplace, server)
        old = old and known not in {"", "asking"}
        if not old and (found := _RESULTS.get(known)):
            return found
        time.sleep(_POLL_S)
    return "unclear"


def _ask(workplace: Workplace, server: str) -> Verdict:
    found: Verdict = "unclear"
    try:
        error = probe(workplace, server)
        found = "own" if error is None else record(workplace, server, error)
    finally:
        workplace.ledger.outages.end_evidence(server, found, kept_s=_ANSWER_KEPT_S)
    return found
