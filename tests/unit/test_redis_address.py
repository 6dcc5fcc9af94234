"""The one parser of REDIS_URL: arguments for redis-py and kombu by form, refusals of one line, no password shown."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
from kombu import Connection
from redis.connection import SSLConnection

from prelabel.environment.redis_address import RedisAddress
from prelabel.errors import SettingError
from prelabel.queues import broker
from prelabel.redaction import secrets_of
from prelabel.settings import Settings

PLAIN = {"host": "h", "port": 6379, "db": 0, "username": None, "password": None}


def settings(url: str, **more: Any) -> Settings:
    return Settings(_env_file=None, redis_url=url, **more)


def client_arguments(url: str, **more: Any) -> dict[str, Any]:
    """Return redis-py's arguments of a connection."""
    pool = broker.connect(settings(url, **more)).connection_pool
    assert issubclass(pool.connection_class, SSLConnection) == url.lower().strip().startswith("rediss:")
    return dict(pool.connection_kwargs)


def kombu_arguments(url: str, **more: Any) -> dict[str, Any]:
    """Return redis-py's arguments of a connection that kombu makes."""
    conf = broker.configuration(settings(url, **more))
    ssl_given = conf["broker_use_ssl"] or False
    connection: Any = Connection(conf["broker_url"], transport_options=conf["broker_transport_options"], ssl=ssl_given)
    with connection:
        transport: Any = connection.transport
        channel = transport.Channel.__new__(transport.Channel)
        channel.connection = transport
        for name, value in connection.transport_options.items():
            setattr(channel, name, value)
        arguments = dict(channel._connparams())
        assert issubclass(arguments["connection_class"], SSLConnection) == bool(ssl_given)
        return arguments


@pytest.mark.parametrize(
    ("url", "differs"),
    [
        ("redis://h", {}),
        ("redis://h/", {}),
        ("redis://h:6379/0", {}),
        (" redis://h:6379/0 ", {}),
        ("REDIS://h", {}),
        ("redis://", {"host": "localhost"}),
        ("redis:///2", {"host": "localhost", "db": 2}),
        ("redis://h?db=3", {"db": 3}),
        ("redis://h:7?db=3", {"db": 3, "port": 7}),
        ("redis://h/3?db=3", {"db": 3}),
        ("redis://h/3?virtual_host=3", {"db": 3}),
        ("redis://[::1]:6380/1", {"host": "::1", "port": 6380, "db": 1}),
        ("redis://:pw@h", {"password": "pw"}),
        ("redis://user:pw@h", {"username": "user", "password": "pw"}),
        ("redis://h?username=user&password=p%26w", {"username": "user", "password": "p&w"}),
        ("redis://h?password=a+b", {"password": "a+b"}),
        ("redis://:p#w@h", {"password": "p#w"}),
        ("redis://:p%23w@h", {"password": "p#w"}),
        ("redis://:p%w@h", {"password": "p%w"}),
        ("redis://:100%25@h", {"password": "100%"}),
        ("redis://:p/w@h/1", {"password": "p/w", "db": 1}),
        ("redis://:p?w@h", {"password": "p?w"}),
        ("redis://:p?w=1@h", {"password": "p?w=1"}),
        ("redis://:p@w@h", {"password": "p@w"}),
        ("redis://:@@@h", {"password": "@@"}),
        ("redis://:a:b:c@h", {"password": "a:b:c"}),
        ("redis://:12/3@h", {"password": "12/3"}),
        ("redis://:p;w,x@h", {"password": "p;w,x"}),
        ("redis://:p@x/1?w=2#@h:6379/4", {"password": "p@x/1?w=2#", "db": 4}),
        ("redis://:비밀@h", {"password": "비밀"}),
        ("redis://:[x]@h", {"password": "[x]"}),
        ("redis://:p w@h", {"password": "p w"}),
    ],
)
def test_one_server(url: str, differs: dict[str, Any]) -> None:
    wanted = PLAIN | differs
    assert {name: client_arguments(url)[name] for name in PLAIN} == wanted
    assert {name: kombu_arguments(url)[name] for name in PLAIN} == wanted


@pytest.mark.parametrize(
    "url", ["unix:///run/r.sock?db=2", "redis+socket:///run/r.sock?virtual_host=2", "redis+unix:///run/r.sock?db=2"]
)
@pytest.mark.parametrize("login", ["", "user:p#w@"])
def test_a_socket_of_this_machine(url: str, login: str) -> None:
    url = url.replace("://", f"://{login}")
    name, password = ("user", "p#w") if login else (None, None)
    for given in (client_arguments(url), kombu_arguments(url)):
        assert (given["path"], given["db"]) == ("/run/r.sock", 2)
        assert (given["username"], given["password"]) == (name, password)
        assert "socket_keepalive" not in given


