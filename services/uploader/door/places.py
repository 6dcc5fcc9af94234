"""Places for strangers' answers that take memory for as long as the client reads: images of pages."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.uploader.door.crowd import Guest
from services.uploader.error_answers import Refused

_MOST, _MOST_BY_ADDRESS = 64, 24
#: An answer that takes longer than this loses its place when others wait for it.
_PATIENCE_S = 10.0
_LONGEST_WAIT_S, _LOOK_S = 20.0, 0.1


@dataclass(slots=True, eq=False)
class _Place:
    guest: Guest
    address: str
    since: float


class Places:
    """A limited number of answers at a time, by address and in all; others wait. Used in the event loop only."""

    def __init__(self, most: int = _MOST, by_address: int = _MOST_BY_ADDRESS, patience_s: float = _PATIENCE_S) -> None:
        self._most, self._most_by_address, self._patience_s = most, by_address, patience_s
        self._taken: list[_Place] = []

    @asynccontextmanager
    async def place(self, guest: Guest) -> AsyncIterator[None]:
        """Hold a place during the block. Raises Refused after a long wait."""
        ends = time.monotonic() + _LONGEST_WAIT_S
        while (rivals := self._rivals(guest.address)) and not self._end_slowest(rivals):
            if time.monotonic() > ends:
                raise Refused(503, "busy", "too many images are being read", "try again in a moment")
            await asyncio.sleep(_LOOK_S)
        place = _Place(guest, guest.address, time.monotonic())
        self._taken.append(place)
        try:
            yield
        finally:
            if place in self._taken:
                self._taken.remove(place)

    def _rivals(self, address: str) -> list[_Place]:
        """Return the places, oldest first, of which one must become free first; none: there is room."""
        counts = Counter(place.address for place in self._taken)
        if counts[address] >= self._most_by_address:
            return [place for place in self._taken if place.address == address]
        if len(self._taken) < self._most:
            return []
        return [place for place in self._taken if counts[place.address] == max(counts.values())]

    def _end_slowest(self, rivals: list[_Place]) -> bool:
        if time.monotonic() - rivals[0].since < self._patience_s:
            return False
        self._taken.remove(rivals[0])
        rivals[0].guest.close()
        return True
