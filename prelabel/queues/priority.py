"""Fairness between projects that share queues: the priority of a page's messages.

A queue is one Redis list for each priority, and workers take from the first list that holds a message (kombu's
priorities). A page's priority follows from its position among its project's pages in flight, so that a project's few
pages come before another's many. A large project is topped up when half of PRELABEL_PAGES_IN_FLIGHT is left. So all but
its first pages have the last priority, where projects share the workers in the order of arrival.
"""

from __future__ import annotations

#: First to last, as kombu numbers them.
PRIORITIES = (0, 3, 6, 9)
#: The shares of PRELABEL_PAGES_IN_FLIGHT at which the later ones begin.
_BEGIN = (0.125, 0.25, 0.5)
#: kombu's separator between a queue's name and a later priority.
_SEPARATOR = "\x06\x16"


def priority_of(position: int, bound: int) -> int:
    """Return the priority of a page by its position (from 0, of `bound`) among its project's pages in flight.

    >>> [priority_of(position, 200) for position in (0, 24, 25, 99, 100, 199)]
    [0, 0, 3, 6, 9, 9]
    """
    return PRIORITIES[sum(position >= share * bound for share in _BEGIN)]


def queue_lists(queue: str) -> list[str]:
    """Return the lists of a queue, in the order in which workers empty them. Their keys have a prefix: `keys`."""
    return [f"{queue}{_SEPARATOR}{priority}" if priority else queue for priority in PRIORITIES]
