"""The OCR stage of one page: decode, blank?, level, which way up, scale, read, and the boxes back to its own pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from PIL import Image

from prelabel.geometry import clip, compose, invert, levelling, quarter_turn, transform
from prelabel.images.decode import decode
from prelabel.images.ink import Sketch, is_blank, sketch
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.orientation import (
    MAYBE_SIDEWAYS,
    SEEMS_SIDEWAYS,
    best_turn,
    busiest_quarter,
    reads_poorly,
    turned,
    uprightness,
)
from prelabel.ocr.page.scaling import corrected_factor, letter_height_px, scale_factor
from prelabel.ocr.page.skew import level_sketch, levelled, skew_degrees
from prelabel.page import Affine, Box, Page, Word

if TYPE_CHECKING:
    from prelabel.pdf.text_layer import TextLayer

#: Pixels of the page that a box is grown by. Boxes that people drew are that much larger than the ink: on FUNSD's
#: 100-dpi scans (half of its pages) end-to-end F1 rises from 67 to 77; on generated pages at 200 dpi, whose truth is
#: the ink itself, it costs 0.5 points.
_BESIDE_PX, _ABOVE_PX = 1.0, 2.0
#: Words that tell how high letters are, and how much of a page was read.
_SURE = 0.5


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    """Read one image file. A blank page gives a Page without words.

    Raises ImageUnreadable and ImageTooLarge for what cannot be decoded, OcrFailed when the engine fails on this page.
    """
    return read_image(decode(data, max_pixels=max_pixels, gray=True), choice)


def read_image(shown: Image.Image, choice: Choice, layer: TextLayer | None = None) -> Page:
    """Read an image in mode L: the words that its PDF page carries, where they can be trusted, else the plan's engines.

    Raises OcrFailed when an engine fails on this page.
    """
    if layer is not None and layer.trusted:
        return page_of(shown, layer.quarters, layer.words)
    if is_blank(shown):
        return page_of(shown, 0, ())
    reading = _Reading(cleaned(shown), choice)
    quarters, words = reading.upright()
    return page_of(shown, quarters, words, reading.skew)


def page_of(shown: Image.Image, quarters: int, words: Iterable[Word], skew: float = 0.0) -> Page:
    """The Page of an image that was turned clockwise by `quarters` x 90 degrees, levelled by `skew` and then read."""
    width, height = shown.size if quarters % 2 == 0 else shown.size[::-1]
    to_level, level_width, level_height = levelling(skew, width, height)
    return Page(
        width_px=level_width,
        height_px=level_height,
        shown_width_px=shown.width,
        shown_height_px=shown.height,
        to_shown=compose(quarter_turn(-quarters, width, height), invert(to_level)),
        words=tuple(words),
    )


def read_scaled(
    image: Image.Image, factor: float, read: Callable[[Image.Image], list[Word]], skew: float = 0.0
) -> list[Word]:
    """Read the image, levelled and times `factor`; the boxes are pixels of the image as levelling alone leaves it."""
    larger = levelled(image, skew, factor)
    _, width, height = levelling(skew, *image.size)
    back = Affine(a=width / larger.width, e=height / larger.height)
    return [replace(word, box=clip(transform(back, word.box), width, height)) for word in read(larger)]


def _drawn(box: Box, width: float, height: float) -> Box:
    """The box as people draw it: with a little paper around the ink, most of it above and below."""
    return clip(Box(box.x0 - _BESIDE_PX, box.y0 - _ABOVE_PX, box.x1 + _BESIDE_PX, box.y1 + _ABOVE_PX), width, height)


def _sure_letters(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words if word.confidence >= _SURE)


class _Reading:
    """One page on its way to being read the right way up."""

    def __init__(self, shown: Image.Image, choice: Choice) -> None:
        self._shown = shown
        self._choice = choice
        tilted = sketch(shown)
        self.skew = skew_degrees(tilted)
        self._sketch = level_sketch(tilted, self.skew)
        self._evidence = uprightness(self._sketch)
        self._seems_sideways = self._evidence < SEEMS_SIDEWAYS

    def upright(self) -> tuple[int, list[Word]]:
        """Clockwise quarter turns and the words of the upright page. An ordinary page is read once, and once only."""
        if self._seems_sideways:
            quarters = self._vote((0, 1, 3))
            return quarters, self._read(quarters)
        words = self._read(0)
        if reads_poorly(words):
            quarters = self._vote((0, 2, 1, 3) if self._evidence < MAYBE_SIDEWAYS else (0, 2))
            return quarters, self._read(quarters) if quarters else words
        return 0, words

    def _vote(self, candidates: tuple[int, ...]) -> int:
        """A quarter of the page nearly always decides; the whole page is asked where it did not."""
        level = levelled(self._shown, self.skew)
        for part in (level.crop(busiest_quarter(self._sketch)), level):
            quarters = best_turn(part, candidates, self._read_part)
            if quarters:
                return quarters
        return 0

    def _read_part(self, part: Image.Image) -> list[Word]:
        return read_scaled(part, scale_factor(letter_height_px(sketch(part)), *part.size), self._choice.first.read)

    def _read(self, quarters: int) -> list[Word]:
        image = turned(self._shown, quarters)
        page = self._sketch if quarters % 2 == 0 else self._sideways
        factor = scale_factor(letter_height_px(page), *image.size)
        words = read_scaled(image, factor, self._choice.read, self.skew)
        if heights := [word.box.height for word in words if word.confidence >= _SURE and len(word.text) > 1]:
            larger = corrected_factor(median(heights), factor, *image.size)
            if larger != factor:
                words = max(words, read_scaled(image, larger, self._choice.read, self.skew), key=_sure_letters)
        _, width, height = levelling(self.skew, *image.size)
        return [replace(word, box=_drawn(word.box, width, height)) for word in words]

    @cached_property
    def _sideways(self) -> Sketch:
        return self._sketch.on_its_side()
