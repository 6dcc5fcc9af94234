"""Light letters on a tone (heads of tables, bands, whole pages), turned into dark ones, so that all ink is dark.

One gray level separates ink from paper on a whole page. A dark field shifts this level, so that pale print elsewhere is
lost, and its own letters count as paper. Letters decide, not gray levels: a tone is as good as its letters are light.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from scipy.ndimage import binary_dilation, binary_erosion, find_objects, gaussian_filter, label

from prelabel.ocr.page.spots import between, deviation

Gray = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int16]
Place = tuple[slice, slice]

#: Cells along the longer side of a page, each a third of a millimetre on A4, and the fewest pixels in a cell, each way.
_CELLS, _CELL_PX = 900, 2
#: Neighbouring cells of a ground differ by less than this. A tone is darker than this share of the paper.
_FLAT, _TONE = 8, 0.9
#: In cells: the fewest that make a field, its least width and height, and the gaps between its letters and its edge.
_FEWEST, _LEAST_WIDTH, _LEAST_HEIGHT, _GAP = 40, 12, 6, 7
#: A field that fills so much of its rectangle is one. A dark one is darker than this share of the paper, and so many
#: cells thick around its letters.
_RECTANGLE, _DARK, _THICK = 0.8, 0.65, 3
#: A ground whose levels differ by more is a gradient.
_EVEN = 32
#: Letters differ from their ground by this share of what is left to white or to black, and by so many gray levels.
_CONTRAST, _LEAST_CONTRAST = 0.35, 22
#: The fewest letters of a field that is wide, half as many as of another one, and the fewest pixels of a letter.
_FEWEST_LETTERS, _LETTER_PX = 2, 6
#: Light letters on a field: the least number of their pixels, also as a share of the field, and of its dark pixels; and
#: the share of a field that its ground takes: a bold letter is no field.
_LEAST_LIGHT, _LIGHT_SHARE, _LIGHT_TO_DARK, _BARE = 24, 0.002, 0.3, 0.6
#: A light spot is a box to write in where it fills so much of its rectangle, and is as thick as so many pixels and as
#: this share of the page's longer side.
_BOX_FILL, _BOX_PX, _BOX_THICK = 0.85, 10, 0.007
#: Cells, each way, of the tiles by which a page of one tone is judged; the contrast of letters that are blurred to
#: cells; the fewest light ones, and how many more there must be than dark ones.
_TILE, _CELL_CONTRAST, _FEWEST_LIGHT, _MORE_LIGHT = 16, 0.12, 8, 2.0
#: Letters differ from their ground by so many standard deviations of its grain.
_ABOVE_GRAIN = 4.0
#: A part of the difference from the ground that is no ink: grain, and traces of compression.
_GRAIN = 0.12


def lightened(image: Image.Image) -> Image.Image:
    """Make light letters on a tone dark, and their tone as light as the paper; else return the same mode L image."""
    size = max(_CELL_PX, round(max(image.size) / _CELLS))
    if min(image.size) < 2 * size:
        return image
    cells = np.asarray(image.reduce(size), dtype=np.int16)
    flat = _flat(cells)
    if not flat.any():
        return image
    paper = float(np.percentile(cells[flat], 90))
    if paper < _TONE * 255 and _has_light_letters(cells):
        image, cells, paper = ImageOps.invert(image), 255 - cells, float(255 - np.percentile(cells[flat], 10))
    toned = _opened(flat & (cells < _TONE * paper), 2)  # ruled lines are thinner
    if np.count_nonzero(toned) < _FEWEST:
        return image
    page = None
    done = np.zeros(cells.shape, dtype=bool)
    for place, ground, field in chain(_fields(toned, cells), _dark_rectangles(cells < _DARK * paper, cells)):
        if done[place][field].any():
            continue
        if changed := _evened(image, place, ground, field, cells, size, paper):
            page = page or image.copy()
            page.paste(changed, (place[1].start * size, place[0].start * size))
            done[place] |= field
    return page or image


def _flat(cells: Levels) -> Mask:
    """Return the cells that differ little from those to the right of them and below them."""
    flat = np.zeros(cells.shape, dtype=bool)
    here = cells[:-1, :-1]
    flat[:-1, :-1] = (np.abs(cells[1:, :-1] - here) < _FLAT) & (np.abs(cells[:-1, 1:] - here) < _FLAT)
    return flat


def _opened(mask: Mask, thick: int) -> Mask:
    """Remove what is thinner than so many cells. scipy's `binary_opening` takes ten times as long."""
    for axis in (0, 1):
        rows = mask if axis == 0 else mask.T
        whole = rows[: rows.shape[0] - thick + 1].copy()
        for step in range(1, thick):
            whole &= rows[step : rows.shape[0] - thick + 1 + step]
        opened = np.zeros(rows.shape, dtype=bool)
        for step in range(thick):
            opened[step : rows.shape[0] - thick + 1 + step] |= whole
        mask = opened if axis == 0 else opened.T
    return mask


