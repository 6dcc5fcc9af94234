"""One item read ahead: while the caller is at work on one, a thread reads the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


def ahead(read: Callable[[_Item], _Read], items: Iterable[_Item]) -> Iterator[tuple[_Item, _Read]]:
    """Each item with what `read` makes of it, in order; what it raises comes when its item's turn has come."""
    with ThreadPoolExecutor(1, "read ahead") as pool:
        coming: tuple[_Item, Future[_Read]] | None = None
        for item in items:
            now, coming = coming, (item, pool.submit(read, item))
            if now:
                yield now[0], now[1].result()
        if coming:
            yield coming[0], coming[1].result()
