"""Content of a page in a data set: all of its words with labels, entities and links, named by its own digest.

Two pages with the same content share one file, and a page that has not changed keeps its file from version to version.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib

from prelabel.page import Page
from prelabel.project.stored_pages import stable_json

#: Number of the form around the page, which has a number of its own (`page.FORMAT`).
FORM = 1


def digest_of(page: Page) -> str:
    """Return the name of a page's content: SHA-256 of its JSON, in hex digits."""
    return hashlib.sha256(stable_json(page.to_json())).hexdigest()


def to_bytes(page: Page) -> bytes:
    """Return the file's content: compressed JSON, the same for the same page whenever it is made."""
    return gzip.compress(stable_json({"form": FORM, "page": page.to_json()}), 6, mtime=0)


def from_bytes(data: bytes, digest: str) -> Page:
    """Read the file's content. Raises ValueError for anything but an undamaged page of this digest."""
    try:
        content = json.loads(gzip.decompress(data))
        if content["form"] != FORM:
            raise ValueError(f"form {content['form']!r}, {FORM} is read here")
        if hashlib.sha256(stable_json(content["page"])).hexdigest() != digest:
            raise ValueError("its digest is another one")
        return Page.from_json(content["page"])
    except (OSError, EOFError, zlib.error, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no page ({type(error).__name__})") from None
