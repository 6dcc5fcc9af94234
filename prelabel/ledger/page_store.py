"""The page store: a Page between two stages, as compressed JSON in Redis with a time to live.

Writing happens inside the ledger's `advance`, so that output and state change in one step; reading lives here.
"""

from __future__ import annotations

import json
import zlib

from prelabel.page import Page


def pack(page: Page) -> bytes:
    """JSON, compressed: about 10 kB for 350 words."""
    return zlib.compress(json.dumps(page.to_json(), ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Page:
    """Inverse of `pack`. Raises ValueError on a Page of another format."""
    return Page.from_json(json.loads(zlib.decompress(data)))
