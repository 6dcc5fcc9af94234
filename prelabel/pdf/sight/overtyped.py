"""Text objects that are typed over others: PDFium mixes the letters of both, or drops those that both have.

A value that was whitened out and typed anew at the same place would come out as neither of the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from ctypes import c_float
from typing import Any

from pypdfium2 import raw

from prelabel.page import Box
from prelabel.pdf.sight.overprints import overlapping
from prelabel.pdf.sight.page_objects import address
from prelabel.pdf.text import PageText

#: Of more layers the objects above the last one stay in it.
_MOST_LAYERS = 6
#: Widest gap between neighbours on a line, in heights of the higher one.
_NEAR = 1.0

Pair = tuple[int, int]


def object_layers(texts: Sequence[Any], text: PageText) -> list[list[Any]]:
    """Sort the text objects of a page, in the order of drawing, into layers of which `text` mixes no letters.

    Most pages have one layer.
    """
    boxes = [_bounds(each) for each in texts]
    pairs = sorted({(min(pair), max(pair)) for pair in overlapping(boxes)})
    mixed = _mixed(pairs, texts, text) if pairs else set[Pair]()
    if not mixed:
        return [list(texts)]
    level = _levels(_with_neighbours(mixed, pairs, boxes), boxes)
    return [[each for number, each in enumerate(texts) if level[number] == which] for which in range(max(level) + 1)]


def _mixed(pairs: Iterable[Pair], texts: Sequence[Any], text: PageText) -> set[Pair]:
    """Return the pairs of unlike objects whose letters make one word."""
    known: dict[int, str] = {}

    def spelled(number: int) -> str:
        if number not in known:
            known[number] = text.of_object(texts[number])
        return known[number]

    # Of an object that lost all letters to a like one nothing is left to say.
    unlike = [
        (one, other) for one, other in pairs if spelled(one) and spelled(other) and spelled(one) != spelled(other)
    ]
    if not unlike:
        return set()
    together = set[Pair]()
    for word in text.words:
        objects = {address(text.drawn_by(number)) for number in word.characters}
        if len(objects) > 1:
            together |= {(one, other) for one in objects for other in objects}
    return {(one, other) for one, other in unlike if (address(texts[one]), address(texts[other])) in together}


def _with_neighbours(mixed: set[Pair], pairs: Sequence[Pair], boxes: Sequence[Box]) -> set[Pair]:
    """Add the pairs beside mixed ones on their line: letters that both values have, where each letter is an object."""
    found, rest = set(mixed), [pair for pair in pairs if pair not in mixed]
    reached = list(mixed)
    while reached:
        places = [boxes[number] for pair in reached for number in pair]
        reached = [pair for pair in rest if any(_are_neighbours(boxes[pair[0]], place) for place in places)]
        rest = [pair for pair in rest if pair not in reached]
        found.update(reached)
    return found


def _levels(pairs: set[Pair], boxes: Sequence[Box]) -> list[int]:
    """Return the layer of each object: above those that it lies on, together with what was drawn beside it."""
    rivals = defaultdict[int, list[int]](list)
    for one, other in pairs:
        rivals[other].append(one)
    lower = {number for pair in pairs for number in pair} - set(rivals)
    level = [0] * len(boxes)
    for number in sorted(rivals):
        taken = {level[rival] for rival in rivals[number]}
        level[number] = min(_MOST_LAYERS - 1, next(free for free in range(len(taken) + 1) if free not in taken))
    for order in (range(1, len(boxes)), range(len(boxes) - 2, -1, -1)):
        for number in order:
            before = number - order.step
            is_free = number not in rivals and number not in lower
            if is_free and level[before] > level[number] and _are_neighbours(boxes[number], boxes[before]):
                level[number] = level[before]
    return level


def _are_neighbours(one: Box, other: Box) -> bool:
    height = max(one.height, other.height)  # commas are low
    apart = max(one.x0, other.x0) - min(one.x1, other.x1)
    return apart < _NEAR * height and abs(one.center[1] - other.center[1]) < 0.75 * height


def _bounds(text: Any) -> Box:
    """Return the box around an object in points, as `overlapping` compares it."""
    left, bottom, right, top = (c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(text, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value)
