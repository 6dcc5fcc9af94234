"""Remarks on a project's pages, by page: stage ocr notes or removes them with its output (`lua/pages/advance.lua`)."""

from __future__ import annotations

import json

from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.page import Remark


class Remarks:
    """Remarks in Redis. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def of_pages(self, project_id: int) -> dict[int, tuple[Remark, ...]]:
        """Return the remarks of the project's pages that have some."""
        with redis_errors():
            rows: dict[bytes, bytes] = self._state.redis.hgetall(self._state.name("remarks", project_id))
        return {int(page): unpack(row) for page, row in rows.items()}


def pack(remarks: tuple[Remark, ...]) -> str:
    """Return remarks as the ledger keeps them; "" for none."""
    return json.dumps([[each.code, each.detail] for each in remarks], ensure_ascii=False) if remarks else ""


def unpack(row: bytes) -> tuple[Remark, ...]:
    """Read the output of `pack`, also of a newer release, which may tell more of each remark."""
    return tuple(Remark(*each[:2]) for each in json.loads(row))
