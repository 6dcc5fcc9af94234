"""Form fields whose value a person sees: what is covered is left out, as in the text of the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from ctypes import c_float
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image
from pypdfium2 import raw

from prelabel.geometry import intersection_area, transform
from prelabel.page import Box
from prelabel.pdf.form_fields import UNCHECKED, Filled
from prelabel.pdf.page_words import FormField
from prelabel.pdf.sight.page_sight import PageSight

#: The part of a check box's sides that is its frame. Inside it a mark stands out by so many gray levels, and paper is
#: lighter than `_DARK`.
_FRAME, _STANDS_OUT, _DARK = 0.2, 24, 96
#: An annotation may cover a check box that lies in it by this share, and does if it leaves less than this share of the
#: contrast of its strokes.
_OVER, _LEFT = 0.5, 0.4
#: Pixels by which an annotation's drawing may be larger than its place.
_LOOSE_PX = 2


def seen_fields(
    fields: Sequence[Filled], sight: PageSight, shown: Image.Image, annotations: Sequence[Any]
) -> tuple[FormField, ...]:
    """Return the fields that are seen, with the text that is seen.

    `sight`, `shown`: of the page with its annotations; `annotations`: their objects on it, in the order of drawing.
    """
    marks = _Marks(sight, shown, annotations)
    found = (_as_shown(each, sight) if each.texts else marks.field(each) for each in fields)
    return tuple(field for field in found if field is not None)


def _as_shown(filled: Filled, sight: PageSight) -> FormField | None:
    """Return a field with the text that its place shows, None where it shows none."""
    seen = [word for word in sight.words.seen if _is_inside(word.box, filled.box)]
    text = "".join(_plain(word.text) for word in seen)
    parts = [part for part in filled.texts if _plain(part) in text]
    if len(parts) == len(filled.texts):
        return filled.field
    if parts:
        return replace(filled.field, value=", ".join(parts))
    if len(filled.texts) > 1 or not seen or any(_is_inside(word.box, filled.box) for word in sight.words.hidden):
        return None
    if text in _plain(filled.field.value) or any(word.meaningless for word in seen):
        return filled.field  # longer than its place, or in a font that does not say which letters it draws
    return replace(filled.field, value=" ".join(word.text for word in seen))  # a number or a date as it is formatted


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _is_inside(box: Box, place: Box) -> bool:
    x, y = box.center
    return place.x0 <= x <= place.x1 and place.y0 <= y <= place.y1


class _Marks:
    """Check boxes and radio buttons as the page shows them."""

    def __init__(self, sight: PageSight, shown: Image.Image, annotations: Sequence[Any]) -> None:
        self._sight, self._shown = sight, shown
        self._drawn = [(each, transform(sight.to_pixels, _bounds(each))) for each in annotations]

    def field(self, filled: Filled) -> FormField | None:
        """Return the field of a box in which a mark, or paper, is seen."""
        box = filled.box
        across, down = _FRAME * box.width, _FRAME * box.height
        inner = (int(box.x0 + across), int(box.y0 + down), int(box.x1 - across) + 1, int(box.y1 - down) + 1)
        if inner[2] - inner[0] < 2 or inner[3] - inner[1] < 2 or self._is_covered(box):
            return None
        gray = np.asarray(self._shown.crop(inner).convert("L"))
        dark, light = int(gray.min()), int(gray.max())
        is_seen = light > _DARK if filled.field.value == UNCHECKED else light - dark >= _STANDS_OUT
        return filled.field if is_seen else None

    def _is_covered(self, box: Box) -> bool:
        """Return whether annotations that are drawn after the box itself cover it: what they leave of its strokes."""
        own = next((n for n, (_, place) in enumerate(self._drawn) if _holds(box, place)), -1)
        area = box.width * box.height
        later = [each for each, place in self._drawn[own + 1 :] if intersection_area(place, box) > _OVER * area]
        if not later:
            return False
        without, shown = self._sight.gray(box, later), self._sight.gray(box)
        strokes = 2 * without < without.min() + without.max()
        if not strokes.any():
            return False
        before, now = (abs(each[strokes].mean() - each[~strokes].mean()) for each in (without, shown))
        return bool(now < _LEFT * before)


def _holds(box: Box, place: Box) -> bool:
    """Return whether a drawing lies in its place."""
    return (
        box.x0 - _LOOSE_PX <= place.x0 <= place.x1 <= box.x1 + _LOOSE_PX
        and box.y0 - _LOOSE_PX <= place.y0 <= place.y1 <= box.y1 + _LOOSE_PX
    )


def _bounds(drawn: Any) -> Box:
    left, bottom, right, top = (c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return Box(left.value, bottom.value, right.value, top.value)
