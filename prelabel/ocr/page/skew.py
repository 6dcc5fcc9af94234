"""Skew of a page: how far its lines are from level, and the page turned back by so much.

Degrees are clockwise: at 3.0 the lines fall to the right. Quarter turns live in `orientation.py`; a page may need both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.geometry import compose, invert, levelling
from prelabel.images.ink import Sketch
from prelabel.ocr.page.scaling import scaled
from prelabel.page import Affine

Numbers = npt.NDArray[np.floating[Any]]
Points = tuple[Numbers, Numbers]

#: Degrees under which a page is not levelled: resampling costs as much as it gains. Measured as F1 of words, tilted /
#: levelled: FUNSD at 1 degree 68 / 68, at 2 66 / 69, at 6 35 / 68; Korean samples at 1 degree 87 / 91, at 3 72 / 90.
_SMALLEST = 1.0

#: Angles that are tried, in degrees: those of scans; all, where the lines are not as sharp as a scan's; then fine steps
#: around the best. At 100 dpi lines are sharp within 0.5.
_SCAN_NET, _WIDE_NET = np.arange(-12.0, 12.01, 0.5), np.arange(-45.0, 45.01, 0.5)
_FINE = np.arange(-0.5, 0.51, 0.1)

#: Longer bottoms belong to ruled lines and to the edges of a scan, which may be level where the text is not.
_LONGEST_PX = 24

#: The most bottoms that are counted, and the fewest that show an angle: those of two words.
_MOST, _FEWEST = 20_000, 50

#: Least ratio of the sharpness at the best angle to the median. Measured: FUNSD 1.4 and more, generated pages 1.7 and
#: more; dust 1.2 at most.
_SHARP = 1.3
#: The same from which a page needs no other angles: 142 of 149 FUNSD pages. Pages tilted by 20 degrees and more seem to
#: have lines at a scan's angle with 1.5 at most. Last: of a tilt that no scan has; pages tilted by 15 to 44 degrees
#: have 2.1 and more.
_SHARP_IN_SCANS, _SHARP_BEYOND = 1.8, 1.8


def skew_degrees(page: Sketch) -> float:
    """Measure the tilt of the lines, -45..45, also on a page that lies on its side; 0.0 if it is small or unknown.

    The bottoms of letters are counted by line (Baird, SPSE 1987): at the right angle, few lines hold most of them. On a
    page that lies on its side, the other axis is sharp.
    """
    across, along = bottoms(page), bottoms(page.on_its_side())
    scan = _sharpest(across, along, _SCAN_NET)
    if not _looks_scanned(*scan):
        photo = _sharpest(across, along, _WIDE_NET)
        if abs(photo[1]) > _SCAN_NET[-1] and photo[0] >= _SHARP_BEYOND:
            return photo[1]
    sharpness, degrees = scan
    return degrees if sharpness >= _SHARP and abs(degrees) >= _SMALLEST else 0.0


def _looks_scanned(sharpness: float, degrees: float) -> bool:
    return sharpness >= _SHARP_IN_SCANS and abs(degrees) < _SCAN_NET[-1] - 0.5


def _sharpest(across: Points, along: Points, net: Numbers) -> tuple[float, float]:
    """Return (sharpness, degrees) of the better of the two axes; the degrees are those of the page."""
    rows, columns = _tilt(*across, net), _tilt(*along, net)
    return max(rows, (columns[0], -columns[1]))


def _tilt(x: Numbers, y: Numbers, net: Numbers) -> tuple[float, float]:
    """Return (sharpness of the best angle, its degrees) for lines through the points that run across the sketch."""
    if x.size < _FEWEST:
        return 0.0, 0.0
    values = _concentration(x, y, net)
    near = net[values.argmax()] + _FINE
    return float(values.max() / np.median(values)), _peak(near, _concentration(x, y, near))


def bottoms(page: Sketch) -> Points:
    """Return x and y of the middle of each ink run with paper below it."""
    height, width = page.dark.shape
    ends = np.zeros((height, width + 1), dtype=bool)
    ends[:-1, :-1] = page.dark[:-1] & ~page.dark[1:]
    edges = np.flatnonzero(np.diff(ends.ravel(), prepend=False))
    first, after = edges[::2], edges[1::2]
    middle = ((first + after - 1) / 2)[after - first <= _LONGEST_PX]
    y, x = np.divmod(middle[:: 1 + middle.size // _MOST], width + 1)
    return x, y


def _concentration(x: Numbers, y: Numbers, degrees: Numbers) -> Numbers:
    """Return, for each angle, the sum of the squared numbers of points on each line."""
    rows = (y - x * slope for slope in np.tan(np.radians(degrees)))
    return np.array([(np.bincount((row - row.min()).astype(np.intp)).astype(float) ** 2).sum() for row in rows])


def _peak(degrees: Numbers, values: Numbers) -> float:
    """Return the angle at the top of the parabola through the highest value and three values on either side."""
    best = int(np.clip(values.argmax(), 3, values.size - 4))
    near = slice(best - 3, best + 4)
    bend, slope, _ = np.polyfit(degrees[near] - degrees[best], values[near], 2)
    return float(degrees[best] + (np.clip(-slope / (2 * bend), -0.3, 0.3) if bend < 0 else 0.0))


def levelled(image: Image.Image, degrees: float, factor: float = 1.0) -> Image.Image:
    """Turn back a mode L image whose lines are tilted by `degrees`, and scale it by `factor`; new corners are paper.

    The frame is that of `geometry.levelling`, times `factor`. An enlarged image is resampled only once: twice costs 1.5
    points of F1 on FUNSD.
    """
    if not degrees:
        return scaled(image, factor)
    source = scaled(image, min(factor, 1.0))
    to_level, width, height = levelling(degrees, image.width, image.height)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    to_source = Affine(a=source.width / image.width, e=source.height / image.height)
    from_target = Affine(a=width / size[0], e=height / size[1])
    m = compose(to_source, compose(invert(to_level), from_target))
    coefficients = (m.a, m.b, m.c, m.d, m.e, m.f)
    return source.transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC, fillcolor=_paper(source)
    )


def level_sketch(page: Sketch, degrees: float) -> Sketch:
    """Return the sketch of the levelled page."""
    if not degrees:
        return page
    turned = levelled(Image.fromarray(np.where(page.dark, np.uint8(0), np.uint8(255))), degrees)
    return Sketch(np.asarray(turned) < 128, page.factor)


def _paper(image: Image.Image) -> int:
    """Return the median gray: white corners on gray paper would mislead the threshold between ink and paper."""
    counts = np.asarray(image.histogram()).cumsum()
    return int(np.searchsorted(counts, counts[-1] / 2))
