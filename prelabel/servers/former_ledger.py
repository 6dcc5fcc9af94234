"""The ledger of this Label Studio under a former name: before LABEL_STUDIO_ALIASES gave the server another one.

It is moved by renaming its keys, once its workers are gone. Lists of projects and the like are united; where both
ledgers hold a page, a document or a job of their own, nothing is moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import redis

from prelabel.environment.server_address import former_ids
from prelabel.errors import ConfigurationError
from prelabel.ledger.redis_state import redis_errors
from prelabel.queues import broker
from prelabel.settings import Settings

#: What a ledger holds without any page or document: who lived, what was announced, and queues.
_PASSING = ("worker", "workers", "taggers", "engines", "lock", "first", "queue", "rights")
#: What must not be united: the records of single pages and documents, with all that belongs to them.
_SINGLE = ("page", "words", "job", "document", "state")
_PORTION = 1000
#: KEYS: former, present. What the present ledger has is kept.
_UNITE = """
local from, to = KEYS[1], KEYS[2]
if redis.call('RENAMENX', from, to) == 1 then
  return 1
end
local kind = redis.call('TYPE', from).ok
if kind == 'set' then
  redis.call('SUNIONSTORE', to, to, from)
elseif kind == 'zset' then
  redis.call('ZUNIONSTORE', to, 2, to, from, 'AGGREGATE', 'MAX')
elseif kind == 'hash' then
  local rows = redis.call('HGETALL', from)
  for i = 1, #rows, 2 do
    redis.call('HSETNX', to, rows[i], rows[i + 1])
  end
end
return redis.call('DEL', from)
"""


@dataclass(frozen=True, slots=True)
class FormerLedger:
    """A ledger under another name of the same server: one of its addresses, and the number of its keys."""

    id: str
    address: str
    keys: int


class FormerLedgers:
    """Former ledgers in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._redis: Any = broker.connect(settings)
        self._unite = self._redis.register_script(_UNITE)
        self._own = settings.server_id
        self._others = former_ids(settings.label_studio_url, settings.label_studio_aliases)

    def find(self) -> list[FormerLedger]:
        """Return the former ledgers that hold anything."""
        with redis_errors():
            found = [FormerLedger(name, url, len(self._lasting(name))) for name, url in self._others.items()]
        return [ledger for ledger in found if ledger.keys]

    def move(self, former: FormerLedger) -> int:
        """Give the former ledger's keys the present name; return their number. It can be repeated after a failure.

        Raises ConfigurationError, before anything is changed, where former workers live, where both ledgers hold pages
        or documents, or where the user of Redis must not do it.
        """
        with redis_errors():
            self._refuse_to_mix(former)
            try:
                return sum(self._move(key, former.id) for key in self._lasting(former.id))
            except redis.exceptions.NoPermissionError:
                raise ConfigurationError(
                    f"the user of REDIS_URL must not rename the keys prelabel:{former.id}:*; use one with all rights"
                ) from None

    def _refuse_to_mix(self, former: FormerLedger) -> None:
        if self._scan(former.id, "worker:*"):
            raise ConfigurationError(f"workers of {former.address} still live under its former name: end them first")
        both = {_part(key) for key in self._lasting(former.id)} & {_part(key) for key in self._lasting(self._own)}
        if mixed := both & {*_SINGLE}:
            raise ConfigurationError(
                f"both ledgers hold records of the kind {min(mixed)}: take LABEL_STUDIO_ALIASES away again until "
                f"the work of {former.address} is finished"
            )

    def _move(self, key: str, former: str) -> int:
        present = f"prelabel:{self._own}:{key.removeprefix(f'prelabel:{former}:')}"
        try:
            return int(self._unite(keys=[key, present]))
        except redis.exceptions.ResponseError as error:
            if "no such key" in str(error):  # it ran out meanwhile
                return 0
            raise

    def _lasting(self, name: str) -> list[str]:
        """Return the keys of a ledger that must not be lost."""
        return [key for key in self._scan(name, "*") if _part(key) not in _PASSING]

    def _scan(self, name: str, pattern: str) -> list[str]:
        match = f"prelabel:{name}:{pattern}"
        return sorted({key.decode() for key in self._redis.scan_iter(match, count=_PORTION)})


def _part(key: str) -> str:
    """Return the part of the ledger that a key belongs to: prelabel:SERVER:PART:..."""
    return key.split(":")[2]
