"""Beat's scheduler: plain intervals by a clock that nobody sets, and each message once in the queue.

An entry is due at the start and then every so many seconds. While its message waits in the queue no other is sent, so
messages need no time at which they expire. Where Redis does not answer, beat says so in one line and goes on.
"""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from prelabel.errors import ConfigurationError, PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import WorkerInfo, worker_id
from prelabel.project.send_once import send_once
from prelabel.settings import get_settings
from prelabel.startup.needs import BEAT, check_needs
from prelabel.startup.one_line import one_line_errors

log = logging.getLogger(__name__)


class IntervalScheduler(Scheduler):
    """The scheduler of this app. It ends a beat that has no schedule, or lacks what beat needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settings = get_settings()
        with one_line_errors():
            if not self.app.conf.beat_schedule:
                raise ConfigurationError(
                    "this beat has no schedule, because -A names another module; start `prelabel beat`, "
                    "or celery -A beat_schedule beat"
                )
            check_needs(self._settings, BEAT)
            self._ledger = Ledger.from_settings(self._settings)
        self._due_at: dict[str, float] = {}
        self._signs_in_at = 0.0
        self._info: WorkerInfo | None = None

    def tick(self, *_: Any, **__: Any) -> float:
        """Send the messages that are due; return the seconds until the next one. `Scheduler` uses the time of day."""
        self._sign_in()
        for entry in self.schedule.values():
            if self._due_at.get(entry.name, 0.0) <= time.monotonic():
                self._due_at[entry.name] = time.monotonic() + entry.schedule.run_every.total_seconds()
                self._send(entry)
        next_s = min(self._signs_in_at, *self._due_at.values()) - time.monotonic()
        return max(0.0, min(next_s, float(self.max_interval)))

    def close(self) -> None:
        """Record the end of beat."""
        super().close()
        if self._info:
            self._try("sign off", lambda: self._ledger.workers.sign_off(self._info.id if self._info else ""))

    def _sign_in(self) -> None:
        """Record a heartbeat, as workers do: `prelabel doctor` misses a beat without one."""
        if time.monotonic() < self._signs_in_at:
            return
        self._signs_in_at = time.monotonic() + self._settings.heartbeat
        self._try("record a heartbeat", self._record_heartbeat)

    def _record_heartbeat(self) -> None:
        self._info = self._info or WorkerInfo(worker_id(os.getpid()), BEAT, self._ledger.now(), None)
        self._ledger.workers.sign_in(self._info, every_s=self._settings.heartbeat)

    def _send(self, entry: ScheduleEntry) -> None:
        sent = self._try(f"send {entry.task}", lambda: send_once(self._ledger, self._settings, entry.task, *entry.args))
        log.debug("beat: %s %s", entry.task, "sent" if sent else "not sent")

    def _try(self, what: str, action: Any) -> Any:
        """Return what the action returns; None after a fault, which is logged: beat must not end."""
        try:
            return action()
        except PrelabelError as error:
            log.warning("beat cannot %s, and tries again: %s", what, error)
        except Exception:  # the boundary of a tick
            log.exception("beat cannot %s: a bug of prelabel", what)
        return None
