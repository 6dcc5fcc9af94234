"""Redaction of keys and tokens in texts, the last line of defence of logs: prelabel's own messages hold none.

Redaction is needed for the texts of libraries: a traceback shows whatever an exception was given.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from prelabel.errors import SettingError
from prelabel.settings import Settings

_GONE = "***"
_PATTERNS = (
    # A user before the host of an address, and the query after its path: the query of a presigned address is a key.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/?#'\"]*@", re.IGNORECASE), rf"\1{_GONE}@"),
    (re.compile(r"(\bhttps?://[^\s?#'\"<>]+)\?[^\s'\"<>]+", re.IGNORECASE), rf"\1?{_GONE}"),
    # The same query by itself, and tokens by name: HTTP's header, JSON's field.
    (re.compile(r"\b((?:x-(?:amz|goog)-[a-z-]+|signature|sig)=)[^\s&'\"]+", re.IGNORECASE), rf"\1{_GONE}"),
    (re.compile(r"\b((?:token|bearer|basic) +)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1{_GONE}"),
    (re.compile(r"(['\"](?:refresh|access|password)['\"]: *)(['\"]).*?\2", re.IGNORECASE), rf"\1\2{_GONE}\2"),
    # JSON Web Tokens, wherever they stand.
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]+"), _GONE),
)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """Return the text without these secrets, and without anything that looks like a key."""
    for secret in secrets:
        text = text.replace(secret, _GONE)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return the secrets of the settings; passwords in REDIS_URL both as written and decoded."""
    keys = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    secrets = (*keys, *_redis_secrets(settings), *_proxy_secrets(settings))
    return tuple(sorted({secret for secret in secrets if secret}, key=len, reverse=True))


def _redis_secrets(settings: Settings) -> Iterator[str]:
    """Yield the passwords of REDIS_URL: decoded, percent-encoded for Celery, and as written before the host."""
    try:
        for secret in settings.redis_address.secrets:
            yield from (secret, quote(secret), quote(secret, safe=""))
    except SettingError:
        pass  # what stands before the host is a secret nevertheless
    user = settings.redis_url.partition("://")[2].rpartition("@")[0]
    yield from (user, user.partition(":")[2])


def _proxy_secrets(settings: Settings) -> Iterator[str]:
    """Yield the passwords in the addresses of proxies, as written and decoded."""
    for address in (settings.http_proxy, settings.https_proxy, settings.all_proxy):
        with suppress(ValueError):
            password = urlsplit(address if "://" in address else f"//{address}").password or ""
            yield from (password, unquote(password))


class RedactingFormatter(logging.Formatter):
    """A formatter that removes secrets from another formatter's lines, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Sequence[str]) -> None:
        super().__init__()
        self._inner, self._secrets = inner, secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record), self._secrets)
