"""Images of pages, read from the bucket by name, and thumbnails of them."""

from __future__ import annotations

import io
import re
import threading
import zlib
from collections import OrderedDict
from http import HTTPStatus

from PIL import Image, ImageOps
from starlette.requests import Request
from starlette.responses import Response

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys, page_of
from prelabel.errors import FileGone, ImageUnreadable

#: Browsers show all of these. A page's image has no other type.
CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
_FORMATS = ("PNG", "JPEG", "WEBP")
_NAME = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{16})?-[1-9]\d{0,8}(\.[a-z]{3,4})")

#: A name identifies the document's content, but its images change with PRELABEL_PDF_DPI.
_FRESH_S = 3600
_THUMBNAIL_PX = (216, 288)
_THUMBNAIL_PIXELS = 40_000_000
#: Thumbnails in memory, 4 to 8 kB each.
_KEPT = 2000


class PageImages:
    """Images and thumbnails of the pages in one bucket. Thread-safe; blocks."""

    def __init__(self, bucket: Bucket, keys: Keys) -> None:
        self._bucket, self._keys = bucket, keys
        self._thumbnails: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def image(self, name: str) -> bytes:
        """Return the image of the page `name` (DOCUMENT-NUMBER.SUFFIX). Raises FileGone, also for malformed names."""
        return self._bucket.get(self._key(name))

    def thumbnail(self, name: str) -> bytes:
        """Return the upright page on white, within 216 x 288 pixels, as JPEG. Raises FileGone, ImageUnreadable."""
        with self._one_at_a_time:  # decoding a page of 40 million pixels takes 160 MB
            if (kept := self._thumbnails.get(name)) is None:
                kept = self._thumbnails[name] = _thumbnail(self.image(name))
            self._thumbnails.move_to_end(name)
            if len(self._thumbnails) > _KEPT:
                self._thumbnails.popitem(last=False)
            return kept

    def _key(self, name: str) -> str:
        found, page = _NAME.fullmatch(name), page_of(name)
        if not found or not page or found[1] not in CONTENT_TYPES:
            raise FileGone("there is no page with this name")
        return self._keys.page_key(*page, found[1])


def _thumbnail(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > _THUMBNAIL_PIXELS:
                raise ImageUnreadable("the image is too large for a thumbnail")
            image.draft("RGB", _THUMBNAIL_PX)
            image.thumbnail(_THUMBNAIL_PX)
            shown = ImageOps.exif_transpose(image).convert("RGBA")
            paper = Image.new("RGBA", shown.size, "white")
            out = io.BytesIO()
            Image.alpha_composite(paper, shown).convert("RGB").save(out, "JPEG", quality=70)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageUnreadable("this image cannot be made into a thumbnail") from None
    return out.getvalue()


def image_response(request: Request, data: bytes, content_type: str, *, public: bool) -> Response:
    """Return the image, or 304 where the client has it already. `public`: pages of other sites may show it."""
    tag = f'"{len(data):x}-{zlib.crc32(data):08x}"'
    headers = {"ETag": tag, "Cache-Control": f"{'public' if public else 'private'}, max-age={_FRESH_S}"}
    if public:
        headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(data, media_type=content_type, headers=headers)
