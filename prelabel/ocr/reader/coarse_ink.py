"""Ink of a page at a coarse resolution: its ruled lines, and its connected parts without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import label

from prelabel.images.ink import Dark, Sketch, threshold
from prelabel.images.row_runs import Boxes, Indices, RowRuns, boxes_of_parts, row_runs
from prelabel.ocr.page.scaling import letter_height_px

Numbers = npt.NDArray[np.int32]

#: Pixels of a page from which it is looked at in half of its resolution: letters of the pages that are read are 12
#: pixels high or more, so they stay apart.
_HALVED_PX = 600_000
#: Part of the way from the darkest paper to the lightest at which ink begins: thin strokes are gray in a smaller frame.
#: The ink that may be gained by it: more is a tone.
_TOWARDS_PAPER, _MORE_INK = 0.25, 1.28
#: The height of letters, in pixels of the page, where it cannot be measured; and its bounds.
_USUAL_LETTER_PX, _LETTER_PX = 15.0, (5.0, 60.0)
#: The height of letters as a share of that of the higher ones: the least and the most that fit, and what is taken else.
#: The share of the print that higher letters end; parts so many letter heights wide are frames, parts with such sides
#: are strokes.
_FIT, _SMALL, _HIGHER, _FRAME, _BAR = (0.45, 1.1), 0.7, 0.7, 3.0, 4.0
#: In letter heights: an ink run this long is a ruled line; one that ends at level rules may be shorter; the thickness
#: of a rule at most.
_LONG_ACROSS, _LONG_DOWN, _BETWEEN_RULES, _THICK = 3.2, 3.2, 1.4, 0.4
#: Rows between the end of a short upright rule and the level rule at which it ends.
_AT_RULE = 2
#: The number of upright rules among the numbers of parts.
RULE = -1

_AROUND = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True)
class CoarseInk(Boxes):
    """Ink of a page. `factor`: pixels of the page, each way, in one pixel here; all lengths are pixels here.

    `numbers`: the part of each pixel, 0 for paper and level rules, `RULE` for upright rules. The box of part n is at
    index n; index 0 stands for the paper. `letter`: the usual height of small letters; of syllables in Korean. `level`:
    the gray level of the palest ink. `owners`: the part of each run.
    """

    factor: int
    letter: float
    level: float
    numbers: Numbers
    rules: Dark
    areas: Indices
    runs: RowRuns
    owners: Indices


def coarse_ink(page: Image.Image) -> CoarseInk:
    """Measure the ink of a mode L page with dark ink on light paper."""
    factor = 2 if page.width * page.height >= _HALVED_PX else 1
    small = page.reduce(factor) if factor > 1 else page
    gray = np.asarray(small)
    level = _ink_level(small)
    dark = gray <= level
    letter = _bounded(letter_height_px(Sketch(dark, 1)), factor)
    ink = _parts(dark, letter, level, factor)
    usual = _usual_height(ink)
    # Rows between rules were taken for letters, or dust.
    if usual and not _FIT[0] * usual <= ink.letter <= _FIT[1] * usual:
        ink = _parts(dark, _bounded(_SMALL * usual, factor), level, factor)
    return ink


def with_cuts(ink: CoarseInk, cuts: Sequence[tuple[int, int]]) -> CoarseInk:
    """Cut parts: what is below the row of a cut becomes a part of its own, with the next number."""
    numbers, owners = ink.numbers.copy(), ink.owners.copy()
    boxes = [edge.tolist() for edge in (ink.x0, ink.y0, ink.x1, ink.y1, ink.areas)]
    x0, y0, x1, y1, areas = boxes
    for part, row in cuts:
        place = slice(row, y1[part]), slice(x0[part], x1[part])
        lower = numbers[place] == part
        columns, rows = np.flatnonzero(lower.any(axis=0)), np.flatnonzero(lower.any(axis=1))
        if not columns.size or row <= y0[part]:
            continue
        number, left = len(x0), x0[part]
        numbers[place][lower] = number
        owners[(owners == part) & (ink.runs.rows >= row)] = number
        new = left + columns[0], row + rows[0], left + columns[-1] + 1, row + rows[-1] + 1, np.count_nonzero(lower)
        for edge, value in zip(boxes, new, strict=True):
            edge.append(int(value))
        y1[part], areas[part] = row, areas[part] - areas[number]
    x0s, y0s, x1s, y1s, sizes = (np.array(edge, dtype=np.intp) for edge in boxes)
    return replace(ink, x0=x0s, y0=y0s, x1=x1s, y1=y1s, numbers=numbers, areas=sizes, owners=owners)


def _bounded(letter: float, factor: int) -> float:
    return float(np.clip(letter or _USUAL_LETTER_PX / factor, _LETTER_PX[0] / factor, _LETTER_PX[1] / factor))


def _usual_height(ink: CoarseInk) -> float:
    """Return the height of the higher letters: parts up to it fill most of the page's print; 0.0 without parts."""
    heights, widths = ink.heights[1:], ink.widths[1:]
    areas = heights * widths
    areas[(widths >= _FRAME * ink.letter) | (heights > _BAR * widths) | (widths > _BAR * heights)] = 0
    if not areas.any():
        return 0.0
    order = heights.argsort(kind="stable")
    share = areas[order].cumsum()
    return float(heights[order][np.searchsorted(share, _HIGHER * share[-1])])


