"""The watchdog of work in threads: it kills the process when the work exceeds its time limit.

A thread cannot be ended, so the whole process is; a supervisor starts it again, and the ledger counts a crash. A call
that holds the interpreter's lock stops the watchdog's thread too. Then a timer in C kills the process, because the
thread no longer restarts the timer.
"""

from __future__ import annotations

import atexit
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from workers.forced_exit import sign_off

log = logging.getLogger(__name__)

_STDERR = 2  # Celery's sys.stderr is not a file
#: The exit code; 2 would mean that a person must correct the set-up first.
_EXIT = 1


class Watchdog:
    """A thread that checks the time of work, and a timer in C behind it.

    Make a watchdog after models are loaded: from then on the process is killed when a call holds the interpreter's lock
    for `limit_s`. `setting`: the name of the setting that defines `limit_s`, for the log.
    """

    def __init__(self, limit_s: float, setting: str) -> None:
        self._limit_s = limit_s
        self._setting = setting
        self._ends: dict[Hashable, float] = {}
        self._lock = threading.Lock()
        self._closed = False
        atexit.register(self.close)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Limit the time of the block to `limit_s`."""
        key = object()
        self.begin(key)
        try:
            yield
        finally:
            self.end(key)

    def begin(self, key: Hashable) -> None:
        """Record the start of work that ends with `end(key)`, perhaps in another thread."""
        with self._lock:
            self._ends[key] = time.monotonic() + self._limit_s

    def end(self, key: Hashable) -> None:
        """Record the end of work."""
        with self._lock:
            self._ends.pop(key, None)

    def close(self) -> None:
        """Stop the watchdog, because the process ends by itself."""
        with self._lock:
            self._closed = True
            faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while self._restart_timer():
            time.sleep(min(1.0, self._limit_s / 4))
            with self._lock:
                late = min(self._ends.values(), default=float("inf")) < time.monotonic()
            if late:
                self._kill_process()

    def _restart_timer(self) -> bool:
        """Return whether the watchdog is open; if so, the timer in C has been restarted."""
        with self._lock:
            if not self._closed:
                faulthandler.dump_traceback_later(self._limit_s, exit=True, file=_STDERR)
            return not self._closed

    def _kill_process(self) -> None:
        text = "work took longer than %g s (%s): this process ends, to be started again"
        log.critical(text, self._limit_s, self._setting)
        faulthandler.dump_traceback(file=_STDERR)
        sys.stderr.flush()
        sign_off()  # its work is free now, not only when its heartbeat runs out
        os._exit(_EXIT)
