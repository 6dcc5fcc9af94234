"""The sizes of imports: a page that met a failed import is sent with fewer others, until the one to blame is alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

#: A failed import is sent again in parts of this share.
_PARTS = 4

T = TypeVar("T")


def smaller(size: int) -> int:
    """Return the size of the imports that follow a failed one.

    >>> smaller(50), smaller(12), smaller(3), smaller(1)
    (12, 3, 1, 1)
    """
    return max(1, size // _PARTS)


def by_limit(items: Sequence[T], limit: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield the imports to make: items with the same limit together, those with the highest limit first.

    So what never met a failed import is stored before the next failure.

    >>> list(by_limit([1, 2, 30, 3, 20], lambda item: 5 if item < 10 else 1))
    [[1, 2, 3], [30], [20]]
    """
    for most, group in groupby(sorted(items, key=limit, reverse=True), key=limit):
        same = list(group)
        yield from (same[first : first + most] for first in range(0, len(same), most))
