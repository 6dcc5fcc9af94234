"""The connection to Redis that all processes use: TLS for rediss:// addresses, signed messages where keys are set."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from prelabel.errors import SettingError
from prelabel.settings import Settings


def connect(settings: Settings, **options: Any) -> redis.Redis:
    """Make a client that connects with its first call. Raises SettingError for a malformed address."""
    try:
        return redis.Redis.from_url(settings.redis_url, **_tls(settings), socket_connect_timeout=5, **options)
    except ValueError:  # redis-py's message may hold the address, and so a password
        raise SettingError("REDIS_URL is not a Redis address: write it like redis://localhost:6379/0") from None


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Celery's settings for the broker and the format of messages."""
    serializer = "auth" if settings.signing_key else "json"
    return {
        "broker_url": settings.redis_url,
        "broker_use_ssl": _tls(settings) or None,
        "task_serializer": serializer,
        "accept_content": [serializer],
        "event_serializer": "json",
        "task_ignore_result": True,  # the ledger keeps the outcomes
    }


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
            f"SIGNING_KEY, SIGNING_CERTIFICATE and SIGNING_TRUSTED cannot be used ({reason}): name an RSA key and "
            "certificates in PEM files, and pip install 'prelabel[signing]'"
        ) from None


def _tls(settings: Settings) -> dict[str, Any]:
    """Return the TLS options for redis-py and kombu. Without them kombu accepts any certificate."""
    if urlsplit(settings.redis_url).scheme != "rediss":
        return {}
    own = {"ssl_ca_certs": settings.redis_ca} if settings.redis_ca else {}
    return {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True} | own