def _has_light_letters(cells: Levels) -> bool:
    """Return whether a page that is toned as a whole has light letters rather than dark ones."""
    height, width = (max(1, side // _TILE) for side in cells.shape)
    tiles = cells[: height * _TILE, : width * _TILE]
    rows, columns = -(-tiles.shape[0] // height), -(-tiles.shape[1] // width)
    split = tiles.reshape(height, rows, width, columns).swapaxes(1, 2).reshape(height, width, -1)
    ground = np.median(split, axis=2, keepdims=True)
    toned = ground < _TONE * 255
    apart = split - ground
    least = max(_FLAT, _ABOVE_GRAIN * deviation(apart[toned.repeat(apart.shape[2], axis=2)]))
    light = (apart > np.maximum(_CELL_CONTRAST * (255 - ground), least)) & toned
    dark = (-apart > np.maximum(_CELL_CONTRAST * ground, least)) & toned
    count = np.count_nonzero(light)
    return bool(count >= _FEWEST_LIGHT and count > _MORE_LIGHT * np.count_nonzero(dark))


def _fields(toned: Mask, cells: Levels) -> Iterator[tuple[Place, Mask, Mask]]:
    """Yield the place of each toned field, in cells, its cells of bare ground there, and all cells of the field."""
    numbers, _ = label(_closed(toned, cells) | _closed(toned.T, cells.T).T)
    for number, place in enumerate(find_objects(numbers), start=1):
        rows, columns = place
        if columns.stop - columns.start >= _LEAST_WIDTH and rows.stop - rows.start >= _LEAST_HEIGHT:
            around = _grown(rows), _grown(columns)
            ground = toned[around] & (numbers[around] == number)
            if np.count_nonzero(ground) >= _FEWEST:
                yield around, ground, _filled(ground)


def _dark_rectangles(dark: Mask, cells: Levels) -> Iterator[tuple[Place, Mask, Mask]]:
    """Yield dark rectangles as `_fields` does: letters may stand so close that there is hardly any bare ground."""
    numbers, _ = label(_opened(dark, _THICK))
    for number, place in enumerate(find_objects(numbers), start=1):
        rows, columns = place
        if columns.stop - columns.start >= _LEAST_WIDTH and rows.stop - rows.start >= _LEAST_HEIGHT:
            field = _filled(numbers[place] == number)
            ground = field & (np.abs(cells[place] - np.percentile(cells[place][field], 25)) < 2 * _FLAT)
            if field.mean() >= _RECTANGLE and np.count_nonzero(ground) >= _FEWEST:
                yield place, ground, np.ones_like(field)


def _grown(cells: slice) -> slice:
    return slice(max(0, cells.start - _GAP), cells.stop + _GAP)


def _closed(toned: Mask, cells: Levels) -> Mask:
    """Fill gaps along the columns between cells of the same level: letters, but not the edge of another tone."""
    closed = toned.copy()
    for gap in (_GAP // 2 + 1, _GAP + 1):  # ground is as thick as the steps between them
        same = toned[gap:] & toned[:-gap] & (np.abs(cells[gap:] - cells[:-gap]) < _FLAT)
        for step in range(1, gap):
            closed[step : step - gap] |= same
    return closed


def _evened(
    image: Image.Image,
    place: Place,
    ground: Mask,
    field: Mask,
    cells: Levels,
    size: int,
    paper: float,
) -> Image.Image | None:
    """Return the image of a field with letters, light and dark ones, dark on paper; None where no letters are light."""
    usual = np.median(cells[place][ground])
    if np.count_nonzero(field & (cells[place] - usual > max(_CELL_CONTRAST * (255 - usual), _FLAT))) < _FEWEST_LIGHT:
        return None
    top, left, (height, width) = place[0].start * size, place[1].start * size, ground.shape
    box = (left, top, min(image.width, left + width * size), min(image.height, top + height * size))
    before = np.asarray(image.crop(box), dtype=np.float32)
    shown = slice(before.shape[0]), slice(before.shape[1])  # the last cells may be cut
    inside = _pixels(field, size)[shown]
    level = np.asarray(Image.fromarray(_levels(cells[place], ground)).resize((width * size, height * size)))[shown]
    apart = before - level
    least = max(_LEAST_CONTRAST, _ABOVE_GRAIN * deviation(apart[inside]))
    light = inside & (apart > np.maximum(_CONTRAST * (255 - level), least))
    dark = inside & (apart < -np.maximum(_CONTRAST * level, least))
    inner = _pixels(binary_erosion(field), size)[shown]
    boxes, count = _boxes_and_letters(light, inner, max(_BOX_PX, _BOX_THICK * max(image.size)))
    if count < (_FEWEST_LETTERS if width >= 2 * height else 2 * _FEWEST_LETTERS):
        return None
    middle = inner & ~boxes  # the edge is not sharp
    letters = np.count_nonzero(light & middle)
    if letters < max(_LEAST_LIGHT, _LIGHT_SHARE * inside.sum()):
        return None
    if np.count_nonzero(inside & ~light & ~dark) < _BARE * np.count_nonzero(inside & ~boxes):
        return None
    if letters < _LIGHT_TO_DARK * np.count_nonzero(dark & middle):
        return None
    share = np.where(apart > 0, apart / np.maximum(255 - level, 1), -apart / np.maximum(level, 1))
    evened = paper * (1 - np.clip((share - _GRAIN) / (1 - _GRAIN), 0, 1))
    edge = (
        _pixels(binary_dilation(field, iterations=2), size)[shown] & ~inside & (np.abs(apart) < 0.5 * (paper - level))
    )
    return Image.fromarray(np.where(edge, paper, np.where(inside & ~boxes, evened, before)).astype(np.uint8))


def _levels(cells: Levels, ground: Mask) -> npt.NDArray[np.float32]:
    """Return the gray level of the ground by cells, also where letters cover it."""
    low, usual, high = np.percentile(cells[ground], (10, 50, 90))
    if high - low <= _EVEN:
        return np.full(ground.shape, usual, dtype=np.float32)
    known = gaussian_filter(ground.astype(np.float32), _GAP)
    apart = gaussian_filter(np.where(ground, cells - usual, 0).astype(np.float32), _GAP)
    return np.asarray(apart / np.maximum(known, 1e-3) + usual, dtype=np.float32)


def _filled(ground: Mask) -> Mask:
    """Return the field of a ground, letters included: they may touch its edge where it is a rectangle."""
    down, across = between(ground), between(ground.T).T
    rectangle = np.count_nonzero(down | across) >= _RECTANGLE * np.count_nonzero(ground.any(axis=0)) * np.count_nonzero(
        ground.any(axis=1)
    )
    return np.asarray(down | across if rectangle else down & across)


def _pixels(cells: Mask, size: int) -> Mask:
    return cells.repeat(size, axis=0).repeat(size, axis=1)


def _boxes_and_letters(light: Mask, inner: Mask, thick: float) -> tuple[Mask, int]:
    """Return the light spots of a field, print in them included, that are boxes to write in; and the number of others.

    Spots that reach out of the `inner` field are not counted: they are paper between the strokes of a bold letter.
    """
    boxes = np.zeros_like(light)
    numbers, count = label(light)
    sizes = np.bincount(numbers.ravel(), minlength=count + 1)
    letters = sizes >= _LETTER_PX
    letters[numbers[light & ~inner]] = False
    letters[0] = False
    for number, place in enumerate(find_objects(numbers), start=1):
        rows, columns = place
        if min(rows.stop - rows.start, columns.stop - columns.start) >= thick:
            is_box = sizes[number] >= _BOX_FILL * numbers[place].size
            boxes[place] |= is_box
            letters[number] &= not is_box
    return boxes, int(np.count_nonzero(letters))
