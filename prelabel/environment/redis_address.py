"""The one parser of REDIS_URL: every form that people write, as one value for redis-py and for Celery.

Forms: redis://, rediss:// (TLS), unix:// or redis+socket:// (a socket of this machine), and sentinel:// (docs/how-to/
redis.md). A password may hold any sign, raw or percent-encoded. No message holds a part of the address but host, path
or name of an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from prelabel.environment.redis_options import KNOWN, MASTER_OPTIONS, TlsOptions, Value, read_options
from prelabel.errors import SettingError

Kind = str
TCP, SOCKET, SENTINEL = "tcp", "socket", "sentinel"

#: Schemes, with the kind of connection and whether it is encrypted.
_SCHEMES = {
    "redis": (TCP, False),
    "rediss": (TCP, True),
    "unix": (SOCKET, False),
    "redis+socket": (SOCKET, False),
    "redis+unix": (SOCKET, False),
    "sentinel": (SENTINEL, False),
    "redis+sentinel": (SENTINEL, False),
    "redis-sentinel": (SENTINEL, False),
    "sentinels": (SENTINEL, True),
    "rediss+sentinel": (SENTINEL, True),
}
_PORTS = {TCP: 6379, SENTINEL: 26379}
_HOST = r"(?:\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[\w.-]+)?(?::\d*)?"
#: What follows the password: hosts, path, options. Nothing here may hold an @, so the password ends before it.
_AFTER_PASSWORD = {
    TCP: re.compile(rf"(?P<hosts>{_HOST})(?P<path>/[^@?#]*)?(?:\?(?P<query>[^?#]*))?"),
    SENTINEL: re.compile(
        rf"(?P<hosts>{_HOST}(?:[,;]{_HOST})*)(?P<path>/[^@?#]*)?(?:\?(?P<query>[^?#]*))?",
    ),
    SOCKET: re.compile(r"(?P<hosts>)(?P<path>/[^?#]*)(?:\?(?P<query>[^?#]*))?"),
}
_WRONG_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORM = "write it like redis://:PASSWORD@HOST:6379/0"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Place of the Redis server, and how to connect.

    `hosts`: the server's, or those of the Sentinels, which know the server by the name `master`. `path`: of a socket.
    `options`: redis-py's, such as `health_check_interval`.
    """

    kind: Kind
    hosts: tuple[tuple[str, int], ...] = ()
    path: str = ""
    db: int = 0
    username: str = ""
    password: str = field(default="", repr=False)
    master: str = ""
    sentinel_username: str = ""
    sentinel_password: str = field(default="", repr=False)
    options: tuple[tuple[str, Value], ...] = ()
    tls: TlsOptions | None = None

    @classmethod
    def parse(cls, text: str) -> RedisAddress:
        """Read an address. Raises SettingError, without a part of a password."""
        scheme, found, rest = text.strip().partition("://")
        kind, encrypted = _kind(scheme.lower() if found else "")
        user, parts = _split(kind, rest) if kind != SENTINEL else _split_list(scheme, rest)
        given = _query(parts["query"] or "")
        login = _login(user, given)
        place = _place(kind, parts, given)
        master = _master(kind, given, place)
        own = {name: given.pop(name, "") for name in ("sentinel_username", "sentinel_password")}
        if kind != SENTINEL and any(own.values()):
            raise _error("has options of Sentinel: they belong to sentinel://")
        options, tls = read_options(given, encrypted=encrypted, socket=kind == SOCKET)
        texts: dict[str, Any] = {"master": master, **login, **own}
        return cls(kind, options=options, tls=tls, **place, **texts)

    def signed_by(self, ca: str) -> RedisAddress:
        """Return the address with this file of the certificate authority, where it has TLS. Raises SettingError."""
        if self.tls is None:
            return self
        if self.tls.ca_certs not in {"", ca}:
            raise _error("and REDIS_CA name two files of an authority: remove ssl_ca_certs or REDIS_CA")
        return replace(self, tls=replace(self.tls, ca_certs=ca))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The passwords of the address."""
        key = str(self.tls.password) if self.tls and self.tls.password else ""
        return tuple(secret for secret in (self.password, self.sentinel_password, key) if secret)

    def __str__(self) -> str:
        """Name the place for messages, without user and password."""
        if self.kind == SOCKET:
            return self.path
        hosts = ", ".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"the Sentinels {hosts}" if self.kind == SENTINEL else hosts


def _error(what: str) -> SettingError:
    return SettingError(f"REDIS_URL {what}")


def _kind(scheme: str) -> tuple[Kind, bool]:
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if scheme in {"valkey", "valkeys", "keydb"}:
        raise _error(f"begins with {scheme}://: write {'rediss' if scheme == 'valkeys' else 'redis'}://")
    if "cluster" in scheme:
        raise _error("names a Redis Cluster, which is not supported: use a single server, or Sentinel")
    if scheme in {"http", "https", "tcp", "tls", "ssl", "amqp", "amqps", "pyamqp", "sqs", "file"}:
        raise _error(f"is not a Redis address: it begins with {scheme}://; {_FORM}")
    raise _error(f"is not a Redis address: {_FORM}")


def _split_list(scheme: str, rest: str) -> tuple[str | None, dict[str, str]]:
    """Split an address of Sentinels; Celery's form repeats scheme and password: sentinel://:p@a;sentinel://:p@b/0."""
    split = [_split(SENTINEL, part) for part in re.split(rf";{re.escape(scheme)}://", rest, flags=re.IGNORECASE)]
    users = {user for user, _ in split if user}
    if len(users) > 1:
        raise _error("has another user or password for each Sentinel: write those of the Redis servers, once")
    _, last = split[-1]
    hosts = ",".join(parts["hosts"] for _, parts in split)
    return (users.pop() if users else None), last | {"hosts": hosts}


