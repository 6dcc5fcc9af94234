"""The end of outages: due probes, the work that may go on, and failed pages whose cause has passed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.errors import BUCKET, LABEL_STUDIO, PrelabelError
from prelabel.ledger.outages import Waiting
from prelabel.outages.evidence import record
from prelabel.outages.probes import PROBE_LIMIT_S, probe
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: A host of images that has been away for so long counts as one that never served anybody: its pages fail.
HOST_GIVEN_UP_S = 86400.0
#: A failed page is tried again so long after its failure where no outage was recorded for its cause.
RETRY_AFTER_S = 600.0


@dataclass(frozen=True, slots=True)
class Return:
    """A server that is back, and the work that waits for it."""

    server: str
    waiting: Waiting


def probe_due(workplace: Workplace) -> Iterator[Return]:
    """Probe the servers whose turn it is; yield those that are back."""
    outages, every_s = workplace.ledger.outages, workplace.settings.probe_interval
    while server := outages.due(every_s=every_s, limit_s=2 * PROBE_LIMIT_S):
        error = probe(workplace, server)
        if error is not None and not _is_given_up(workplace, server):
            record(workplace, server, error)
        elif waiting := outages.close(server):
            log.warning("%s is back after %.0f s; work that needs it goes on", server, waiting.lasted_s)
            yield Return(server, waiting)


def _is_given_up(workplace: Workplace, server: str) -> bool:
    """Return whether a host of images has been away for too long; it is forgotten then."""
    if server in {LABEL_STUDIO, BUCKET}:
        return False
    lasts_s = max((outage.lasts_s for outage in workplace.ledger.outages.all() if outage.server == server), default=0.0)
    if lasts_s > HOST_GIVEN_UP_S:
        workplace.ledger.outages.forget_host(server)
    return lasts_s > HOST_GIVEN_UP_S


def retry_failed(workplace: Workplace, back: str | None = None) -> list[int]:
    """Take pages off the failed lists, once, whose cause has passed; return their projects.

    `back`: the server that has just come back; its pages, and those of no named server, are taken at once. Others are
    taken some time after their failure, if their server is not away.
    """
    outages, found = workplace.ledger.outages, list[int]()
    for project_id in outages.may_retry() if back else outages.due_retries(RETRY_AFTER_S):
        try:
            if _retry_project(workplace, project_id, back):
                found.append(project_id)
        except PrelabelError as error:
            log.warning("project=%s: failed pages are not retried: %s", project_id, error)
    return found


def retry_documents(workplace: Workplace, back: str = "") -> bool:
    """Let failed document jobs wait again, each once, whose cause has passed; return whether there are any.

    `back`: the server that has just come back; its jobs are taken at once, others some time after their failure. The
    sweep of documents sends them.
    """
    count = workplace.ledger.jobs.retry_passed(back, after_s=RETRY_AFTER_S)
    if count:
        log.info("the cause has passed, so %s failed document jobs are tried again", count)
    return bool(count)


def _retry_project(workplace: Workplace, project_id: int, back: str | None) -> int:
    ledger = workplace.ledger
    away, now = {outage.server for outage in ledger.outages.all()}, ledger.now()
    passing = ledger.failed_list.passing(project_id)
    pages = [
        page
        for page, (server, at) in passing.items()
        if server not in away and ((back and server in {"", back}) or now - at > RETRY_AFTER_S)
    ]
    if len(pages) == len(passing):
        ledger.outages.no_retries(project_id)
    count = ledger.failed_list.retry_once(project_id, pages) if pages else 0
    if count:
        log.info("project=%s: the cause has passed, so %s failed pages are tried again", project_id, count)
    return count
