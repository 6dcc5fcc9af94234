"""Turn of a page in the shown image: as prelabel stored it, else as the regions show it.

Scans lie on their side or upside down, and askew. A region of a page on its side is a level rectangle in the shown
image, so that only its words, its links or the order of regions say where the page's top is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from prelabel.geometry import apply, off_axis, turn
from prelabel.labelstudio.regions.frame import around
from prelabel.labelstudio.regions.region import Region, metas
from prelabel.labelstudio.regions.shapes import Shape
from prelabel.page import Box

#: A text of so many letters is longer than high.
_LONG_TEXT = 3
#: Least width of a letter, in heights of its line.
_NARROWEST_LETTER = 0.25
#: Share of the letters that stand in upright boxes on a page on its side; share of the votes for one direction.
_MOST = 0.6


def stored_turn(regions: Sequence[Region]) -> float | None:
    """Return the degrees, clockwise, that most regions of prelabel name in `meta`; None where no region is of it.

    Regions of a page that lies upright name none: they tell the tilt alone.
    """
    ours = [meta for region in regions for meta in list(metas(region.items))[:1] if meta.get("prelabel")]
    found = Counter(degrees for meta in ours if isinstance(degrees := meta.get("turn"), int | float))
    if 2 * found.total() > len(ours):
        return max(found, key=lambda degrees: found[degrees])
    return _tilt(regions) if ours else None


def _tilt(regions: Sequence[Region]) -> float:
    """Return the usual tilt, of the words as prelabel wrote them where they are stored: people turn regions."""
    shapes = (region.stored[0].shape if region.stored else region.shape for region in regions)
    return median_low([off_axis(shape.degrees) for shape in shapes] or [0.0])


def shown_turn(regions: Sequence[Region], links: Iterable[tuple[str, str]]) -> float:
    """Return the degrees, clockwise, by which the page seems to lie turned; no quarter turn where nothing tells.

    `links`: ids of regions, from question to answer.
    """
    tilt = _tilt(regions)
    words = [list(_words(region, tilt)) for region in regions]
    boxes = {region.id: _level(region.shape, tilt) for region in regions}
    steps = [_direction(a, b) for row in words for (_, a), (_, b) in pairwise(row)]
    steps += [own for region in regions if (own := round((region.shape.degrees - tilt) / 90) % 4)]
    along = [_direction(boxes[a], boxes[b]) for a, b in links if a in boxes and b in boxes]
    right, down = _down(list(boxes.values()))
    if _on_its_side(word for row in words for word in row):
        order = [3 if right else 1] if len(regions) > 1 else []
        evidence = (steps, along, [_viewed(region) for region in regions], order)
        told = [_decided(votes, (1, 3)) for votes in evidence]
    else:
        upside_down = _decided(along, (0, 2)) == 2 and not down
        told = [_decided(steps, (0, 2)), 2 if upside_down else 0]
    return (next((quarters for quarters in told if quarters is not None), 0) * 90 + tilt) % 360


def _words(region: Region, tilt: float) -> Iterator[tuple[str, Box]]:
    """Yield text and box of each stored word; of the region itself where no words are stored."""
    if region.stored:
        yield from ((word.text, _level(word.shape, tilt)) for word in region.stored)
    elif region.text:
        yield region.text, _level(region.shape, tilt)


def _level(shape: Shape, tilt: float) -> Box:
    """Return the box around a shape after the tilt of the page is undone."""
    level = turn(-tilt)
    return around(apply(level, x, y) for x, y in shape.outline)


def _on_its_side(words: Iterable[tuple[str, Box]]) -> bool:
    """Return whether most letters stand in boxes of one line that is higher than long; paragraphs tell nothing."""
    high = level = 0
    for text, box in words:
        if len(text) >= _LONG_TEXT and box.height > max(_NARROWEST_LETTER * len(text), 1) * box.width:
            high += len(text)
        elif len(text) >= _LONG_TEXT and box.width > box.height:
            level += len(text)
    return high > _MOST * (high + level)


def _direction(a: Box, b: Box) -> int:
    """Return the direction from `a` to `b` in quarter turns, clockwise from the right."""
    (ax, ay), (bx, by) = a.center, b.center
    return round(math.degrees(math.atan2(by - ay, bx - ax)) / 90) % 4


def _down(boxes: Sequence[Box]) -> tuple[bool, bool]:
    """Return whether later regions lie to the right of earlier ones, and whether they lie below them."""
    half = len(boxes) // 2
    halves = [[box.center for box in part] for part in (boxes[:half], boxes[half:])]
    if not half:
        return False, True
    (ax, bx), (ay, by) = ([sum(dot[axis] for dot in part) / len(part) for part in halves] for axis in (0, 1))
    return bx > ax, by >= ay


def _viewed(region: Region) -> int:
    """Return the quarter turns of a page that a person turned upright to look at it."""
    turned = region.items[0].get("image_rotation")
    return -round(turned / 90) % 4 if isinstance(turned, int | float) else 0


def _decided(votes: Iterable[int], choices: tuple[int, int]) -> int | None:
    """Return the choice that most votes name; None where there is none."""
    counted = Counter(vote for vote in votes if vote in choices)
    return next((choice for choice in choices if counted[choice] > _MOST * counted.total()), None)
