"""Health of the process: whether Redis and the bucket answer."""

from __future__ import annotations

import threading
import time

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger

#: So long a result stays valid: everybody may ask, and a check of a server that is away takes seconds.
_FRESH_S, _FAILED_FRESH_S = 5.0, 1.0


class HealthCheck:
    """A cached check of Redis and the bucket. Thread-safe; blocks."""

    def __init__(self, ledger: Ledger, bucket: Bucket, keys: Keys) -> None:
        self._ledger, self._bucket, self._keys = ledger, bucket, keys
        self._failure: PrelabelError | None = None
        self._checked_at = float("-inf")
        self._lock = threading.Lock()

    def require(self) -> None:
        """Raise the error of Redis or of the bucket if one of them did not answer a moment ago."""
        with self._lock:
            fresh_s = _FAILED_FRESH_S if self._failure else _FRESH_S
            if time.monotonic() - self._checked_at > fresh_s:
                self._failure, self._checked_at = self._check(), time.monotonic()
            if self._failure:
                raise self._failure.with_traceback(None)

    def _check(self) -> PrelabelError | None:
        try:
            self._ledger.now()
            self._bucket.size(self._keys.page_key("0" * 32, 1))
        except PrelabelError as error:
            return error
        return None
