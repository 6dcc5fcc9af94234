"""Lines of text that run together towards one side of a photograph: the point where they meet.

The edges of the page tell it better (`outline.py`); this is for pages that fill their picture, or whose ground is as
light as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from prelabel.geometry import chain, compose, projection, turn
from prelabel.images.ink import Sketch
from prelabel.ocr.page.skew import Numbers, bottoms
from prelabel.page import Affine, Homography

#: The most points of a look, and the height of its rows in pixels of the sketch: the higher, the larger its steps.
_FEW, _ROW_PX = 2000, 3.0
_MANY, _FINE_ROW_PX = 10_000, 1.0
_FEWEST = 50
#: The most by which the direction of the lines changes over the page's height, in radians; one step of the search moves
#: the ends of lines by so many rows; the most by which the middle line is not level, in degrees.
_MOST_CHANGE, _STEP_ROWS, _MOST_TILT = 0.4, 2.0, 10.0
#: Sharpness over the median from which parallel lines are sure, and the gain of others up to which they are. Measured:
#: 60 scans 1.15 and more, and 1.09 at most.
_SURE, _NO_GAIN = 1.4, 1.03
_LEAST_SURE, _SOME_GAIN = 1.15, 1.06
#: Least gain, sharpness over the median, and change of direction of lines that meet. Measured: photographs that read
#: badly 1.07, 1.42 and 7 degrees; in scans no lines reach two of these.
_GAIN, _SHARP, _LEAST_CHANGE = 1.06, 1.35, math.radians(6.5)
#: The nearest that the point where lines meet may lie to the page, in half widths of the page from its middle.
_NEAREST = 1.7


@dataclass(frozen=True, slots=True)
class Convergence:
    """Lines of a levelled page that meet: `middle` is theirs, the line there falls by `degrees`; pixels of the page.

    They meet on that line at x = -1 / `rate` from the middle. `on_side`: axes are exchanged.
    """

    middle: tuple[float, float]
    degrees: float
    rate: float
    on_side: bool

    def from_parallel(self, *, upright: bool) -> Homography:
        """Return the map from the plane where the lines are level to the levelled page; it leads (0, 0) to the middle.

        Near the middle it keeps lengths; it turns the plane, or, where that is `upright`, only shifts its columns.
        """
        slope = math.tan(math.radians(self.degrees))
        fall = Affine(d=slope) if upright else turn(self.degrees)
        rate = self.rate if upright else self.rate * math.cos(math.radians(self.degrees))
        place = projection(compose(Affine(c=self.middle[0], f=self.middle[1]), fall))
        lie = chain(place, Homography(g=-rate))
        swap = projection(Affine(0, 1, 0, 1, 0, 0))
        return chain(swap, chain(lie, swap)) if self.on_side else lie


def convergence(level: Sketch) -> Convergence | None:
    """Measure how the lines of a levelled page meet; None where they are parallel, as those of scans are."""
    looks = []
    for on_side in (False, True):
        look = _Look(level.on_its_side() if on_side else level, _FEW, _ROW_PX)
        if look.x.size >= _FEWEST:
            sure, gain = look.parallel()
            if sure >= _SURE and gain < _NO_GAIN and not on_side:
                return None
            looks.append((sure, gain, on_side, look))
    if not looks or (max(look[0] for look in looks) >= _LEAST_SURE and max(look[1] for look in looks) < _SOME_GAIN):
        return None
    found = [(look.meeting(), on_side) for _, _, on_side, look in looks]
    sharp = [(gain, degrees, rate, on_side) for (gain, degrees, rate), on_side in found if gain]
    if not sharp:
        return None
    _, degrees, rate, on_side = max(sharp)
    look = _Look(level.on_its_side() if on_side else level, _MANY, _FINE_ROW_PX)
    gain, degrees, rate = look.refined(degrees, rate)
    if gain < _GAIN:
        return None
    (x, y), px = look.middle, level.factor
    return Convergence((x * px, y * px), degrees, rate / px, on_side)


class _Look:
    """A look at the bottoms of letters: how many share a row, if rows fall by some degrees and meet at some rate.

    A line is y = (tan(degrees) + rate b) x + b, from the middle of the points.
    """

    def __init__(self, side: Sketch, most: int, row_px: float) -> None:
        self.x, self.y = bottoms(side)
        step = 1 + self.x.size // most
        self.x, self.y, self._row_px = self.x[::step], self.y[::step], row_px
        self.middle = (float(self.x.mean()), float(self.y.mean())) if self.x.size else (0.0, 0.0)
        self.x, self.y = self.x - self.middle[0], self.y - self.middle[1]
        height, width = side.dark.shape
        self._step = 4 * row_px * _STEP_ROWS / max(1, width * height)
        self._most, self._least = _MOST_CHANGE / max(1, height), _LEAST_CHANGE / max(1, height)
        self._most = min(self._most, 2 / (_NEAREST * max(1, width)))

    def parallel(self) -> tuple[float, float]:
        """Return (sharpness of level, parallel rows over the median, gain of rows that meet over them)."""
        rates = self._rates()
        values = self._values((0.0,), rates)[0]
        level = values[rates.size // 2]
        return float(level / np.median(values)), float(values.max() / level)

    def meeting(self) -> tuple[float, float, float]:
        """Return (gain over the best parallel rows, degrees, rate) of rows that meet; a gain of 0.0 where none do."""
        rates, tilts = self._rates(), np.arange(-_MOST_TILT, _MOST_TILT + 1)
        values = self._values(tilts, rates)
        row, column = np.unravel_index(values.argmax(), values.shape)
        gain, rate = values.max() / values[:, rates.size // 2].max(), float(rates[column])
        meets = gain >= _GAIN and values.max() >= _SHARP * np.median(values) and abs(rate) >= self._least
        return float(gain) if meets else 0.0, float(tilts[row]), rate

    def refined(self, degrees: float, rate: float) -> tuple[float, float, float]:
        """Return (gain, degrees, rate) of the sharpest rows near these, as `meeting` does."""
        coarse = self._step * _ROW_PX / self._row_px
        tilts, rates = degrees + np.arange(-1, 1.01, 0.2), rate + np.arange(-1, 1.01, 0.25) * coarse
        values = self._values(tilts, rates)
        row, column = np.unravel_index(values.argmax(), values.shape)
        level = self._values(np.arange(-_MOST_TILT, _MOST_TILT + 0.1, 0.2), (0.0,)).max()
        return float(values.max() / level), float(tilts[row]), float(rates[column])

    def _rates(self) -> Numbers:
        steps = max(1, round(self._most / self._step))
        rates: Numbers = np.arange(-steps, steps + 1) * self._step
        return rates

    def _values(self, tilts: Numbers | tuple[float, ...], rates: Numbers | tuple[float, ...]) -> Numbers:
        values = np.empty((len(tilts), len(rates)))
        for i, degrees in enumerate(tilts):
            y = self.y - math.tan(math.radians(degrees)) * self.x
            for j, rate in enumerate(rates):
                rows = y / (1 + rate * self.x) / self._row_px
                counts = np.bincount((rows - rows.min()).astype(np.intp)).astype(float)
                values[i, j] = (counts**2).sum()
        return values
