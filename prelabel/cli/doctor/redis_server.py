"""Checks of Redis's own set-up and of the connections to it: what could lose messages and claims, or stop workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import redis

from prelabel.cli.doctor.check import Check
from prelabel.environment.redis_address import SOCKET, RedisAddress
from prelabel.queues.connections import HEALTH_CHECK_S, SOCKET_TIMEOUT_S

#: Shares of a limit of Redis from which on it is named before it is reached.
_NEARLY = 0.8
#: Seconds of silence from which on a connection's limit is named. A worker's work counts as lost after 20 s.
_LONG_S = 20.0


def check_server_settings(client: redis.Redis, info: Mapping[str, Any], address: RedisAddress) -> Iterator[Check]:
    """Check what the server says of itself. Managed servers refuse CONFIG, so INFO must do where it can."""
    yield from _memory(info)
    yield from _disk(client, info)
    yield from _clients(info)
    yield from _connections(address)


def _memory(info: Mapping[str, Any]) -> Iterator[Check]:
    policy, limit = str(info.get("maxmemory_policy", "")), int(info.get("maxmemory", 0))
    if limit and not policy:
        problem = "it does not say what it does when its memory is full"
        yield Check("redis memory", "warning", f"{problem}; see to it that maxmemory-policy is noeviction")
    elif limit and policy != "noeviction":
        problem = f"{policy}: Redis deletes claims and messages when its memory is full"
        yield Check("redis memory", "warning", f"{problem}; set maxmemory-policy noeviction")
    used = int(info.get("used_memory", 0))
    if limit and used > _NEARLY * limit:
        problem = f"{100 * used / limit:.0f} % of maxmemory are in use, and a full Redis refuses to write"
        yield Check("redis memory", "warning", f"{problem}; raise maxmemory, or lower PRELABEL_PAGES_IN_FLIGHT")


def _disk(client: redis.Redis, info: Mapping[str, Any]) -> Iterator[Check]:
    failed = [name for name in ("aof_last_write_status", "rdb_last_bgsave_status") if info.get(name, "ok") != "ok"]
    if failed:
        yield Check("redis disk", "warning", f"Redis cannot write to its disk ({failed[0]}); make room, see its log")
    if int(info.get("aof_enabled", 0)):
        return
    snapshots = _takes_snapshots(client, info)
    if snapshots is None:
        problem = "appendonly is off, and whether Redis takes snapshots could not be checked (it refuses CONFIG)"
        yield Check("redis disk", "warning", f"{problem}; see to one of them, a restart else loses the pages in flight")
    elif not snapshots:
        problem = "nothing is saved to disk: a restart loses the pages in flight"
        yield Check("redis disk", "warning", f"{problem}; set appendonly yes")


def _takes_snapshots(client: redis.Redis, info: Mapping[str, Any]) -> bool | None:
    """Return whether snapshots are on; None where the server shows neither its configuration nor a snapshot of late."""
    try:
        return bool(client.config_get("save").get("save", ""))
    except redis.exceptions.RedisError:
        return True if int(info.get("rdb_saves", 0)) else None


def _clients(info: Mapping[str, Any]) -> Iterator[Check]:
    connected, most = int(info.get("connected_clients", 0)), int(info.get("maxclients", 0))
    if most and connected > _NEARLY * most:
        problem = f"{connected} of {most} connections are taken, and a full Redis refuses workers"
        yield Check("redis connections", "warning", f"{problem}; raise maxclients")


def _connections(address: RedisAddress) -> Iterator[Check]:
    """Warn of options of the address with which workers wait too long for a connection that is forgotten."""
    options = dict(address.options)
    for name, usual in (("socket_timeout", SOCKET_TIMEOUT_S), ("health_check_interval", HEALTH_CHECK_S)):
        if float(options.get(name, usual)) > _LONG_S:
            problem = f"{name}={options[name]} in REDIS_URL: a worker may wait so long for a silent connection"
            yield Check("redis connections", "warning", f"{problem}, and looks alive; leave it out ({usual:g} s)")
    if address.kind != SOCKET and options.get("socket_keepalive", True) is False:
        problem = "socket_keepalive=false in REDIS_URL: idle connections that the network forgets are never given up"
        yield Check("redis connections", "warning", f"{problem}; leave it out")
