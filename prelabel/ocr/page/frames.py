"""Frames of a page: shown, upright and level, scaled for the engine; and the maps that lead its boxes between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageFilter

from prelabel.geometry import clip, compose, invert, levelling, quarter_turn, transform
from prelabel.images.ink import Sketch, sketch
from prelabel.ocr.page.cleaning import grain
from prelabel.ocr.page.orientation import turned
from prelabel.ocr.page.skew import level_sketch, levelled, skew_degrees
from prelabel.page import Affine, Box, Page, Word

#: Pixels of the page by which a box grows. Boxes that people drew are larger than the ink by about as much: on FUNSD's
#: 100-dpi scans (half of its pages) end-to-end F1 rises from 67 to 77; on generated pages at 200 dpi, whose truth is
#: the ink itself, it costs 0.5 points.
_BESIDE_PX, _ABOVE_PX = 1.0, 2.0
#: Share of a sketch that is ink on few pages, grain from which that may be the grain, and the radius that removes it.
_MUCH_INK, _GRAINY, _SMOOTH_PX = 0.12, 8.0, 1.5


@dataclass(frozen=True, slots=True)
class TiltedPage:
    """A mode L page as it lies, the tilt of its lines in degrees, and a sketch of the page levelled."""

    image: Image.Image
    skew: float
    sketch: Sketch

    @classmethod
    def of(cls, image: Image.Image) -> TiltedPage:
        """Measure the tilt of a cleaned page."""
        tilted = _sketch_without_grain(image)
        skew = skew_degrees(tilted)
        return cls(image, skew, level_sketch(tilted, skew))

    @property
    def level_size(self) -> tuple[int, int]:
        """Width and height of the levelled page in pixels."""
        _, width, height = levelling(self.skew, *self.image.size)
        return width, height

    def turned(self, quarters: int) -> TiltedPage:
        """Turn the page clockwise by `quarters` x 90 degrees.

        Its sketch may come out mirrored or upside down: it serves to measure letters, which are as high then.
        """
        level = self.sketch if quarters % 2 == 0 else self.sketch.on_its_side()
        return TiltedPage(turned(self.image, quarters), self.skew, level)


def _sketch_without_grain(image: Image.Image) -> Sketch:
    """Return the sketch of a page; strong grain, which would be taken for ink, is smoothed for the sketch alone."""
    page = sketch(image)
    if page.dark.mean() < _MUCH_INK or grain(image) < _GRAINY:
        return page
    return sketch(image.filter(ImageFilter.GaussianBlur(_SMOOTH_PX)))


def page_of(shown: Image.Image, quarters: int, words: Iterable[Word], skew: float = 0.0) -> Page:
    """Return the Page of an image that was turned clockwise by `quarters` x 90 degrees, levelled by `skew` and read."""
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


def with_margins(words: Sequence[Word], width_px: float, height_px: float) -> list[Word]:
    """Grow the boxes to the size at which people draw them: a little paper around the ink, most above and below."""
    return [replace(word, box=_with_margin(word.box, width_px, height_px)) for word in words]


def _with_margin(box: Box, width: float, height: float) -> Box:
    return clip(Box(box.x0 - _BESIDE_PX, box.y0 - _ABOVE_PX, box.x1 + _BESIDE_PX, box.y1 + _ABOVE_PX), width, height)
