"""Fairness between projects on the same queues: whose page is taken next.

A queue is one Redis list for each turn, and workers take from the first that holds something (kombu's priorities). A
page's turn is its place among its project's pages in flight, so that a project's few pages come before another's many.
A project with much left to do is topped up when half of PAGES_IN_FLIGHT is left: all but its very first pages have the
last turn, where projects alike share the workers in the order of arrival.
"""

from __future__ import annotations

#: First to last, as kombu numbers them.
TURNS = (0, 3, 6, 9)
#: The shares of PAGES_IN_FLIGHT at which the later ones begin.
_BEGIN = (0.125, 0.25, 0.5)
#: What kombu puts between a queue's name and a later turn.
_SEPARATOR = "\x06\x16"


def turn(place: int, bound: int) -> int:
    """The turn of the page that is the `place`-th of its project's in flight (from 0, of `bound`).

    >>> [turn(place, 200) for place in (0, 24, 25, 99, 100, 199)]
    [0, 0, 3, 6, 9, 9]
    """
    return TURNS[sum(place >= share * bound for share in _BEGIN)]


def queue_lists(queue: str) -> list[str]:
    """The Redis lists of a queue, in the order in which they are emptied."""
    return [f"{queue}{_SEPARATOR}{turn}" if turn else queue for turn in TURNS]
