"""Check of the Redis server before the first message: its answer, its kind, the user's rights. One line for a fault."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, suppress
from typing import Any

import redis

from prelabel.environment.redis_address import SOCKET, RedisAddress
from prelabel.environment.redis_options import TlsOptions
from prelabel.queues import broker
from prelabel.queues.redis_faults import CLUSTER, NO_PASSWORD, READ_ONLY, SPEAKS_NO_TLS, TLS_ONLY, Fault, fault_of
from prelabel.queues.redis_rights import missing_rights
from prelabel.settings import Settings

#: A start must not hang on a server that accepts connections and is silent.
_ANSWER_S = 5.0
#: Celery's broker uses its commands.
_OLDEST = (6, 2)
#: Texts of a plain Redis to a first PING.
_PLAIN = (b"+PONG", b"-NOAUTH", b"-ERR", b"-DENIED", b"-LOADING")


def check_server(settings: Settings, *, within_s: float = _ANSWER_S) -> None:
    """Raise SettingError for what must be corrected first, ServiceUnavailable for what may pass by itself."""
    fault = find_fault(settings, within_s=within_s)
    if fault:
        raise fault.error()


def find_fault(settings: Settings, *, within_s: float = _ANSWER_S) -> Fault | None:
    """Return what is wrong with the server or with the address of it. Raises SettingError for a malformed address."""
    address = settings.redis_address
    try:
        with closing(broker.connect(settings, socket_timeout=within_s)) as client:
            with suppress(redis.exceptions.NoPermissionError):  # named with the other rights
                client.ping()
            return _kind(client) or _rights(client, settings)
    except redis.exceptions.AuthenticationError as error:
        return fault_of(error) if address.password else NO_PASSWORD
    except redis.exceptions.RedisError as error:
        return _other_protocol(address) or fault_of(error) or Fault(f"Redis answers with {type(error).__name__}")


def _kind(client: Any) -> Fault | None:
    """Return the fault of a replica, a cluster or an old server.

    A user without the right to INFO is told so by `missing_rights`.
    """
    try:
        info: dict[str, Any] = dict(client.info())
    except redis.exceptions.NoPermissionError:
        return None
    if info.get("redis_mode") == "cluster" or info.get("cluster_enabled"):
        return CLUSTER
    version = str(info.get("redis_version", ""))
    if _numbers(version) < _OLDEST:
        return Fault(f"Redis {version} is too old: prelabel needs Redis 6.2 or later, or Valkey")
    return READ_ONLY if info.get("role") == "slave" else None


def _numbers(version: str) -> tuple[int, ...]:
    """Read 6.2.14 as (6, 2, 14); what is no version counts as new enough."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else _OLDEST


def _rights(client: Any, settings: Settings) -> Fault | None:
    missing = missing_rights(client, settings.redis_address.db, settings.server_id)
    if not missing:
        return None
    return Fault(f"Redis does not give the user of REDIS_URL these rights: {' '.join(missing)}; add them (ACL SETUSER)")


def _other_protocol(address: RedisAddress) -> Fault | None:
    """Return the fault of TLS on one side only, or of a handshake; no password is sent.

    Such a server is else only silent, or ends the connection before its reason is read.
    """
    if address.kind == SOCKET:
        return None
    if address.tls is None:
        return TLS_ONLY if any(_answers_tls(*host) for host in address.hosts) else None
    if any(_answers_plainly(*host) for host in address.hosts):
        return SPEAKS_NO_TLS
    return next((fault for host in address.hosts if (fault := _alert(*host, address.tls))), None)


def _alert(host: str, port: int, tls: TlsOptions) -> Fault | None:
    """Return the fault of the client certificate that the server complains of after the handshake."""
    try:
        with (
            socket.create_connection((host, port), timeout=_ANSWER_S) as connection,
            tls.context().wrap_socket(connection, server_hostname=host) as encrypted,
        ):
            encrypted.settimeout(1.0)
            encrypted.recv(1)
    except ssl.SSLError as error:
        return fault_of(error)
    except OSError:
        return None
    return None


def _answers_plainly(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_ANSWER_S) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(_PLAIN)
    except OSError:
        return False


def _answers_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), timeout=_ANSWER_S) as connection:
            connection.settimeout(1.0)
            with context.wrap_socket(connection, server_hostname=host):
                return True
    except ssl.SSLError as error:
        return "CERTIFICATE_REQUIRED" in str(error)
    except OSError:
        return False
