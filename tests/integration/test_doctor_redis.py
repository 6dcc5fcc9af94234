"""Verdicts of `prelabel doctor` on real Redis servers that could lose messages, refuse work, or stop workers."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.redis import RedisServer
from prelabel.cli.doctor.redis_server import check_server_settings
from prelabel.environment.redis_address import RedisAddress
from prelabel.errors import SettingError
from prelabel.queues import redis_check

SAVED = {"--appendonly": "yes"}
#: Options of the server, name of the check, beginning and end of what it says. None: nothing to say.
SET_UPS: dict[str, tuple[dict[str, str], tuple[str, str, str] | None]] = {
    "writes everything down": (SAVED, None),
    "takes snapshots": ({"--save": "3600 1"}, None),
    "keeps nothing": ({}, ("redis disk", "nothing is saved to disk", "set appendonly yes")),
    "evicts keys": (
        SAVED | {"--maxmemory": "100mb", "--maxmemory-policy": "volatile-lru"},
        ("redis memory", "volatile-lru: Redis deletes claims", "set maxmemory-policy noeviction"),
    ),
    "would evict keys, but has no limit": (SAVED | {"--maxmemory-policy": "allkeys-lru"}, None),
    "has a limit": (SAVED | {"--maxmemory": "100mb"}, None),
    "is nearly full": (
        SAVED | {"--maxmemory": "1mb"},
        ("redis memory", "", "raise maxmemory, or lower PRELABEL_PAGES_IN_FLIGHT"),
    ),
}
ADDRESS = RedisAddress.parse("redis://h")


def _said(client: Any, address: RedisAddress = ADDRESS, **info: Any) -> list[tuple[str, str]]:
    checks = list(check_server_settings(client, dict(client.info()) | info, address))
    assert all(check.state == "warning" for check in checks)
    return [(check.name, check.detail) for check in checks]


@pytest.mark.parametrize(("options", "says"), SET_UPS.values(), ids=SET_UPS.keys())
def test_a_server_is_judged_by_its_set_up(
    options: dict[str, str], says: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    with RedisServer(tmp_path, options=options) as server, closing(redis.Redis(port=server.port)) as client:
        said = _said(client)
    if says is None:
        assert said == []
        return
    [(name, detail)] = said
    assert name == says[0]
    assert detail.startswith(says[1])
    assert detail.endswith(says[2])


def test_a_server_that_refuses_config_is_judged_by_what_it_shows(tmp_path: Path) -> None:
    # Given a server like managed ones: no CONFIG
    with RedisServer(tmp_path) as server:
        rights = ("on", ">secret", "~*", "&*", "+@all", "-config")
        owner: Any = redis.Redis(port=server.port)
        owner.execute_command("ACL", "SETUSER", "managed", *rights)
        client: Any = redis.Redis(port=server.port, username="managed", password="secret")
        # When it shows no snapshot, it is said what could not be checked
        [(name, detail)] = _said(client)
        assert name == "redis disk"
        assert "whether Redis takes snapshots could not be checked (it refuses CONFIG)" in detail
        # When it shows one, all is well
        client.bgsave()
        deadline = time.monotonic() + 20
        while not client.info("persistence")["rdb_saves"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert _said(client) == []
        # And a server that hides its policy is named, too
        [(name, detail)] = _said(client, maxmemory=10**9, maxmemory_policy="")
        assert detail.startswith("it does not say what it does when its memory is full")


def test_a_disk_that_cannot_be_written_is_named(redis_url: str) -> None:
    with closing(redis.Redis.from_url(redis_url)) as client:
        said = _said(client, aof_enabled=1, aof_last_write_status="err")
    assert said == [("redis disk", "Redis cannot write to its disk (aof_last_write_status); make room, see its log")]


def test_connections_that_run_out_are_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(RedisServer(tmp_path, options=SAVED | {"--maxclients": "10"}))
        clients = [stack.enter_context(closing(redis.Redis(port=server.port))) for _ in range(9)]
        for client in clients:
            client.ping()
        assert _said(clients[0]) == [
            (
                "redis connections",
                "9 of 10 connections are taken, and a full Redis refuses workers; raise maxclients",
            )
        ]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("redis://h?socket_timeout=15&health_check_interval=20&socket_keepalive=true", None),
        ("redis://h?socket_timeout=600", "socket_timeout=600.0 in REDIS_URL: a worker may wait so long"),
        ("redis://h?health_check_interval=60", "health_check_interval=60 in REDIS_URL: a worker may wait so long"),
        ("redis://h?socket_keepalive=no", "socket_keepalive=false in REDIS_URL: idle connections that the network"),
        ("unix:///run/r.sock?socket_timeout=600", "socket_timeout=600.0 in REDIS_URL: a worker may wait so long"),
    ],
)
def test_options_with_which_workers_wait_too_long_are_named(url: str, says: str | None, redis_url: str) -> None:
    with closing(redis.Redis.from_url(redis_url)) as client:
        said = _said(client, RedisAddress.parse(url), aof_enabled=1)
    assert [detail.startswith(says or "?") for _, detail in said] == ([True] if says else [])


@pytest.mark.parametrize("option", ["socket_timeout=None", "socket_timeout=0", "health_check_interval=0"])
def test_a_wait_without_end_is_refused(option: str) -> None:
    with pytest.raises(SettingError, match="must be"):
        RedisAddress.parse(f"redis://h?{option}")


@pytest.mark.parametrize(
    ("version", "refused"),
    [("6.0.16", True), ("5.0.7", True), ("6.2.0", False), ("7.0.15", False), ("8.1.1", False), ("255.255.255", False)],
)
def test_a_server_that_lacks_commands_of_the_broker_is_refused_at_the_start(version: str, refused: bool) -> None:
    class Server:
        """No old Redis can be had from packages any more; this one only says its version."""

        def info(self) -> dict[str, str]:
            return {"redis_version": version, "role": "master"}

    fault = redis_check._kind(Server())
    assert (fault is not None and "prelabel needs Redis 6.2 or later" in fault.text) == refused
