"""Sign-in sessions: cookies signed with the uploader's key. Nothing is stored; a new key ends all sessions."""

from __future__ import annotations

import hashlib
import hmac
import time

COOKIE = "prelabel_uploader"
SESSION_S = 30 * 86400


class Sessions:
    """Session cookies that only the holder of the key can make."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def matches(self, key: str) -> bool:
        """Return whether `key` is the uploader's key; compared in constant time."""
        return hmac.compare_digest(key.encode("utf-8", "surrogateescape"), self._key)

    def make(self) -> str:
        """Return the value of a new cookie, valid for SESSION_S."""
        ends_at = str(int(time.time()) + SESSION_S)
        return f"{ends_at}.{self._signature(ends_at)}"

    def valid(self, cookie: str) -> bool:
        """Return whether `make` made this cookie, and its session has not ended."""
        ends_at, _, signature = cookie.partition(".")
        genuine = hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), self._signature(ends_at).encode())
        return genuine and int(ends_at) > time.time()

    def _signature(self, ends_at: str) -> str:
        text = f"prelabel uploader session {ends_at}".encode("utf-8", "surrogateescape")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
