"""Rights that a user of Redis needs: commands, keys and channels of prelabel and Celery, and the check of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import redis

from prelabel.queues.keys import SERVERS, key_prefix

#: Every command that prelabel, its scripts and Celery send, with arguments that Redis accepts. They are only queued and
#: then discarded, so nothing is changed.
_KEY_COMMANDS: dict[str, tuple[str, ...]] = {
    "del": (), "exists": (), "expire": ("1",), "get": (), "getrange": ("0", "1"), "hdel": ("a",),
    "hexists": ("a",), "hget": ("a",), "hgetall": (), "hincrby": ("a", "1"), "hincrbyfloat": ("a", "1"), "hkeys": (),
    "hlen": (), "hmget": ("a",), "hscan": ("0",), "hset": ("a", "1"), "hsetnx": ("a", "1"), "hvals": (), "incr": (),
    "incrby": ("1",), "llen": (), "lpush": ("a",), "lrange": ("0", "1"), "mget": (), "persist": (), "pexpire": ("1",),
    "pttl": (), "rpop": (), "rpush": ("a",), "sadd": ("a",), "scard": (), "set": ("a",), "sscan": ("0",), "unlink": (),
    "sismember": ("a",), "smembers": (), "spop": (), "srem": ("a",), "ttl": (), "zadd": ("1", "a"), "zcard": (),
    "zcount": ("0", "1"), "zpopmin": (), "zrange": ("0", "1"), "zrangebyscore": ("0", "1"), "zrem": ("a",),
    "zremrangebyscore": ("0", "1"), "zrevrange": ("0", "1"), "zscore": ("a",), "brpop": ("1",),
}  # fmt: skip
_OTHER_COMMANDS: dict[str, tuple[str, ...]] = {
    "ping": (),
    "info": (),
    "time": (),
    "scan": ("0",),
    "select": ("0",),
    "evalsha": ("0" * 40, "0"),
    "script|load": ("return 1",),
    "script|exists": ("0" * 40,),
}
#: These cannot be queued; outside of a transaction they change nothing.
_UNQUEUED = ("watch", "unwatch", "exec", "discard", "multi")
#: Tried with each channel.
_ON_CHANNELS = ("publish", "psubscribe", "punsubscribe")


def _keys(server_id: str) -> dict[str, str]:
    """Return patterns of keys, with a key of each."""
    own = f"prelabel:{server_id}"  # the scripts of the ledger are told this beginning of their keys
    return {own: own, f"{own}:*": _key(server_id), SERVERS: SERVERS}


def _key(server_id: str) -> str:
    return f"prelabel:{server_id}:rights"


def channels(db: int, server_id: str) -> tuple[str, ...]:
    """Return the channels of a database. A subscription to a pattern needs the same pattern among the user's."""
    prefix = key_prefix(server_id)
    return (f"{prefix}/{db}.celery.pidbox", f"{prefix}/{db}.celeryev/*")


def rule(db: int, server_id: str) -> str:
    """Return the least rights as Redis's `ACL SETUSER NAME on >PASSWORD ...` takes them."""
    keys = " ".join(f"~{pattern}" for pattern in _keys(server_id))
    commands = " ".join(f"+{name}" for name in sorted((*_KEY_COMMANDS, *_OTHER_COMMANDS, *_UNQUEUED, *_ON_CHANNELS)))
    return f"{keys} {' '.join(f'&{channel}' for channel in channels(db, server_id))} {commands}"


def missing_rights(client: redis.Redis, db: int, server_id: str) -> list[str]:
    """Return the rights that the client's user lacks, as words of Redis's access list; nothing is changed.

    Only some workers get as far as each command, so a trial of all tells at the start what fails hours later.
    """
    pool: Any = client.connection_pool
    connection = pool.get_connection()
    try:
        return [*dict.fromkeys(_trials(connection, db, server_id))]
    finally:
        connection.disconnect()
        pool.release(connection)


def _trials(connection: Any, db: int, server_id: str) -> Iterator[str]:
    for right, words in _queued_trials(db, server_id):
        if refusal := _refusal(connection, *words):
            yield f"+{words[0]}" if right.startswith("&") and "command" in refusal else right
    _refusal(connection, "discard")
    for channel in channels(db, server_id):
        for name in ("psubscribe", "punsubscribe"):
            if refusal := _refusal(connection, name, channel, pushes=True):
                yield f"+{name}" if "command" in refusal else f"&{channel}"


def _queued_trials(db: int, server_id: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield rights with the words that try them; "multi" comes last of the first ones and begins a transaction."""
    for name in _UNQUEUED:
        yield f"+{name}", (name, _key(server_id)) if name == "watch" else (name,)
    for name, args in _KEY_COMMANDS.items():
        yield f"+{name}", (name, _key(server_id), *args)
    for name, args in _OTHER_COMMANDS.items():
        yield f"+{name}", (*name.split("|"), *args)
    for pattern, key in _keys(server_id).items():
        yield f"~{pattern}", ("exists", key)
    for channel in channels(db, server_id):
        yield f"&{channel}", ("publish", channel, "")


def _refusal(connection: Any, *words: str, pushes: bool = False) -> str:
    """Send a command; return Redis's words if the user has no right to it.

    `pushes`: the answer is a push message, which nobody waits for, so a PING follows. Other errors do not count, such
    as a command that an older server does not know. EXEC says NOPERM inside of an EXECABORT.
    """
    connection.send_command(*words)
    if pushes:
        connection.send_command("ping")
    try:
        connection.read_response()
    except redis.exceptions.ResponseError as error:
        if pushes:
            with suppress(redis.exceptions.ResponseError):
                connection.read_response()
        refused = isinstance(error, redis.exceptions.NoPermissionError) or "NOPERM" in str(error)
        return str(error) if refused else ""
    return ""
