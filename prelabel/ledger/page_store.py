"""The form of a Page in the page store: compressed JSON, in Redis between two stages with a time to live.

`pages.Pages.advance` writes it together with the change of state, in one step; `pages.Pages.load` reads it.
"""

from __future__ import annotations

import json
import zlib

from prelabel.page import Page


def pack(page: Page) -> bytes:
    """Compress a page as JSON: about 10 kB for 350 words."""
    return zlib.compress(json.dumps(page.to_json(), ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Page:
    """Read the output of `pack`. Raises NewerFormat for that of a newer release, ValueError for what is none."""
    try:
        return Page.from_json(json.loads(zlib.decompress(data)))
    except (zlib.error, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no stored page ({type(error).__name__})") from None