OPTIONS = "health_check_interval=30&socket_timeout=2.5&socket_connect_timeout=3&socket_keepalive=no&client_name=me"


def test_options_reach_both_libraries() -> None:
    for given in (client_arguments(f"redis://h?{OPTIONS}"), kombu_arguments(f"redis://h?{OPTIONS}")):
        assert given["health_check_interval"] == 30
        assert (given["socket_timeout"], given["socket_connect_timeout"]) == (2.5, 3.0)
        assert (given["socket_keepalive"], given["client_name"]) == (False, "me")


def test_a_silent_connection_is_given_up_by_both_libraries() -> None:
    for given in (client_arguments("redis://h"), kombu_arguments("redis://h")):
        assert (given["socket_timeout"], given["socket_connect_timeout"]) == (5.0, 5.0)
        assert given["health_check_interval"] == 5
        assert given["socket_keepalive"] is True
        assert given["socket_keepalive_options"][socket.TCP_USER_TIMEOUT] == 25_000


@pytest.mark.parametrize(
    ("query", "reqs", "hostname"),
    [
        ("", ssl.CERT_REQUIRED, True),
        *((f"?ssl_cert_reqs={text}", ssl.CERT_REQUIRED, True) for text in ("required", "CERT_REQUIRED", "Required")),
        *((f"?ssl_cert_reqs={text}", ssl.CERT_OPTIONAL, True) for text in ("optional", "CERT_OPTIONAL")),
        *((f"?ssl_cert_reqs={text}", ssl.CERT_NONE, False) for text in ("none", "CERT_NONE", "None")),
        ("?ssl_check_hostname=false", ssl.CERT_REQUIRED, False),
    ],
)
def test_tls(query: str, reqs: ssl.VerifyMode, hostname: bool) -> None:
    for given in (client_arguments(f"rediss://h{query}"), kombu_arguments(f"rediss://h{query}")):
        assert given["ssl_cert_reqs"] == reqs
        assert given["ssl_check_hostname"] == hostname


SENTINELS = (
    "sentinel://:p%23w@a,b:1/3?master=m",
    "sentinel://:p#w@a:26379,b:1/3?master_name=m",
    "sentinel://:p#w@a;sentinel://:p#w@b:1/3?master_name=m",
    "sentinel://:p#w@a:26379;sentinel://b:1/3?service_name=m",
    "redis+sentinel://:p#w@a,b:1/m/3",
    "redis-sentinel://:p#w@a,b:1/3?master=m",
)


@pytest.mark.parametrize("url", SENTINELS)
def test_sentinels(url: str) -> None:
    address = RedisAddress.parse(f"{url}{'&' if '?' in url else '?'}sentinel_password=x@y")
    assert address.hosts == (("a", 26379), ("b", 1))
    assert (address.master, address.db, address.password, address.sentinel_password) == ("m", 3, "p#w", "x@y")
    assert broker.celery_url(address) == "sentinel://:p%23w@a:26379/3;sentinel://:p%23w@b:1/3"
    options = broker.transport_options(address)
    assert options["master_name"] == "m"
    assert options["sentinel_kwargs"]["password"] == "x@y"


def test_sentinels_with_tls() -> None:
    address = RedisAddress.parse("sentinels://a/0?master=m&ssl_cert_reqs=none")
    assert broker.transport_options(address)["sentinel_kwargs"]["ssl"] is True
    assert address.tls


