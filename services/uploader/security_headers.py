"""Security headers of answers: no foreign scripts, no frames, no caching except of the page's own files."""

from __future__ import annotations

from collections.abc import Mapping

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}
#: The browser keeps these files, and asks each time whether they have changed.
_CACHED = _HEADERS | {"Cache-Control": "no-cache"}
#: Swagger UI sets styles inline.
DOCS_POLICY = _HEADERS["Content-Security-Policy"].replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


def headers_of(path: str) -> Mapping[str, str]:
    """Return the headers of answers at `path`; an endpoint may override each of them."""
    return _CACHED if path.startswith("/web/") else _HEADERS
