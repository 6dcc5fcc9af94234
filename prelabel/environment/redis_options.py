"""Options in the query of REDIS_URL, in the spellings of redis-py and of Celery: types, TLS, and unknown names."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from prelabel.errors import SettingError

Value = str | int | float | bool

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def _switch(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError
    return text.lower() in _TRUE


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 86400:
        raise ValueError
    return number


def _whole_seconds(text: str) -> int:
    """Read seconds, 1 or more: with 0 redis-py tries nothing, and kombu without a pause."""
    if not _count(text):
        raise ValueError
    return _count(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError
    return int(text)


#: Options that redis-py and kombu both know, with their type.
_OPTIONS: dict[str, tuple[Callable[[str], Value], str]] = {
    "socket_timeout": (_seconds, "seconds"),
    "socket_connect_timeout": (_seconds, "seconds"),
    "socket_keepalive": (_switch, "true or false"),
    "health_check_interval": (_whole_seconds, "whole seconds, 1 or more"),
    "retry_on_timeout": (_switch, "true or false"),
    "max_connections": (_count, "a whole number"),
    "client_name": (str, "a name"),
}
#: Options that a socket of this machine does not have.
_TCP_ONLY = {"socket_connect_timeout", "socket_keepalive"}
_CERT_REQS = {
    "required": ssl.CERT_REQUIRED,
    "optional": ssl.CERT_OPTIONAL,
    "none": ssl.CERT_NONE,
}
_TLS = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname", "ssl_password")
#: Other spellings of the master's name, for Sentinel.
MASTER_OPTIONS = ("master", "master_name", "service_name")
_ELSEWHERE = ("db", "virtual_host", "username", "password", *MASTER_OPTIONS, "sentinel_username", "sentinel_password")
#: All options, those that `redis_address` reads included.
KNOWN = frozenset((*_OPTIONS, *_TLS, *_ELSEWHERE))


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How a server's certificate is checked, and the own certificate, if the server asks for one."""

    cert_reqs: ssl.VerifyMode = ssl.CERT_REQUIRED
    check_hostname: bool = True
    ca_certs: str = ""
    certfile: str = ""
    keyfile: str = ""
    password: str = field(default="", repr=False)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments for redis-py and kombu. Without them kombu accepts any certificate."""
        files = {"ssl_ca_certs": self.ca_certs, "ssl_certfile": self.certfile, "ssl_keyfile": self.keyfile}
        given = {name: file for name, file in files.items() if file}
        secret = {"ssl_password": self.password} if self.password else {}
        return {"ssl_cert_reqs": self.cert_reqs, "ssl_check_hostname": self.check_hostname} | given | secret

    def context(self) -> ssl.SSLContext:
        """Return a context for a handshake of our own. Raises OSError or ValueError for unusable files."""
        context = ssl.create_default_context(cafile=self.ca_certs or None)
        context.check_hostname, context.verify_mode = self.check_hostname, self.cert_reqs
        if self.certfile:
            context.load_cert_chain(self.certfile, self.keyfile or None, self.password or (lambda: b""))
        return context

    def check_files(self) -> None:
        """Raise SettingError if a file is missing or is no PEM file of its kind."""
        for name, file in (
            ("ssl_ca_certs", self.ca_certs),
            ("ssl_certfile", self.certfile),
            ("ssl_keyfile", self.keyfile),
        ):
            _check_readable("REDIS_CA or ssl_ca_certs" if name == "ssl_ca_certs" else name, file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.ca_certs:
            try:
                context.load_verify_locations(self.ca_certs)
            except (OSError, ValueError):
                raise SettingError(f"{self.ca_certs} (REDIS_CA) holds no certificate in PEM form") from None
        if self.certfile:
            self._check_own(context)

    def _check_own(self, context: ssl.SSLContext) -> None:
        try:
            context.load_cert_chain(self.certfile, self.keyfile or None, self.password or (lambda: b""))
        except (OSError, ValueError):
            raise SettingError(
                f"{self.certfile} and {self.keyfile or 'the key in it'} in REDIS_URL are no certificate and its key in "
                "PEM form, or the key needs ssl_password"
            ) from None


def _check_readable(name: str, file: str) -> None:
    if not file:
        return
    try:
        with Path(file).open("rb"):
            pass
    except OSError as error:
        raise SettingError(f"{name}={file} cannot be read ({error.strerror}): correct it for REDIS_URL") from None


def read_options(
    given: dict[str, str], *, encrypted: bool, socket: bool
) -> tuple[tuple[tuple[str, Value], ...], TlsOptions | None]:
    """Return the options of the connection, and those of TLS where it is encrypted. Raises SettingError."""
    for name in given:
        _check_known(name, encrypted=encrypted, socket=socket)
    options = tuple((name, _typed(name, text)) for name, text in given.items() if name in _OPTIONS)
    return options, _tls(given) if encrypted else None


def _check_known(name: str, *, encrypted: bool, socket: bool) -> None:
    if name in _TLS and not encrypted:
        raise SettingError(f"REDIS_URL has the option {name}, which needs rediss:// (TLS)")
    if name in _TCP_ONLY and socket:
        raise SettingError(f"REDIS_URL has the option {name}, which a socket of this machine does not have")
    if name not in _OPTIONS and name not in _TLS:
        close = get_close_matches(name, [*_OPTIONS, *_TLS, *_ELSEWHERE], 1)
        hint = f"did you mean {close[0]}?" if close else f"options are {', '.join([*_OPTIONS, *_TLS])}"
        # only a name in plain letters is shown: what looks like an option may be the end of a password
        shown = f" {name}" if close else ""
        raise SettingError(f"REDIS_URL has an unknown option{shown}: {hint}")


def _typed(name: str, text: str) -> Value:
    read, wanted = _OPTIONS[name]
    try:
        return read(text)
    except ValueError:
        raise SettingError(f"REDIS_URL: {name} must be {wanted}") from None


def _tls(given: dict[str, str]) -> TlsOptions:
    reqs = given.get("ssl_cert_reqs", "required").lower().removeprefix("cert_")
    if reqs not in _CERT_REQS:
        raise SettingError("REDIS_URL: ssl_cert_reqs must be required, optional or none")
    try:
        check = _switch(given.get("ssl_check_hostname", "true"))
    except ValueError:
        raise SettingError("REDIS_URL: ssl_check_hostname must be true or false") from None
    if given.get("ssl_keyfile") and not given.get("ssl_certfile"):
        raise SettingError("REDIS_URL has ssl_keyfile without ssl_certfile: name both")
    return TlsOptions(
        _CERT_REQS[reqs],
        check and reqs != "none",
        given.get("ssl_ca_certs", ""),
        given.get("ssl_certfile", ""),
        given.get("ssl_keyfile", ""),
        given.get("ssl_password", ""),
    )
