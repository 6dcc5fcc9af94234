"""Connections to hosts named in a page's data: only to addresses that the guard allows, each for a limited time.

The transport connects to the address that the guard returned, so that no second look-up can lead elsewhere;
certificates and the Host header still use the host's name. A connection serves one image. Through a proxy
(PRELABEL_IMAGE_PROXY) the proxy chooses the address: only hosts of PRELABEL_IMAGE_HOSTS are allowed then, and none
whose address is closed here.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Sequence

import httpcore
import httpx

from prelabel.labelstudio.http.image_guard import ImageGuard
from prelabel.labelstudio.http.limited_network import LimitedNetwork
from prelabel.labelstudio.http.proxied_transport import ProxiedTransport
from prelabel.network.proxies import Proxy
from prelabel.network.reach import Reach

_PORTS = {"http": 80, "https": 443}


class ImageTransport(httpx.BaseTransport):
    """Sends a request directly, guarded; or through a proxy: to Label Studio, and to others where PRELABEL_IMAGE_PROXY
    is set.

    `limit_s`: from connecting to the last byte. No request carries a token.
    """

    def __init__(self, guard: ImageGuard, limit_s: float, reach: Reach) -> None:
        self._guard, self._limit_s, self._reach = guard, limit_s, reach
        self._made: dict[tuple[Proxy | None, bool], httpx.BaseTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        own = self._guard.is_own(url.host, url.port or _PORTS[url.scheme])
        proxy = self._reach.proxies.for_url(str(url)) if own else self._reach.image_proxy_for(str(url))
        if proxy and not own:
            self._guard.check_proxied(url.host)
        return self._transport(proxy, own=own).handle_request(request)

    def _transport(self, proxy: Proxy | None, *, own: bool) -> httpx.BaseTransport:
        with self._lock:
            if (proxy, own) not in self._made:
                trust = self._reach.trust if own else self._reach.image_trust
                self._made[proxy, own] = (
                    ProxiedTransport(proxy, trust, LimitedNetwork(self._limit_s, in_all=True), kept=0)
                    if proxy
                    else _GuardedTransport(trust, _GuardedNetwork(self._guard, self._limit_s))
                )
            return self._made[proxy, own]

    def close(self) -> None:
        for transport in self._made.values():
            transport.close()


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport on guarded connections."""

    def __init__(self, trust: ssl.SSLContext, network: LimitedNetwork) -> None:
        super().__init__(verify=trust)
        self._pool.close()  # if a later httpx uses its pool under another name, calls fail instead of going unguarded
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust, max_connections=100, max_keepalive_connections=0, network_backend=network
        )


class _GuardedNetwork(LimitedNetwork):
    def __init__(self, guard: ImageGuard, limit_s: float) -> None:
        super().__init__(limit_s, in_all=True)
        self._guard = guard

    def addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return self._guard.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name is not known") from error
