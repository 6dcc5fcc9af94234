"""Faults of Redis in words: one line with the cure for each error of redis-py and kombu, the same in CLI and workers.

The texts of libraries are only searched, never shown: they may hold the address, and so a password.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from redis import exceptions as theirs

from prelabel.errors import PrelabelError, ServiceUnavailable, SettingError


@dataclass(frozen=True, slots=True)
class Fault:
    """One line about an error. `set_up`: a restart does not help, something must be corrected first."""

    text: str
    set_up: bool = True

    def error(self) -> PrelabelError:
        """Return the error that ends a process at its start."""
        return SettingError(self.text) if self.set_up else ServiceUnavailable(self.text)

    def at_work(self) -> ServiceUnavailable:
        """Return the error of work that meets the fault: it waits until the fault is mended, and uses up no try."""
        error = ServiceUnavailable(self.text)
        error.charged = False
        return error


CLUSTER = Fault("REDIS_URL points to a Redis Cluster, which is not supported: use a single server, or Sentinel")
READ_ONLY = Fault(
    "REDIS_URL points to a read-only replica: name the primary, or the Sentinels (sentinel://)", set_up=False
)
NO_PASSWORD = Fault("Redis asks for a password: write it into REDIS_URL, redis://:PASSWORD@HOST:PORT/0")
TLS_ONLY = Fault("the server behind REDIS_URL speaks TLS: write rediss://")
SPEAKS_NO_TLS = Fault("the server behind REDIS_URL speaks no TLS: write redis://, or turn TLS on there")

#: Searched in the order of this table in the texts of an error and its causes.
_BY_TEXT: tuple[tuple[str, Fault], ...] = (
    # Logging in
    (
        "without any password configured",
        Fault("Redis has no password, but REDIS_URL has one: remove it, or set one there"),
    ),
    (
        r"WRONGPASS|invalid username-password|invalid password|user is disabled",
        Fault("Redis refuses the password or the user; correct both in REDIS_URL"),
    ),
    (
        r"NOAUTH|Authentication required|already authenticated|wrong number of arguments for 'auth'",
        NO_PASSWORD,
    ),
    (
        r"DENIED|protected mode",
        Fault("Redis accepts connections from its own machine only (protected mode): give it a password"),
    ),
    # The server's kind and state
    (r"\bMOVED\b|\bASK\b|CROSSSLOT|CLUSTERDOWN|cluster support|in cluster mode", CLUSTER),
    (
        r"DB index is out of range|invalid DB index",
        Fault("Redis has no database of that number; correct it in REDIS_URL"),
    ),
    (
        r"READONLY|read only replica|MASTERDOWN",
        READ_ONLY,
    ),
    (r"LOADING|loading the dataset", Fault("Redis is still loading its data: try again in a moment", set_up=False)),
    (
        r"OOM |used memory > 'maxmemory'",
        Fault(
            "Redis refuses to write: its memory is full; raise maxmemory, and keep maxmemory-policy noeviction",
            set_up=False,
        ),
    ),
    (r"MISCONF", Fault("Redis refuses to write: it cannot save to disk; free disk space there", set_up=False)),
    (
        r"NOREPLICAS",
        Fault("Redis refuses to write: too few replicas are connected (min-replicas-to-write)", set_up=False),
    ),
    (
        r"max number of clients",
        Fault("Redis has no room for more clients: raise maxclients there, or end some processes", set_up=False),
    ),
    (r"\bBUSY\b.*script", Fault("Redis is busy with a script of another client: try again in a moment", set_up=False)),
    # TLS
    (
        r"Hostname mismatch|IP address mismatch|doesn't match|not valid for",
        Fault("Redis's certificate names another host: correct the host in REDIS_URL, or the certificate"),
    ),
    (r"certificate has expired", Fault("Redis's certificate has expired: renew it")),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        Fault("Redis's certificate is signed by an unknown authority: name its PEM file in REDIS_CA"),
    ),
    (
        r"CERTIFICATE_REQUIRED|certificate required|HANDSHAKE_FAILURE|peer did not return a certificate",
        Fault("Redis asks for a client certificate: add ?ssl_certfile=FILE&ssl_keyfile=FILE to REDIS_URL"),
    ),
    (
        r"ALERT_UNKNOWN_CA|ALERT_BAD_CERTIFICATE|ALERT_DECRYPT_ERROR|ALERT_CERTIFICATE_|unknown ca\b|bad certificate",
        Fault("Redis refuses the client certificate of REDIS_URL: use one of the authority that the server knows"),
    ),
    (
        r"WRONG_VERSION_NUMBER|wrong version number|RECORD_LAYER_FAILURE|record layer failure",
        SPEAKS_NO_TLS,
    ),
    (
        r"UNEXPECTED_EOF|EOF occurred",
        Fault(
            "the server behind REDIS_URL breaks TLS off: it speaks no TLS, or wants another client certificate "
            "(ssl_certfile, ssl_keyfile)"
        ),
    ),
    # Another server
    (r"Protocol Error: b'\\x15|Protocol error, got \"\\x15", TLS_ONLY),
    (
        r"unknown command",
        Fault("Redis does not know a command that is needed: use Redis 6.2 or later, or Valkey, unrestricted"),
    ),
    # Sentinel
    (
        r"No master found",
        Fault(
            "no Sentinel answers, or none knows the master of REDIS_URL: correct hosts and ?master=NAME", set_up=False
        ),
    ),
    # The way to the server
    (
        r"Name or service not known|nodename nor servname|No address associated|name resolution|getaddrinfo",
        Fault("Redis does not answer: its host name is not known; correct REDIS_URL", set_up=False),
    ),
    (
        r"Error 13\b|Permission denied",
        Fault(
            "Redis does not answer: this process may not open the socket of REDIS_URL; change its rights", set_up=False
        ),
    ),
    (
        r"Error 2\b|No such file",
        Fault(
            "Redis does not answer: there is no socket at the path of REDIS_URL; start Redis or correct it",
            set_up=False,
        ),
    ),
    (
        r"[Tt]imed? ?out",
        Fault(
            "Redis does not answer in time; start it or correct REDIS_URL (rediss:// only for a server with TLS)",
            set_up=False,
        ),
    ),
)
_AWAY = Fault("Redis does not answer; start it or correct REDIS_URL", set_up=False)
_OTHER = Fault("the server behind REDIS_URL does not answer as Redis does; correct REDIS_URL")


def fault_of(error: BaseException) -> Fault | None:
    """Return the fault that an error means; None if it is none of Redis or of the way to it."""
    texts = " | ".join(f"{type(each).__name__} {each}" for each in _chain(error))
    if any(isinstance(each, theirs.NoPermissionError) for each in _chain(error)) or "NOPERM" in texts:
        return Fault(_missing_right(texts))
    for pattern, fault in _BY_TEXT:
        if re.search(pattern, texts):
            return fault
    return _by_class(error)


def _by_class(error: BaseException) -> Fault | None:
    chain = [*_chain(error)]
    if any(isinstance(each, theirs.AuthenticationError) for each in chain):
        return Fault("Redis refuses the password or the user; correct both in REDIS_URL")
    if any(isinstance(each, theirs.InvalidResponse) for each in chain):
        return _OTHER
    if any(isinstance(each, theirs.ConnectionError | theirs.TimeoutError | ssl.SSLError | OSError) for each in chain):
        return _AWAY
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those behind it: kombu and redis-py wrap what the socket or TLS said."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _missing_right(texts: str) -> str:
    """Name the command, or the kind of pattern, that Redis's access list does not give to the user."""
    command = re.search(r"permissions to run the '([a-z0-9|_.-]+)' command", texts, re.IGNORECASE)
    if command:
        what = f"run {command[1].upper()}: add +{command[1].lower()}"
    elif re.search(r"channel", texts):
        what = "use the channels of workers: add &/*"
    elif re.search(r"\bkeys?\b", texts):
        what = "use the keys of prelabel and Celery: add ~*, or the patterns that docs/how-to/redis.md lists"
    else:
        what = "do what is needed: docs/how-to/redis.md lists the rights"
    return f"Redis does not let the user of REDIS_URL {what}"
