"""The connection, key prefix and Lua scripts that the ledger's parts share, and one error for an unavailable Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import redis

from prelabel.queues.redis_faults import fault_of

_T = TypeVar("_T")
#: Pages of one script, so that no script keeps Redis from others for long.
PORTION = 250


class RedisState:
    """The keys of one Label Studio server, `prelabel:{server_id}:...`, and the scripts of `lua/` by folder and name.

    The server's queues are below the same prefix (`prelabel/queues/keys.py`).
    """

    def __init__(self, client: redis.Redis, server_id: str, sources: Mapping[str, str]) -> None:
        self.server_id = server_id
        # redis-py types every answer as sync or async; Any spares a cast at every call.
        self.redis: Any = client
        self.prefix = f"prelabel:{server_id}"
        self._scripts: dict[str, Any] = {name: client.register_script(text) for name, text in sources.items()}

    def name(self, *parts: object) -> str:
        """Join the parts of a key."""
        return ":".join([self.prefix, *map(str, parts)])

    def run(self, script: str, *args: Any) -> Any:
        """Run a script; other processes see it as one step."""
        with redis_errors():
            return self._scripts[script](keys=[self.prefix], args=args)

    def run_each(self, script: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Run a script once for each list of arguments, all in one round trip; each call is a step of its own."""
        with redis_errors(), self.redis.pipeline(transaction=False) as pipe:
            for args in calls:
                self._scripts[script](keys=[self.prefix], args=args, client=pipe)
            return list(pipe.execute())


def portions(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Cut arguments of a script into portions of PORTION."""
    return (items[first : first + PORTION] for first in range(0, len(items), PORTION))


def scanned(read: Callable[[Any], tuple[bytes, Any]]) -> Iterator[Any]:
    """Read a large key portion by portion: `read` takes a cursor and returns the next one and a portion."""
    cursor: Any = 0
    while cursor != b"0":
        cursor, found = read(cursor)
        yield found


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turn faults of Redis into ServiceUnavailable, without the address, which may hold a password.

    Faults of the set-up, too: while processes run, work must wait until they are mended, and must not fail for ever.
    """
    try:
        yield
    except redis.exceptions.RedisError as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault.at_work() from None
