"""A thread cannot be ended, so work in threads that does not end in time ends its process; a supervisor starts another.

To the ledger that is a crash like any other: whoever is under suspicion was written down before. A call that holds the
interpreter's lock would stop the watching thread, too; then a timer in C, which that thread keeps putting off, ends
the process.
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

from workers.start import sign_off

log = logging.getLogger(__name__)

_STDERR = 2  # Celery's own sys.stderr is no file
#: The exit code: not 2, which says that a person must mend something first.
_EXIT = 1


class Watchdog:
    """`setting`: the setting that is to blame for `limit_s`, for the log. Make it once the process is ready to work."""

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
        """The block has `limit_s`."""
        key = object()
        self.begin(key)
        try:
            yield
        finally:
            self.end(key)

    def begin(self, key: Hashable) -> None:
        """Work begins that ends with `end(key)`, perhaps in another thread."""
        with self._lock:
            self._ends[key] = time.monotonic() + self._limit_s

    def end(self, key: Hashable) -> None:
        with self._lock:
            self._ends.pop(key, None)

    def close(self) -> None:
        """The process ends by itself."""
        with self._lock:
            self._closed = True
            faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while self._put_off():
            time.sleep(min(1.0, self._limit_s / 4))
            with self._lock:
                late = min(self._ends.values(), default=float("inf")) < time.monotonic()
            if late:
                self._bite()

    def _put_off(self) -> bool:
        with self._lock:
            if not self._closed:
                faulthandler.dump_traceback_later(self._limit_s, exit=True, file=_STDERR)
            return not self._closed

    def _bite(self) -> None:
        text = "work took longer than %g s (%s): this process ends, to be started again"
        log.critical(text, self._limit_s, self._setting)
        faulthandler.dump_traceback(file=_STDERR)
        sys.stderr.flush()
        sign_off()  # what it holds is free now, not when its heartbeat is missed
        os._exit(_EXIT)
