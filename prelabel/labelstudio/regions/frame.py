"""Frame of a page: the shown image turned upright and level, in which regions become boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prelabel.geometry import apply, clip, compose, invert, levelling, off_axis, quarter_turn
from prelabel.labelstudio.regions.missing import Outline
from prelabel.page import Affine, Box, Page, Word


@dataclass(frozen=True, slots=True)
class Frame:
    """The upright page. `from_shown`: the map from the shown image to it."""

    shown_px: tuple[int, int]
    from_shown: Affine
    width_px: int
    height_px: int

    @classmethod
    def turned(cls, shown_px: tuple[int, int], degrees: float) -> Frame:
        """Return the frame of a page that lies turned clockwise by `degrees` in the shown image."""
        tilt = off_axis(degrees)
        quarters = -round((degrees - tilt) / 90) % 4
        width, height = shown_px if quarters % 2 == 0 else shown_px[::-1]
        to_level, level_width, level_height = levelling(tilt, width, height)
        return cls(shown_px, compose(to_level, quarter_turn(quarters, *shown_px)), level_width, level_height)

    def box(self, outline: Outline) -> Box:
        """Return the upright box around an outline of the shown image; exact for what is turned as the page is."""
        return clip(around(self.mapped(outline)), self.width_px, self.height_px)

    def mapped(self, outline: Outline) -> list[tuple[float, float]]:
        """Return an outline of the shown image in pixels of this frame."""
        return [apply(self.from_shown, x, y) for x, y in outline]

    def page(self, words: Iterable[Word]) -> Page:
        """Return a page of this frame."""
        return Page(self.width_px, self.height_px, *self.shown_px, invert(self.from_shown), tuple(words))


def around(dots: Iterable[tuple[float, float]]) -> Box:
    """Return the smallest upright box around all points."""
    xs, ys = zip(*dots, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def contains(outline: Outline, x: float, y: float) -> bool:
    """Return whether a point lies inside a polygon, by the number of its sides to the right of the point."""
    inside = False
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside
