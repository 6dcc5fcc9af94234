"""Ink of a PDF page's texts: all that they draw, and the part of it that the page hides.

A text is seen where the page without it looks different. So whatever hides it - a box or a picture drawn over it, its
own colour, a layer that is switched off, a clipping path - is found without knowing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import PdfBitmap, PdfColorScheme, raw

from prelabel.images.ink import Dark
from prelabel.page import Box
from prelabel.pdf.sight.page_objects import PageObjects, Picture, address, left_out

#: Resolution in pixels to the point, 100 dpi: enough for the strokes of small print, and a quarter of the work of 200.
_SCALE = 100 / 72
#: The least difference of a colour, of 255 levels, that a person sees between ink and ground, and on grounds on which
#: no colour is above `_DARK`.
_FAINTEST, _FAINTEST_ON_DARK, _DARK = 16, 40, 64
#: Text in one colour, and the level up to which a pixel of it counts as ink: a third of the pixel is covered.
_BLACK = (0, 0, 0, 255)
_ALL_BLACK, _INK = PdfColorScheme(_BLACK, _BLACK, _BLACK, _BLACK), np.uint32(0xA0A0A000)

Places = npt.NDArray[np.int64]
#: Pixels of a rendered page, 8 bit, shape (height, width, 4); the last channel is not used.
Pixels = npt.NDArray[np.uint8]
Gray = npt.NDArray[np.floating[Any]]


class PageInk:
    """Ink of a pypdfium2 PdfPage, rendered anew at a resolution of its own.

    `shown_size`: width and height of the rendered page in pixels. `far`: pictures without text, not to be rendered.
    """

    def __init__(
        self, page: Any, objects: PageObjects, shown_size: tuple[int, int], far: Sequence[Picture] = ()
    ) -> None:
        self._page, self._shown_size = page, shown_size
        self._far = [each.drawn for each in far]
        away = set(map(address, self._far))
        self._others = [each for each in objects.others if address(each) not in away] if far else objects.others
        #: Pixels to the point.
        self.scale = min(_SCALE, shown_size[0] / page.get_width())

    @cached_property
    def shown(self) -> Pixels:
        """The whole page."""
        return self._render()

    def of(self, texts: Sequence[Any], rest: Sequence[Any] = ()) -> tuple[Dark, Dark]:
        """Return (ink that these text objects draw, the part of it that the page hides): bool, shape (height, width).

        `rest`: all other text objects.
        """
        shown = self.shown
        with left_out(self._others), left_out(rest):
            black = _numbers(self._render(self._scratch, color_scheme=_ALL_BLACK)) << 8  # the last byte is not used
            drawn = black <= _INK
        places = np.flatnonzero(drawn)
        covered = 1 - (black.ravel()[places] >> 24) / 255
        with left_out(texts):
            without = _colors(_numbers(self._render(self._scratch)).ravel()[places])
        hidden = np.zeros(drawn.size, bool)
        hidden[places[~_stands_out(_colors(_numbers(shown).ravel()[places]), without, covered)]] = True
        return drawn, hidden.reshape(drawn.shape)

    def gray(self, box: Box, left: Sequence[Any] = ()) -> Gray:
        """Return the place of a box in gray, 0..255, without these objects."""
        rows, columns = self.at(box)
        with left_out(left):
            pixels = self._render() if left else self.shown
        gray: Gray = pixels[rows, columns, :3].mean(axis=2)
        return gray

    def places(self, boxes: Sequence[Box]) -> Places:
        """Return the pixels of boxes in the rendered page: shape (n, 4), x0 y0 x1 y1, the last ones not included."""
        height, width = self.shown.shape[:2]
        across, down = width / self._shown_size[0], height / self._shown_size[1]
        sides = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes]).reshape(-1, 4)
        sides *= (across, down, across, down)
        return np.concatenate([np.floor(sides[:, :2]), np.ceil(sides[:, 2:])], axis=1).astype(np.int64)

    def at(self, box: Box) -> tuple[slice, slice]:
        """Return the place of a box among the pixels."""
        x0, y0, x1, y1 = self.places([box])[0].clip(0)
        return slice(y0, y1), slice(x0, x1)

    @cached_property
    def _scratch(self) -> PdfBitmap:
        """Room for a rendered page that is not kept."""
        height, width = self.shown.shape[:2]
        return PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGRx)

    def _render(self, room: PdfBitmap | None = None, **more: Any) -> Pixels:
        if room is not None:
            more["bitmap_maker"] = lambda *_args, **_named: room
        with left_out(self._far):
            shown = self._page.render(scale=self.scale, prefer_bgrx=True, may_draw_forms=False, **more)
        pixels: Pixels = shown.to_numpy()
        return pixels


def _numbers(pixels: Pixels) -> npt.NDArray[np.uint32]:
    """Return a number for each pixel, its last channel in the highest byte."""
    numbers: npt.NDArray[np.uint32] = pixels.view("<u4")[..., 0]
    return numbers


def _colors(numbers: npt.NDArray[np.uint32]) -> Pixels:
    """Return the three colours of pixels: shape (n,) -> (n, 3)."""
    colors: Pixels = numbers.view(np.uint8).reshape(-1, 4)[:, :3]
    return colors


def _stands_out(ink: Pixels, ground: Pixels, covered: npt.NDArray[np.float64]) -> Dark:
    """Return whether a person sees ink on its ground; `covered`: the share of each pixel that the ink covers."""
    apart = (np.maximum(ink, ground) - np.minimum(ink, ground)).max(axis=1)
    light = np.maximum(ink, ground).max(axis=1)
    seen: Dark = apart >= np.where(light < _DARK, _FAINTEST_ON_DARK, _FAINTEST) * covered
    return seen
