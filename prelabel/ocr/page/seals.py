"""Coloured seals and stamps, dropped from the gray page, so that the print under them is read and they are not.

A seal is one spot of one hue, about as wide as high, larger than letters, whose outline is an ellipse or a rectangle.
Print in colour has other shapes: words are wider, letters smaller, and frames hold little ink of their own colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import find_objects, label

from prelabel.images.ink import sketch
from prelabel.ocr.page.scaling import letter_height_px
from prelabel.ocr.page.small_seals import follows_print, holds_four_letters
from prelabel.ocr.page.spots import between, grown

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Place = tuple[slice, slice]

#: Longer side of the small picture in which seals are looked for: 100 dpi for A4.
_LOOK_PX = 1100
#: Colour from which a pixel counts, as the difference of its channels: when seals are looked for, and when they are
#: dropped. The most of a page that colours may cover: a photo has no seals that could be told from it.
_COLORFUL, _TINTED, _PHOTO = 40, 20, 0.35
#: Degrees on either side of a hue that belong to it, and the most hues of a page.
_HUE, _MOST_HUES = 30, 4
#: Pixels of the small picture by which spots grow, because print crosses the lines of a seal; the least side of a spot.
_GROWN, _LEAST_PX = 2, 8
#: The least size of a seal in letter heights, its most as a share of the page's shorter side, the ratio of its sides.
_LEAST_LETTERS, _LARGEST, _ASPECT = 2.4, 0.35, 1.7
#: The least size of filled squares with letters, and how square they are: sides, outline, their own ink inside.
_LEAST_FILLED, _SQUARE, _SHARP, _FILLED = 1.6, 1.25, 0.95, 0.5
#: Share of the outline that lies where that of an ellipse or rectangle does, as near as this share of the size.
_OUTLINE, _NEAR = 0.7, 0.09
#: A rectangle with less of its own ink inside is a frame; one whose hue lies between these, yellow to cyan, is a logo.
_DENSE, _RED_DEGREES, _BLUE_DEGREES = 0.13, 35, 205
#: Degrees by which a rectangle may be tilted; a quarter turn makes no difference.
_TILTS = (-36, -24, -12, 12, 24, 36)
#: Print has less than this share of the seal's brightness. Lines of a seal are as thick as this share of it, at most.
#: The share of print that seems to show through an opaque seal, at most; steps along which print goes on under it.
_INK, _LINE, _SHOWN = 0.55, 0.05, 0.15
_DIRECTIONS = ((0, 1), (1, 0))
#: Neighbours in a row that are so much alike in height, and so near, are letters of a heading.
_ALIKE, _GAP = 1.5, 1.2


@dataclass(frozen=True, slots=True)
class _Spot:
    """A spot of one hue (`degrees`) in the small picture: its place, and its pixels there, grown by `_GROWN`.

    `ink`: the pixels of this hue there, those of other spots included, not grown.
    """

    place: Place
    own: Mask
    ink: Mask
    degrees: int

    @property
    def size(self) -> tuple[int, int]:
        return self.own.shape[0] - 2 * _GROWN, self.own.shape[1] - 2 * _GROWN


def without_seals(shown: Image.Image, gray: Image.Image) -> Image.Image:
    """Return the page `gray` (mode L) of a page in colour without its seals; `gray` itself where it has none."""
    factor = max(1, round(max(shown.size) / _LOOK_PX))
    small = np.asarray(shown.reduce(factor))
    coloured = _colour(small) > _COLORFUL
    if not coloured.any() or coloured.mean() > _PHOTO:
        return gray
    largest = _LARGEST * min(small.shape[:2])
    letter_px, page = 0.0, gray
    for degrees, hue in _by_hue(small, coloured):
        spots = list(_spots(hue, degrees, largest))
        for spot in spots:
            if max(spot.size) > _ASPECT * min(spot.size):
                continue
            letter_px = letter_px or max(1.0, letter_height_px(sketch(gray)) / factor)
            letters = min(spot.size) / letter_px
            large = letters >= _LEAST_LETTERS or (letters >= _LEAST_FILLED and _is_small_seal(shown, spot, factor))
            if large and _looks_like_seal(spot) and not _is_in_heading(spot, spots):
                page = gray.copy() if page is gray else page
                _drop(page, shown, spot, factor)
    return page


def _colour(pixels: Pixels) -> Pixels:
    """Return the difference of the channels. `pixels`: shape (height, width, 3 or more)."""
    red, green, blue = (pixels[..., channel] for channel in range(3))
    return np.asarray(np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue))


def _by_hue(small: Pixels, coloured: Mask) -> Iterator[tuple[int, Mask]]:
    """Yield the hues of the page in degrees, the most frequent first, and their pixels."""
    places = np.flatnonzero(coloured)
    degrees = _hue(small.reshape(-1, small.shape[2])[places])
    for _ in range(_MOST_HUES):
        counts = np.bincount(degrees, minlength=360).astype(float)
        if not counts.any():
            return
        near = np.convolve(np.concatenate((counts, counts, counts)), np.ones(_HUE + 1), mode="same")[360:720]
        usual = int(near.argmax())
        own = np.abs((degrees - usual + 180) % 360 - 180) <= _HUE
        hue = np.zeros(coloured.shape, dtype=bool)
        hue.ravel()[places[own]] = True
        yield usual, hue
        places, degrees = places[~own], degrees[~own]


def _hue(pixels: Pixels) -> npt.NDArray[np.int16]:
    """Return the hue of coloured pixels, shape (n, 3 or more), in degrees 0..359."""
    red, green, blue = (pixels[:, channel].astype(np.float32) for channel in range(3))
    hue = np.degrees(np.arctan2(np.sqrt(3) * (green - blue), 2 * red - green - blue))
    return np.asarray(np.round(hue) % 360, dtype=np.int16)


def _spots(hue: Mask, degrees: int, largest: float) -> Iterator[_Spot]:
    """Yield the spots of a hue that are large enough for letters, up to the largest seal."""
    hue = np.pad(hue, _GROWN)
    numbers, _ = label(grown(hue, _GROWN))
    for number, place in enumerate(find_objects(numbers), start=1):
        sides = [part.stop - part.start - 2 * _GROWN for part in place]
        if min(sides) < _LEAST_PX or max(sides) > largest:
            continue
        yield _Spot(place, numbers[place] == number, hue[place], degrees)


def _looks_like_seal(spot: _Spot) -> bool:
    """Return whether a spot has the outline of a seal; rectangles may be tilted."""
    ellipse, rectangle = _outlines(spot.own)
    if ellipse >= _OUTLINE:
        return True
    if _inked(spot) < _DENSE or _RED_DEGREES < spot.degrees < _BLUE_DEGREES:
        return False
    return rectangle >= _OUTLINE or any(_outlines(_tilted(spot.own, tilt))[1] >= _OUTLINE for tilt in _TILTS)


def _inked(spot: _Spot) -> float:
    """Return the share of the hue's ink in the middle of a spot."""
    rows, columns = (side // 5 for side in spot.ink.shape)
    return float(spot.ink[rows:-rows, columns:-columns].mean())


def _is_small_seal(shown: Image.Image, spot: _Spot, factor: int) -> bool:
    """Return whether a small spot is a filled square behind print that holds four letters."""
    if max(spot.size) > _SQUARE * min(spot.size) or _inked(spot) < _FILLED or _outlines(spot.own)[1] < _SHARP:
        return False
    top, left = (factor * part.start for part in spot.place)
    height, width = (factor * side for side in spot.size)
    row = shown.crop((0, top, min(shown.width, left + width), min(shown.height, top + height)))
    pixels, place = np.asarray(row)[..., :3], (slice(0, row.height), slice(left, row.width))
    return holds_four_letters(pixels[place]) and follows_print(pixels.max(axis=2), place)


def _tilted(own: Mask, degrees: int) -> Mask:
    """Return the spot turned about its middle, cut to what is left of it."""
    turned = np.asarray(Image.fromarray(own).rotate(degrees, expand=True))
    rows, columns = np.flatnonzero(turned.any(axis=1)), np.flatnonzero(turned.any(axis=0))
    return turned[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _outlines(own: Mask) -> tuple[float, float]:
    """Return the shares of the outline that lie on an ellipse and on a rectangle."""
    ellipse, rectangle = [], []
    for spot in (own, own[:, ::-1], own.T, own.T[:, ::-1]):
        height, width = spot.shape
        first = np.where(spot.any(axis=1), spot.argmax(axis=1), width) / width
        at = (np.arange(height) + 0.5) / height * 2 - 1
        middle = np.abs(at) < 0.9
        ellipse.append(np.abs(first - (1 - np.sqrt(1 - at**2)) / 2)[middle] <= _NEAR)
        rectangle.append(first[middle] <= _NEAR)
    return float(np.mean(np.concatenate(ellipse))), float(np.mean(np.concatenate(rectangle)))


def _covered_print(print_: Mask, seal: Mask) -> Mask:
    """Return the pixels of a seal under which print goes on: it lies on two opposite sides.

    None where print shows through the seal, as it mostly does: then no pixel of the seal has print under it.
    """
    reach = max(3, round(_LINE * max(seal.shape)))
    covered = _flanked(seal & ~print_, print_, reach)
    shown = _flanked(print_, seal & ~print_, reach)
    return covered if shown.sum() < _SHOWN * covered.sum() else np.zeros_like(seal)


def _flanked(spots: Mask, by: Mask, reach: int) -> Mask:
    """Return the pixels of spots that are not wider than `reach` in some direction, and lie between two of `by`."""
    flanked = np.zeros_like(spots)
    for y, x in _DIRECTIONS:
        sides = []
        for sign in (1, -1):
            reached, front = np.zeros_like(spots), by
            for _ in range(reach):
                front = _shifted(front, sign * y, sign * x) & spots
                reached |= front
            sides.append(reached)
        flanked |= sides[0] & sides[1]
    return flanked


def _shifted(mask: Mask, y: int, x: int) -> Mask:
    """Return the mask moved down by y and to the right by x."""
    moved = np.zeros_like(mask)
    height, width = mask.shape
    moved[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)] = mask[
        max(0, -y) : height - max(0, y), max(0, -x) : width - max(0, x)
    ]
    return moved


def _is_in_heading(spot: _Spot, spots: list[_Spot]) -> bool:
    """Return whether the spot has neighbours on both sides, or two on one, as letters in a row have."""
    rows, columns = spot.place
    height, alike = spot.size[0], [spot]
    for other in spots:
        level = abs(other.place[0].start + other.place[0].stop - rows.start - rows.stop) / 2 < 0.35 * height
        apart = max(other.place[1].start - columns.stop, columns.start - other.place[1].stop)
        if level and 0 <= apart < 2 * _GAP * height and 1 / _ALIKE <= other.size[0] / height <= _ALIKE:
            alike.append(other)
    return sum(not any(_is_inside(each, other) for other in alike) for each in alike) > 2


def _is_inside(spot: _Spot, other: _Spot) -> bool:
    """Return whether a spot lies in another one, as a character of a seal does."""
    return spot is not other and all(
        theirs.start <= own.start and own.stop <= theirs.stop
        for own, theirs in zip(spot.place, other.place, strict=True)
    )


def _drop(page: Image.Image, shown: Image.Image, spot: _Spot, factor: int) -> None:
    """Paint the tinted pixels of a seal and inside of it as its brightest channel shows them, in the page itself."""
    inside = between(spot.own) & between(spot.own.T).T
    top, left = (max(0, part.start - _GROWN) for part in spot.place)
    skipped = tuple(max(0, _GROWN - part.start) for part in spot.place)
    inside = inside[skipped[0] :, skipped[1] :].repeat(factor, axis=0).repeat(factor, axis=1)
    x, y = left * factor, top * factor
    box = (x, y, min(page.width, x + inside.shape[1]), min(page.height, y + inside.shape[0]))
    pixels = np.asarray(shown.crop(box))[..., :3]
    inside = inside[: pixels.shape[0], : pixels.shape[1]]
    colour = _colour(pixels)
    tinted = inside & (colour > _TINTED)
    vivid = inside & (colour > _COLORFUL)
    if not vivid.any():
        return
    brightest = int(pixels[vivid].mean(axis=0).argmax())
    channel = pixels[..., brightest].astype(np.float32)
    level = max(1.0, float(np.percentile(channel[vivid], 30)))
    before = np.asarray(page.crop(box))
    after = np.where(tinted, np.maximum(before, np.minimum(channel * (255 / level), 255)), before)
    after[_covered_print(channel < _INK * level, vivid)] = 0
    page.paste(Image.fromarray(after.astype(np.uint8)), box)
