"""Limits of silence on connections to Redis, for redis-py and for kombu, and pools that distrust what has been silent.

A network that forgets a connection tells neither end: nothing comes any more, and nothing fails.
"""

from __future__ import annotations

import socket
from typing import Any

import redis
from redis.sentinel import SentinelConnectionPool

from prelabel.environment.redis_address import SOCKET, RedisAddress

#: A connection on which nothing comes for so long is given up, also in the middle of a TLS handshake. Celery's longest
#: wait for a message is 1 s. A process may have to find out about several silent connections, one after the other.
SOCKET_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 5.0
#: A connection that was idle for so long is tried before it is used, and kombu gives up one that waits for a message
#: so much longer than a living Redis would let it wait.
HEALTH_CHECK_S = 5
#: The kernel gives up idle connections, too, e.g. those of Flower: three probes go unanswered, or sent bytes do.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


def timeouts(address: RedisAddress) -> dict[str, Any]:
    """Return the options of the address over the defaults; a silent connection must not stop a process for ever."""
    usual: dict[str, Any] = {"socket_timeout": SOCKET_TIMEOUT_S, "health_check_interval": HEALTH_CHECK_S}
    if address.kind != SOCKET:
        probes = {getattr(socket, name): value for name, value in _KEEPALIVE.items() if hasattr(socket, name)}
        usual |= {"socket_connect_timeout": CONNECT_TIMEOUT_S, "socket_keepalive": True}
        usual |= {"socket_keepalive_options": probes}
    return usual | dict(address.options)


class _Distrust:
    """A pool that closes its idle connections when one fails: networks forget all of them at the same time.

    Otherwise a process would wait for SOCKET_TIMEOUT_S on one after the other.
    """

    def release(self, connection: Any) -> None:
        """Take a connection back."""
        pool: Any = super()
        pool.release(connection)
        if connection._sock is None:  # it has failed; redis-py 6 has no other word for it
            pool.disconnect(inuse_connections=False)


class Pool(_Distrust, redis.ConnectionPool):
    """A pool of connections to one server."""


class SentinelPool(_Distrust, SentinelConnectionPool):
    """A pool of connections to the master that Sentinels name."""