def _parts(dark: Dark, letter: float, level: float, factor: int) -> CoarseInk:
    """Find the rules and the connected parts of ink for letters of this height."""
    level_rules, upright = _rules(dark, letter)
    rules = level_rules | upright
    numbers = np.empty(dark.shape, np.int32)
    count = label(dark & ~_spread(level_rules) & ~_spread(upright.T).T, structure=_AROUND, output=numbers)
    runs = row_runs(numbers > 0)
    owners = numbers[runs.rows, runs.starts].astype(np.intp)
    boxes, areas = boxes_of_parts(owners, runs, count)
    numbers[upright] = RULE
    sides = boxes.x0, boxes.y0, boxes.x1, boxes.y1
    return CoarseInk(*sides, factor, letter, level, numbers, rules, areas, runs, owners)


def _ink_level(small: Image.Image) -> float:
    """Return the gray level of the palest ink; tones, which would become ink, are left as they are."""
    counts = np.asarray(small.histogram()).cumsum()
    darkest = threshold(small)
    paper = int(np.searchsorted(counts, counts[-1] / 2))
    for share in (_TOWARDS_PAPER, _TOWARDS_PAPER / 2):
        level = darkest + max(0, round(share * (paper - darkest)))
        if counts[level] <= _MORE_INK * counts[darkest]:
            return float(level)
    return float(darkest)


def _rules(dark: Dark, letter: float) -> tuple[Dark, Dark]:
    """Return the level and the upright ruled lines."""
    thick = max(2, round(_THICK * letter))
    level = _thin(_long_runs(dark, max(8, round(_LONG_ACROSS * letter))), thick)
    turned = np.ascontiguousarray(dark.T)
    ends = np.ascontiguousarray(level.T) if level.any() else None
    shortest = max(6, round(_BETWEEN_RULES * letter))
    upright = _thin(_long_runs(turned, max(8, round(_LONG_DOWN * letter)), ends, shortest), thick)
    return level, np.ascontiguousarray(upright.T)


def _long_runs(dark: Dark, long: int, ends: Dark | None = None, shortest: int = 0) -> Dark:
    """Return the pixels of runs along rows of at least `long` pixels, or of `shortest` between two pixels of `ends`."""
    runs = row_runs(dark)
    rows, starts, stops = runs.rows, runs.starts, runs.stops
    kept = runs.lengths >= long
    if ends is not None:
        short = np.flatnonzero(~kept & (runs.lengths >= shortest))
        at_both = np.zeros(short.size, dtype=bool)
        first, last = np.zeros_like(at_both), np.zeros_like(at_both)
        for step in range(_AT_RULE + 1):
            first |= ends[rows[short], np.minimum(starts[short] + step, stops[short] - 1)]
            last |= ends[rows[short], np.maximum(stops[short] - 1 - step, starts[short])]
        at_both = first & last
        kept[short[at_both]] = True
    found = np.zeros_like(dark)
    for row, columns in runs.only(kept).places():
        found[row, columns] = True
    return found


def _thin(runs: Dark, thick: int) -> Dark:
    """Remove what is thicker than `thick` rows: dark areas are not lines."""
    if not runs.any() or runs.shape[0] <= thick:
        return runs
    solid = runs[: runs.shape[0] - thick].copy()
    for step in range(1, thick + 1):
        solid &= runs[step : runs.shape[0] - thick + step]
    if not solid.any():
        return runs
    area = np.zeros_like(runs)
    for step in range(thick + 1):
        area[step : runs.shape[0] - thick + step] |= solid
    return runs & ~area


def _spread(mask: Dark) -> Dark:
    """Grow the mask by a row above and below: scans make lines ragged."""
    if not mask.any():
        return mask
    spread = mask.copy()
    spread[1:] |= mask[:-1]
    spread[:-1] |= mask[1:]
    return spread
