"""Peers: the server that a call goes to, as messages name it, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from prelabel.errors import LABEL_STUDIO, AuthError, PrelabelError, ServiceUnavailable, SettingError
from prelabel.network.proxies import Proxy


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port, without the default port, for messages and comparisons."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    port = "" if url.port in (None, default) else f":{url.port}"
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host.lower()}{port}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A server. `own`: Label Studio, not a host of images. `proxy`: through which it is reached.

    `ca`: the value of LABEL_STUDIO_CA. `passed_by`: the proxy that an image host would have but for
    PRELABEL_IMAGE_PROXY.
    """

    url: httpx.URL
    own: bool = True
    proxy: Proxy | None = None
    ca: str = ""
    passed_by: Proxy | None = None

    @property
    def origin(self) -> str:
        return origin(self.url)

    @property
    def name(self) -> str:
        """The server with its address."""
        return f"{'Label Studio' if self.own else 'the image server'} at {self.origin}"

    @property
    def server(self) -> str:
        """The server as errors and outages name it."""
        return LABEL_STUDIO if self.own else self.origin

    @property
    def address_cure(self) -> str:
        """The thing to correct where the address is wrong."""
        return "LABEL_STUDIO_URL" if self.own else "the image's address"


def of_server(error: PrelabelError, peer: Peer) -> PrelabelError:
    """Note in an error which server may be away or refuse everybody: a probe of it tells whether that is so.

    A refusal of one page's content names none.
    """
    if isinstance(error, ServiceUnavailable | AuthError | SettingError):
        if not error.server and isinstance(error, ServiceUnavailable):
            error.named_s = error.retry_after_s or None
        error.server = error.server or peer.server
    return error
