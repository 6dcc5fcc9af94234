"""Connections through a proxy: HTTP (CONNECT for https:// addresses) or SOCKS 5, by httpcore's own proxy pools.

httpx would choose the same pools, but lets a silent SOCKS proxy hang for ever.
"""

from __future__ import annotations

import logging
import ssl
from importlib.util import find_spec

import httpcore
import httpx

from prelabel.errors import SettingError
from prelabel.labelstudio.http.limited_network import LimitedNetwork
from prelabel.network.proxies import Proxy

_CONNECTIONS = 100

# At DEBUG this module logs user and password of a SOCKS proxy.
logging.getLogger("httpcore.socks").setLevel(logging.INFO)


class ProxiedTransport(httpx.HTTPTransport):
    """httpx's own transport through one proxy. `kept`: connections that stay open between two requests.

    Raises SettingError where the package for SOCKS is not installed.
    """

    def __init__(self, proxy: Proxy, trust: ssl.SSLContext, network: LimitedNetwork, *, kept: int) -> None:
        super().__init__(verify=trust)
        self._pool.close()
        self._pool = _pool(proxy, trust, network, kept)
        self._network = network
        self._answers_wrongly = _socks_errors() if proxy.is_socks else ()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            with self._network.closing_failed():
                return super().handle_request(request)
        except self._answers_wrongly:
            raise httpx.ProxyError("its answer is not that of a SOCKS 5 proxy", request=request) from None


def _pool(proxy: Proxy, trust: ssl.SSLContext, network: LimitedNetwork, kept: int) -> httpcore.ConnectionPool:
    login = (proxy.user.encode(), proxy.password.encode()) if proxy.user else None
    if proxy.is_socks:
        if find_spec("socksio") is None:
            raise SettingError(f"{proxy} is a SOCKS proxy, which needs another package: pip install 'prelabel[socks]'")
        return httpcore.SOCKSProxy(
            proxy.bare_url,
            proxy_auth=login,
            ssl_context=trust,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=kept,
            network_backend=network,
        )
    return httpcore.HTTPProxy(
        proxy.bare_url,
        proxy_auth=login,
        ssl_context=trust,
        proxy_ssl_context=trust if proxy.kind == "https" else None,
        max_connections=_CONNECTIONS,
        max_keepalive_connections=kept,
        network_backend=network,
    )


def _socks_errors() -> tuple[type[Exception], ...]:
    """Return the errors for an answer that is not SOCKS 5: httpcore asserts the types of answers."""
    from socksio.exceptions import SOCKSError

    return SOCKSError, AssertionError
