"""The connection to Redis that all processes use, for redis-py and for Celery; signed messages where keys are set."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from prelabel.environment.redis_address import SENTINEL, SOCKET, RedisAddress
from prelabel.errors import SettingError
from prelabel.queues.connections import Pool, SentinelPool, timeouts
from prelabel.queues.keys import key_prefix
from prelabel.settings import Settings, celery_variables


def connect(settings: Settings, **options: Any) -> redis.Redis:
    """Make a client that connects with its first call. Raises SettingError for a malformed address.

    `options`: of redis-py; they win over those of the address.
    """
    address = settings.redis_address
    if address.tls:
        address.tls.check_files()
    given = _defaults(address) | options | _login(address) | {"db": address.db} | _tls(address)
    if address.kind == SOCKET:
        return redis.Redis(unix_socket_path=address.path, **given)
    if address.kind == SENTINEL:
        pool = {"connection_pool_class": SentinelPool}
        client: redis.Redis = _sentinels(address).master_for(address.master, **given, **pool)
        return client
    (host, port), *_ = address.hosts
    client = redis.Redis(host, port, **given)
    made = client.connection_pool
    client.connection_pool = Pool(made.connection_class, **made.connection_kwargs)
    return client


def _defaults(address: RedisAddress) -> dict[str, Any]:
    """Return redis-py's own defaults of a client from an address: no command is sent twice unless asked for."""
    again = dict(address.options).get("retry_on_timeout", False)
    return {"retry": Retry(NoBackoff(), int(again))} | timeouts(address)


def _sentinels(address: RedisAddress) -> Any:
    new: Any = Sentinel  # redis-py gives it no types
    return new(address.hosts, sentinel_kwargs=_sentinel_options(address))


def _sentinel_options(address: RedisAddress) -> dict[str, Any]:
    """Return the options of the connections to Sentinels themselves; their password is their own."""
    login = {"username": address.sentinel_username or None, "password": address.sentinel_password or None}
    return login | _defaults(address) | _tls(address)


def _login(address: RedisAddress) -> dict[str, Any]:
    return {"username": address.username or None, "password": address.password or None}


def _tls(address: RedisAddress) -> dict[str, Any]:
    return {"ssl": True} | address.tls.arguments() if address.tls else {}


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Celery's settings for the broker and the format of messages. Raises SettingError."""
    address = settings.redis_address
    if address.tls:
        address.tls.check_files()
    _refuse_other_broker(celery_url(address))
    serializer = "auth" if settings.signing_key else "json"
    return {
        "broker_url": celery_url(address),
        "broker_use_ssl": address.tls.arguments() if address.tls else None,
        "broker_transport_options": transport_options(address) | {"global_keyprefix": key_prefix(settings.server_id)},
        "task_serializer": serializer,
        "accept_content": [serializer],
        "event_serializer": "json",
        "task_ignore_result": True,  # the ledger keeps the outcomes
    }


def _refuse_other_broker(url: str) -> None:
    """Refuse variables that Celery prefers to every configuration: workers and CLI would use different servers."""
    for name, value in celery_variables().items():
        if value != url:
            raise SettingError(f"{name} in the environment would send messages past REDIS_URL: remove that variable")


def celery_url(address: RedisAddress) -> str:
    """Write the address as kombu reads it: one form, every sign of name and password percent-encoded."""
    login = _quoted_login(address)
    if address.kind == SOCKET:
        return f"redis+socket://{login}{quote(address.path)}?virtual_host={address.db}"
    scheme = "sentinel" if address.kind == SENTINEL else "rediss" if address.tls else "redis"
    hosts = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in address.hosts]
    return ";".join(f"{scheme}://{login}{host}/{address.db}" for host in hosts)


def _quoted_login(address: RedisAddress) -> str:
    if not address.password:
        return ""
    return f"{quote(address.username, safe='')}:{quote(address.password, safe='')}@"


def transport_options(address: RedisAddress) -> dict[str, Any]:
    """Return kombu's options for this address."""
    options = timeouts(address)
    if address.kind == SENTINEL:
        options |= {"master_name": address.master, "sentinel_kwargs": _sentinel_options(address)}
    return options


def sign(app: Any, settings: Settings) -> None:
    """Make a Celery app with this configuration sign its messages, where keys are set. Raises SettingError."""
    if not settings.signing_key:
        return
    trusted = settings.signing_trusted or settings.signing_certificate
    try:
        Path(trusted).stat()  # Celery accepts a missing file here, and refuses every message later
        app.setup_security(key=settings.signing_key, cert=settings.signing_certificate, store=trusted)
    except Exception as error:  # noqa: BLE001 - cryptography's, Celery's and the file system's errors share no base
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise SettingError(
            "PRELABEL_SIGNING_KEY, PRELABEL_SIGNING_CERTIFICATE and PRELABEL_SIGNING_TRUSTED cannot be used "
            f"({reason}): name an RSA key and certificates in PEM files, and pip install 'prelabel[signing]'"
        ) from None