REFUSED = {
    "nonsense": "REDIS_URL is not a Redis address",
    "localhost": "REDIS_URL is not a Redis address",
    "localhost:6379": "REDIS_URL is not a Redis address",
    "127.0.0.1:6379/0": "REDIS_URL is not a Redis address",
    "redis:/h": "REDIS_URL is not a Redis address",
    "redis//h": "REDIS_URL is not a Redis address",
    ":5ecret@h": "REDIS_URL is not a Redis address",
    "http://h": "begins with http://",
    "amqp://u:5ecret@h": "begins with amqp://",
    "valkey://:5ecret@h": "write redis://",
    "valkeys://h": "write rediss://",
    "redis+cluster://h": "Redis Cluster, which is not supported",
    "redis://a:1,b:2/0": "Redis Cluster is not supported",
    "redis://h/abc": "no database number",
    "redis://h/-1": "no database number",
    "redis://h/1/2": "more than a database number",
    "redis://h?db=x": "no database number",
    "redis://h/1?db=2": "two databases",
    "redis://h?db=1&db=1": "the option db twice",
    "redis://h:port": "with the port in digits",
    "redis://:5ecret": "with the port in digits",
    "redis://:5ecret/h": "with the port in digits",
    "redis://h:0": "ports are 1 to 65535",
    "redis://h:70000": "ports are 1 to 65535",
    "redis://::1:6379/0": "brackets",
    "redis://5ecret@h": "a user without a password",
    "redis://user:@h": "a user without a password",
    "redis://:5ecret@h?password=5ecret": "a password before the @ and as an option",
    "redis://h/0#x": "cannot be read",
    "redis://h/0 # comment": "cannot be read",
    "redis://h?soket_timeout=1": "did you mean socket_timeout?",
    "redis://h?visibility_timeout=1": "unknown option",
    "redis://h?socket_timeout": "an option without a value",
    "redis://h?socket_timeout=": "without a value",
    "redis://h?socket_timeout=soon": "socket_timeout must be seconds",
    "redis://h?socket_timeout=-1": "socket_timeout must be seconds",
    "redis://h?socket_timeout=nan": "socket_timeout must be seconds",
    "redis://h?socket_keepalive=perhaps": "socket_keepalive must be true or false",
    "redis://h?max_connections=1.5": "max_connections must be a whole number",
    "redis://h?ssl_cert_reqs=none": "needs rediss://",
    "rediss://h?ssl_cert_reqs=5ecret": "ssl_cert_reqs must be required, optional or none",
    "rediss://h?ssl_keyfile=/k": "ssl_keyfile without ssl_certfile",
    "unix://run/r.sock": "names no socket",
    "unix://": "names no socket",
    "unix:///r.sock?socket_keepalive=true": "a socket of this machine does not have",
    "sentinel://h": "add ?master=NAME",
    "sentinel://h/0?master=a&master_name=b": "add ?master=NAME",
    "sentinel://:5ecret1@a;sentinel://:5ecret2@b/0?master=m": "another user or password for each Sentinel",
    "redis://h?master=m": "belongs to sentinel://",
    "redis://h?sentinel_password=5ecret": "belong to sentinel://",
    "": "is not a Redis address",
}


@pytest.mark.parametrize(("url", "says"), REFUSED.items(), ids=REFUSED.keys())
def test_a_refusal_is_one_line_without_a_password(url: str, says: str) -> None:
    for make in (broker.connect, broker.configuration):
        with pytest.raises(SettingError) as said:
            make(settings(url))
        assert says in str(said.value)
        assert str(said.value).startswith("REDIS_URL")
        assert "\n" not in str(said.value)
        assert "5ecret" not in str(said.value)


@pytest.mark.parametrize("sign", "#%/?@:;&=+ ,[]\\'\"<>é비")
def test_no_sign_in_a_password_is_lost_or_shown(sign: str) -> None:
    """Given a password with this sign anywhere, raw, then it arrives whole, is kept out of texts, and is redacted."""
    for password in (f"x{sign}yz", f"{sign}xyz", f"xyz{sign}", sign * 3, f"x{sign}yz{sign}xyz"):
        url = f"redis://user:{password}@h:6379/1"
        address = RedisAddress.parse(url)
        assert (address.username, address.password, address.db) == ("user", password, 1)
        assert kombu_arguments(url)["password"] == password
        assert password not in repr(address) + str(address)
        assert password in secrets_of(settings(url))


def test_unreadable_addresses_are_redacted_too() -> None:
    assert {"5ec#ret"} <= set(secrets_of(settings("valkey://:5ec#ret@h")))


@pytest.mark.parametrize("name", ["CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL"])
def test_no_variable_sends_messages_elsewhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "redis://:5ecret@elsewhere/0")
    with pytest.raises(SettingError, match=f"^{name} in the environment would send messages past REDIS_URL") as said:
        broker.configuration(settings("redis://h"))
    assert "5ecret" not in str(said.value)
    monkeypatch.setenv(name, "redis://h:6379/0")
    broker.configuration(settings("redis://h"))


def test_two_files_of_an_authority_are_refused() -> None:
    assert client_arguments("rediss://h", redis_ca="")["ssl_cert_reqs"] == ssl.CERT_REQUIRED
    with pytest.raises(SettingError, match="REDIS_CA"):
        broker.connect(settings("rediss://h?ssl_ca_certs=/a.pem", redis_ca="/b.pem"))