def _split(kind: Kind, rest: str) -> tuple[str | None, dict[str, str]]:
    """Return user with password, and the parts after them. The first @ with a valid rest ends the password."""
    ends = [-1, *(place for place, sign in enumerate(rest) if sign == "@")]
    for end in ends:
        match = _AFTER_PASSWORD[kind].fullmatch(rest[end + 1 :])
        if match and ("@" not in (match["query"] or "") or _is_query(match["query"])):
            return (rest[:end] if end >= 0 else None), match.groupdict()
    raise _error(_why_no_match(kind, rest))


def _is_query(query: str) -> bool:
    return all(part.partition("=")[0] in KNOWN for part in query.split("&"))


def _why_no_match(kind: Kind, rest: str) -> str:
    after = rest.rpartition("@")[2]
    if kind == SOCKET:
        return "names no socket: write unix:///PATH/OF/redis.sock?db=0"
    if kind == TCP and re.match(r"[^/?]*[,;]", after):
        return "names several servers; Redis Cluster is not supported. For Sentinel write sentinel://HOST,HOST/0?master=NAME"
    if re.match(r"[0-9A-Fa-f]*:[0-9A-Fa-f:]*:", after):
        return "has an IPv6 address: write it in brackets, redis://[::1]:6379/0"
    return f"cannot be read: {_FORM}, with the port in digits"


def _query(query: str) -> dict[str, str]:
    """Return the options; a `+` in a password stays."""
    pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    names = [name for name, _ in pairs]
    if double := next((name for name in names if names.count(name) > 1), ""):
        raise _error(f"has the option {_shown(double)} twice")
    if sum(bool(part) for part in query.split("&")) != len(pairs) or any("=" not in p for p in query.split("&") if p):
        raise _error("has an option without a value: write ?NAME=VALUE&NAME=VALUE")
    if empty := next((name for name, value in pairs if not value), ""):
        raise _error(f"has the option {_shown(empty)} without a value")
    return dict(pairs)


def _shown(name: str) -> str:
    return name if re.fullmatch(r"[a-z_]{1,40}", name) else "(unreadable)"


def _login(user: str | None, given: dict[str, str]) -> dict[str, str]:
    """Return name and password, from before the @ or from the options."""
    name, _, password = (user or "").partition(":")
    login = {"username": _decoded(name), "password": _decoded(password)}
    for option in login:
        if option in given:
            if login[option]:
                raise _error(f"has a {option} before the @ and as an option: remove one")
            login[option] = given.pop(option)
    if login["username"] and not login["password"]:
        raise _error("has a user without a password: write redis://:PASSWORD@HOST or redis://USER:PASSWORD@HOST")
    return login


def _decoded(text: str) -> str:
    """Decode percent escapes; a text with another % is meant as it stands."""
    return text if _WRONG_ESCAPE.search(text) else unquote(text)


def _place(kind: Kind, parts: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    if kind == SOCKET:
        return {"path": unquote(parts["path"]), "db": _db("", given)}
    path = [unquote(part) for part in (parts["path"] or "").strip("/").split("/") if part]
    if kind == SENTINEL and path and not path[0].isdecimal() and len(path) <= 2:
        given.setdefault("master", path.pop(0))
    if len(path) > 1:
        raise _error(f"has more than a database number after the host: {_FORM}")
    hosts = tuple(_host(kind, host) for host in re.split("[,;]", parts["hosts"]))
    return {"hosts": hosts, "db": _db(path[0] if path else "", given)}


def _host(kind: Kind, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":") if not text.endswith("]") and ":" in text else (text, "", "")
    number = int(port or _PORTS[kind])
    if not 0 < number < 2**16:
        raise _error(f"has the port {number}: ports are 1 to 65535")
    return host.strip("[]") or "localhost", number


def _db(path: str, given: dict[str, str]) -> int:
    numbers = {text.removeprefix("/") for text in _given_dbs(path, given)}
    if len(numbers) > 1:
        raise _error("names two databases: write the number once")
    number = numbers.pop() if numbers else "0"
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        raise _error(f"has no database number where one belongs: {_FORM}")
    return int(number)


def _given_dbs(path: str, given: dict[str, str]) -> Iterator[str]:
    yield from filter(None, (path, given.pop("db", ""), given.pop("virtual_host", "")))


def _master(kind: Kind, given: dict[str, str], place: dict[str, Any]) -> str:
    names = {given.pop(option) for option in MASTER_OPTIONS if option in given}
    if kind != SENTINEL:
        if names:
            raise _error("names a master: that belongs to sentinel://")
        return ""
    if len(names) != 1:
        raise _error("names Sentinels but not one master: add ?master=NAME, as in their `sentinel monitor NAME ...`")
    if not place["hosts"]:
        raise _error("names no Sentinel")
    return names.pop()
