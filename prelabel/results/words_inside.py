"""Words of a stored page that lie in regions: each in the smallest region around its centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from prelabel.geometry import apply, compose, transform
from prelabel.labelstudio.regions.frame import around, contains
from prelabel.labelstudio.regions.missing import Outline
from prelabel.lines import raster_order
from prelabel.page import Affine, Box, Page, Word

#: A word of which a smaller part of its length lies in the region is cut by the region's border: a split region, or a
#: word that OCR has joined from two.
_WHOLE = 0.7


@dataclass(slots=True)
class Inside:
    """Words of one region, in reading order. `cut`: whether its border cuts one of them."""

    words: list[Word] = field(default_factory=list)
    cut: bool = False


def words_inside(page: Page, outlines: Sequence[Outline], from_shown: Affine) -> list[Inside]:
    """Return the words of each region, with boxes in the frame to which `from_shown` leads.

    `outlines`: corners in pixels of the shown image; several regions may lie within each other.
    """
    found = [Inside() for _ in outlines]
    smallest_first = sorted(range(len(outlines)), key=lambda number: _area(outlines[number]))
    to_frame = compose(from_shown, page.to_shown)
    in_frame = [around(apply(from_shown, *dot) for dot in outline) for outline in outlines]
    for word in page.words:
        centre = apply(page.to_shown, *word.box.center)
        number = next((n for n in smallest_first if contains(outlines[n], *centre)), None)
        if number is not None:
            placed = replace(word, box=transform(to_frame, word.box))
            found[number].words.append(placed)
            found[number].cut |= _share(placed.box, in_frame[number]) < _WHOLE
    for inside in found:
        inside.words = [inside.words[i] for i in raster_order([word.box for word in inside.words])]
    return found


def _area(outline: Outline) -> float:
    """Return the area of a polygon (the shoelace formula)."""
    sides = zip(outline, [*outline[1:], *outline[:1]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in sides)) / 2


def _share(word: Box, region: Box) -> float:
    """Return the share of a word's length that lies between the left and the right end of a region."""
    return (min(word.x1, region.x1) - max(word.x0, region.x0)) / max(word.width, 1e-9)
