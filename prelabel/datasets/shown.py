"""Boxes in the pixels of a page's picture, and back: other programs know no upright frame.

A page that lies upright in its picture has one frame. For others a format keeps `frame_json` beside the boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from prelabel.datasets.pictures import text_of
from prelabel.datasets.text_boxes import split_lines
from prelabel.geometry import clip, corners, invert, straight, transform, union
from prelabel.page import Affine, Box, Page, Word

#: Hundredths of a pixel.
_DECIMALS = 2
#: Boxes that differ by less were not edited: other programs round.
_NEAR_PX = 1.0


def shown_box(page: Page, box: Box) -> Box:
    """Return the upright box around `box` in the picture, within it."""
    return rounded(clip(transform(page.to_shown, straight(box)), page.shown_width_px, page.shown_height_px))


def shown_corners(page: Page, box: Box) -> list[list[float]]:
    """Return the four corners in the picture, clockwise from the top left one of the text, within the picture."""
    width, height = page.shown_width_px, page.shown_height_px
    dots = corners(page.to_shown, straight(box))
    return [[_round(min(max(x, 0.0), width)), _round(min(max(y, 0.0), height))] for x, y in dots]


def rounded(box: Box) -> Box:
    """Return the box in hundredths of a pixel."""
    return Box(_round(box.x0), _round(box.y0), _round(box.x1), _round(box.y1))


def frame_json(page: Page) -> dict[str, Any]:
    """Return the upright frame of a page that lies otherwise in its picture; empty for the others."""
    size, m = [page.width_px, page.height_px], page.to_shown
    if m == Affine() and size == [page.shown_width_px, page.shown_height_px]:
        return {}
    return {"upright_size": size, "to_shown": [m.a, m.b, m.c, m.d, m.e, m.f]}


def framed(width_px: int, height_px: int, frame: Mapping[str, Any]) -> Page:
    """Return the page, without words, of a picture of this size. Raises ValueError, TypeError, KeyError."""
    if not frame.get("to_shown"):
        return Page(width_px, height_px, width_px, height_px)
    width, height = (int(v) for v in frame["upright_size"])
    to_shown = Affine(*(float(v) for v in frame["to_shown"]))
    invert(to_shown)
    return Page(width, height, width_px, height_px, to_shown)


def numbers(box: Box) -> list[float]:
    """Return x0, y0, x1, y1 in hundredths of a pixel."""
    box = straight(box)
    return [_round(v) for v in (box.x0, box.y0, box.x1, box.y1)]


def box_of(values: Sequence[float]) -> Box:
    """Return the box of x0, y0, x1, y1. Raises ValueError and TypeError for anything else."""
    x0, y0, x1, y1 = (float(v) for v in values)
    return straight(Box(x0, y0, x1, y1))


def edited(page: Page, stored: Sequence[Word], text: str, given: Box) -> list[Word]:
    """Return the words of an entity whose text or box another program may have changed.

    `stored`: the words as they were written, in the page's frame. `text`, `given`: the text now, and the box now in the
    picture. Words move with their box; a new text is spread over the box.
    """
    given, to_page = straight(given), invert(page.to_shown)
    if not stored or text != text_of(stored):
        words = [Word(part, rounded(box)) for part, box in split_lines(text, transform(to_page, given))]
        return words or [Word("", rounded(transform(to_page, given)))]
    was = shown_box(page, union(word.box for word in stored))
    apart = max(abs(a - b) for a, b in zip(numbers(was), numbers(given), strict=True))
    if apart <= _NEAR_PX:
        return list(stored)
    x, y = given.width / max(was.width, _NEAR_PX), given.height / max(was.height, _NEAR_PX)
    move = Affine(x, 0, given.x0 - x * was.x0, 0, y, given.y0 - y * was.y0)
    return [
        replace(word, box=rounded(transform(to_page, transform(move, transform(page.to_shown, word.box)))))
        for word in stored
    ]


def _round(value: float) -> float:
    made = round(value, _DECIMALS)
    return int(made) if made == int(made) else made
