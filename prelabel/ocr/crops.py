"""Single places of a page read again: cut out, set one below the other on a sheet of paper, and read like a page.

A hundred places cost one or two readings, whichever engine reads, and nothing beside a place misleads the engine.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from prelabel.geometry import apply, clip, compose, invert, quarter_turn, tilt, transform
from prelabel.images.ink import sketch
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.cleaning import cleaned
from prelabel.ocr.page.orientation import (
    MAYBE_SIDEWAYS,
    elected,
    reads_poorly,
    sure_letters,
    sureness,
    turned,
    uprightness,
)
from prelabel.ocr.page.scaling import letter_height_px, scale_factor, scaled
from prelabel.ocr.page.skew import level_sketch
from prelabel.page import Affine, Box, Word

#: Corners of a place, in pixels of the shown image.
Outline = Sequence[tuple[float, float]]

#: Paper around and between the places of a sheet; the height at which the next sheet begins.
_GAP_PX, _SHEET_PX = 20, 3500
#: Places with less sure letters are read again, larger by this factor. Measured on single words of the sample pages:
#: 96 % right after one reading, 97 % after two; of places that are alone on their sheet 88 %, and 95 % as lines.
_DOUBTFUL, _LARGER = 0.85, 1.4
#: Gray levels between ink and paper under which a place is paper; the darkest share of a place that counts as its ink.
_FAINTEST, _INK_SHARE = 16, 0.02
#: A place that fills less of the box around it is no upright rectangle, and is cut out along its outline, with so many
#: pixels around it.
_RECTANGLE, _AROUND_PX = 0.95, 2
_PAPER = 255


@dataclass(frozen=True, slots=True)
class _Crop:
    """The picture of place `number`. `to_page`: the map from its pixels to the upright page."""

    number: int
    image: Image.Image
    to_page: Affine

    def turned(self, quarters: int) -> _Crop:
        """Turn the picture clockwise by `quarters` x 90 degrees."""
        back = quarter_turn(-quarters, *turned(self.image, quarters).size)
        return _Crop(self.number, turned(self.image, quarters), compose(self.to_page, back))


def read_crops(
    shown: Image.Image, outlines: Sequence[Outline], from_shown: Affine, choice: Choice, *, upright: bool = True
) -> list[list[Word]]:
    """Read each place of a mode L image; return its words in reading order, none where nothing is legible.

    All places are read on sheets; those that read poorly once more, larger, and what is one line by itself.

    `from_shown`: the map from the shown image to the upright page, in whose pixels the words' boxes are. `upright`:
    whether that page is known to be upright; if not, places that read poorly are tried in all quarter turns.
    Raises OcrFailed when the engine fails.
    """
    places = _Places(cleaned(shown), outlines, from_shown)
    everything = range(len(outlines))
    words, quarters = _read(places.cut(everything), choice), 0
    if not upright and (places.may_lie or reads_poorly(_all(words))):
        readings = {0: words} | {turn: _read(places.cut(everything, turn), choice) for turn in (2, 1, 3)}
        quarters = elected({turn: sure_letters(_all(each)) for turn, each in readings.items()})
        words = readings[quarters]
    for look, larger in ((_read, _LARGER), (_read_lines, 1.0)):
        doubtful = [number for number in everything if sureness(words.get(number, [])) < _DOUBTFUL]
        for number, again in look(places.cut(doubtful, quarters, larger), choice).items():
            words[number] = max(words.get(number, []), again, key=sureness)
    return [words.get(number, []) for number in everything]


class _Places:
    """Places of a cleaned page, see `read_crops`."""

    def __init__(self, page: Image.Image, outlines: Sequence[Outline], from_shown: Affine) -> None:
        self._page, self._from_shown, self._to_shown = page, from_shown, invert(from_shown)
        self._corners = [[apply(from_shown, x, y) for x, y in outline] for outline in outlines]
        around = transform(from_shown, Box(0, 0, page.width, page.height))
        self._size = around.x1, around.y1
        level = level_sketch(sketch(page), tilt(self._to_shown))
        #: Whether the image seems to lie on its side.
        self.may_lie = uprightness(level) < MAYBE_SIDEWAYS
        # On the image's own side and on the other one: quarter turns exchange rows and columns.
        self._letters_px = [letter_height_px(level), letter_height_px(level.on_its_side())]

    def cut(self, numbers: Collection[int], quarters: int = 0, larger: float = 1.0) -> list[_Crop]:
        """Cut places out, turned by `quarters` from upright and scaled for the engine; not those without area or ink.

        `larger`: by how much more.
        """
        on_its_side = (quarters + round(math.degrees(math.atan2(self._to_shown.d, self._to_shown.a)) / 90)) % 2
        factor = scale_factor(self._letters_px[on_its_side], *self._page.size) * larger
        source = scaled(self._page, min(factor, 1.0))
        crops = (self._crop(number, source, factor) for number in numbers)
        return [crop.turned(quarters) for crop in crops if crop]

    def _crop(self, number: int, source: Image.Image, factor: float) -> _Crop | None:
        corners = self._corners[number]
        box = clip(_around(corners), *self._size)
        if not (box.width >= 1 and box.height >= 1):  # also where a corner is no number
            return None
        size = ceil(box.width * factor), ceil(box.height * factor)
        to_page = Affine(box.width / size[0], 0, box.x0, 0, box.height / size[1], box.y0)
        to_source = Affine(a=source.width / self._page.width, e=source.height / self._page.height)
        m = compose(to_source, compose(self._to_shown, to_page))
        coefficients = (m.a, m.b, m.c, m.d, m.e, m.f)
        cut = source.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC, fillcolor=_PAPER)
        image = _contrasted(cut)
        if image is None:
            return None
        return _Crop(number, _outlined(image, [apply(invert(to_page), *dot) for dot in corners]), to_page)


def _around(dots: Outline) -> Box:
    xs, ys = zip(*dots, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _contrasted(image: Image.Image) -> Image.Image | None:
    """Return dark ink on white paper, also for faint print and light letters on dark paper; None without ink."""
    gray = np.asarray(image, dtype=np.float32)
    paper = float(np.median(gray))
    dark, light = (float(np.quantile(gray, share)) for share in (_INK_SHARE, 1 - _INK_SHARE))
    ink = dark if paper - dark >= light - paper else light
    if abs(paper - ink) < _FAINTEST:
        return None
    stretched = (gray - ink) * (_PAPER / (paper - ink))
    return Image.fromarray(stretched.clip(0, _PAPER).astype(np.uint8))


def _outlined(image: Image.Image, corners: Outline) -> Image.Image:
    """Return the picture with paper outside the outline, where that is no upright rectangle."""
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).polygon([(x, y) for x, y in corners], fill=_PAPER)
    if np.count_nonzero(np.asarray(mask)) >= _RECTANGLE * image.width * image.height:
        return image
    inside = mask.filter(ImageFilter.MaxFilter(2 * _AROUND_PX + 1))
    return Image.composite(image, Image.new("L", image.size, _PAPER), inside)


def _read(crops: Sequence[_Crop], choice: Choice) -> dict[int, list[Word]]:
    """Read the places on sheets; return the words by the place's number, in pixels of the upright page."""
    found: dict[int, list[Word]] = {}
    for sheet, tops in _sheets(crops):
        for word in choice.read(sheet):
            middle = word.box.center[1]
            crop, top = min(tops, key=lambda row: max(row[1] - middle, middle - row[1] - row[0].image.height))
            found.setdefault(crop.number, []).append(_placed(word, crop, top))
    return found


