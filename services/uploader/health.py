"""Health of the process: whether Redis and the bucket answer."""

from __future__ import annotations

import threading
import time

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys
from prelabel.ledger.ledger import Ledger

#: A positive result stays valid for this long.
_FRESH_S = 5.0


class HealthCheck:
    """A cached check of Redis and the bucket. Thread-safe; blocks."""

    def __init__(self, ledger: Ledger, bucket: Bucket, keys: Keys) -> None:
        self._ledger, self._bucket, self._keys = ledger, bucket, keys
        self._healthy_at = float("-inf")
        self._lock = threading.Lock()

    def require(self) -> None:
        """Raise the error of Redis or of the bucket if one of them does not answer."""
        with self._lock:
            if time.monotonic() - self._healthy_at > _FRESH_S:
                self._ledger.now()
                self._bucket.size(self._keys.page_key("0" * 16, 1))
                self._healthy_at = time.monotonic()
