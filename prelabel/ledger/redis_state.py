"""The connection, key prefix and Lua scripts that the ledger's parts share, and one error for an unavailable Redis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import redis

from prelabel.errors import ServiceUnavailable


class RedisState:
    """The keys of one Label Studio server, `prelabel:{server_id}:...`, and the scripts of `lua/` by folder and name."""

    def __init__(self, client: redis.Redis, server_id: str, sources: Mapping[str, str]) -> None:
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


#: Redis's texts for a full memory, a full disk, and a replica. redis-py has no class for the second.
_REFUSES_TO_WRITE = ("used memory > 'maxmemory'", "MISCONF", "read only replica")


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turn redis-py's connection errors into ServiceUnavailable, without the address, which may hold a password."""
    try:
        yield
    except redis.exceptions.AuthenticationError:
        raise ServiceUnavailable("Redis refuses the password; correct it in REDIS_URL") from None
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        raise ServiceUnavailable("Redis does not answer; start it or correct REDIS_URL") from None
    except redis.exceptions.ResponseError as error:
        if not any(word in str(error) for word in _REFUSES_TO_WRITE):
            raise
        raise ServiceUnavailable("Redis refuses to write: give it memory or disk space") from None