def _read_lines(crops: Sequence[_Crop], choice: Choice) -> dict[int, list[Word]]:
    """Read the places by themselves, as lines."""
    found = {}
    for crop in crops:
        line = _sheet([(crop, _GAP_PX)], crop.image.height + 2 * _GAP_PX)
        found[crop.number] = [_placed(word, crop, _GAP_PX) for word in choice.first.read_line(line)]
    return found


def _placed(word: Word, crop: _Crop, top: int) -> Word:
    """Return a word of a sheet in pixels of the upright page."""
    return replace(word, box=transform(compose(crop.to_page, Affine(c=-_GAP_PX, f=-top)), word.box))


def _sheets(crops: Sequence[_Crop]) -> Iterator[tuple[Image.Image, list[tuple[_Crop, int]]]]:
    """Yield sheets with the places on them: each with its first row."""
    rows: list[tuple[_Crop, int]] = []
    bottom = _GAP_PX
    for crop in crops:
        if rows and bottom + crop.image.height > _SHEET_PX:
            yield _sheet(rows, bottom), rows
            rows, bottom = [], _GAP_PX
        rows.append((crop, bottom))
        bottom += crop.image.height + _GAP_PX
    if rows:
        yield _sheet(rows, bottom), rows


def _sheet(rows: Sequence[tuple[_Crop, int]], height: int) -> Image.Image:
    sheet = Image.new("L", (max(crop.image.width for crop, _ in rows) + 2 * _GAP_PX, height), _PAPER)
    for crop, top in rows:
        sheet.paste(crop.image, (_GAP_PX, top))
    return sheet


def _all(words: dict[int, list[Word]]) -> list[Word]:
    return list(chain.from_iterable(words.values()))
