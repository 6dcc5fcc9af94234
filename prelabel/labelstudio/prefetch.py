"""Read-ahead by one item: a thread reads the next item while the caller works on the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


def read_ahead(read: Callable[[_Item], _Read], items: Iterable[_Item]) -> Iterator[tuple[_Item, _Read]]:
    """Yield each item with the result of `read`, in order; an error of `read` is raised at the turn of its item."""
    with ThreadPoolExecutor(1, "read ahead") as pool:
        next_item: tuple[_Item, Future[_Read]] | None = None
        for item in items:
            present, next_item = next_item, (item, pool.submit(read, item))
            if present:
                yield present[0], present[1].result()
        if next_item:
            yield next_item[0], next_item[1].result()
