"""Reading order of the regions of a page."""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.lines import raster_order
from prelabel.page import Box


def reading_order(ours: Sequence[bool], boxes: Sequence[Box]) -> list[int]:
    """Return the indices of all regions in reading order. `boxes`: the first word of each.

    Regions of prelabel stand in the page's order already, and keep it; the others follow the nearest one before them.
    """
    sorted_, own = raster_order(boxes), [index for index, kept in enumerate(ours) if kept]
    place = {index: number for number, index in enumerate(own)}
    keys: dict[int, tuple[int, int]] = {}
    before = -1
    for rank, index in enumerate(sorted_):
        before = place.get(index, before)
        keys[index] = (before, rank if index not in place else -1)
    return sorted(keys, key=lambda index: keys[index])
