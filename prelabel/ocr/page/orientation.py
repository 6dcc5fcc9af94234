"""Quarter turns that set a page upright: the look of its lines decides, a vote of the engine where that is unsure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from prelabel.images.ink import Sketch, line_profile
from prelabel.ocr.scripts.foreign import legible
from prelabel.page import Word

#: Clockwise quarter turns -> Pillow's (counter-clockwise) transposition.
_TURN = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}

#: `uprightness` under the first: the page seems to lie on its side; under the second: it may lie on its side.
#: Measured: 1.8 and more on the 149 upright FUNSD pages, 1.3 and more on generated Korean and English pages of one to
#: sixty lines at 75 to 400 dpi; the same with a minus when they are turned.
SEEMS_SIDEWAYS, MAYBE_SIDEWAYS = -0.5, 1.0

#: Mean confidence of a letter under which a reading is poor. Measured: 13 FUNSD and 12 generated pages upright 0.84
#: and more, upside down 0.55 and less.
POOR_CONFIDENCE = 0.68
#: Mean letters of a word under which a reading is of scraps: lines on their side can read as sure single letters.
#: Measured: a Korean receipt 3.6, on its side 1.3.
_SCRAPS = 2.0

#: A turn must win by this factor and this number of sure letters. Measured: the wrong turns of FUNSD pages reach half
#: of the right one at most.
_CLEARLY, _FEWEST_LETTERS = 1.3, 3.0

#: Cells of the page, each way, in which strokes are counted to find its busiest quarter.
_GRID = 8

#: Rows of the sketch over which a profile is smoothed: about four lines of ordinary text, one line of large text.
_SMOOTH_ROWS = 61


def turned(image: Image.Image, quarters: int) -> Image.Image:
    """Turn the image clockwise by `quarters` x 90 degrees."""
    turn = _TURN.get(quarters % 4)
    return image if turn is None else image.transpose(turn)


def read_upright(
    level: Sketch, read: Callable[[int], list[Word]], vote: Callable[[tuple[int, ...]], int]
) -> tuple[int, list[Word]]:
    """Return the clockwise quarter turns that set a page upright, and its words after them.

    `level`: sketch of the levelled page; `read` reads the page after a number of quarter turns; `vote` chooses between
    several numbers of them. An ordinary page is read only once.
    """
    evidence = uprightness(level)
    if evidence < SEEMS_SIDEWAYS:
        quarters = vote((0, 1, 3))
        return quarters, read(quarters)
    words = read(0)
    maybe_sideways = evidence < MAYBE_SIDEWAYS
    if not reads_poorly(words) and not (maybe_sideways and _reads_scraps(words)):
        return 0, words
    quarters = vote((0, 2, 1, 3) if maybe_sideways else (0, 2))
    return quarters, read(quarters) if quarters else words


def uprightness(page: Sketch) -> float:
    """Return log2 of how much more the page looks written in rows than in columns; under 0: it seems to be sideways."""
    rows, columns = _alternation(page), _alternation(page.on_its_side())
    return float(np.log2((rows + 1e-3) / (columns + 1e-3)))


def _alternation(page: Sketch) -> float:
    """Measure how strongly lines and the gaps between them alternate down the page, per stroke."""
    profile: npt.NDArray[np.float64] = line_profile(page)
    before = _SMOOTH_ROWS // 2 + 1
    total = np.pad(profile, ((before, _SMOOTH_ROWS // 2), (0, 0)), mode="edge").cumsum(axis=0)
    smooth = (total[_SMOOTH_ROWS:] - total[:-_SMOOTH_ROWS]) / _SMOOTH_ROWS
    return float(((profile - smooth) ** 2).sum() / max(1.0, profile.sum()))


def reads_poorly(words: Sequence[Word]) -> bool:
    """Return whether the engine found nothing, or was so unsure that the page may stand on its head."""
    return sureness(words) < POOR_CONFIDENCE


def _reads_scraps(words: Sequence[Word]) -> bool:
    return sum(len(word.text) for word in words) < _SCRAPS * len(words)


def voted_turn(
    image: Image.Image, level: Sketch, candidates: Sequence[int], read: Callable[[Image.Image], list[Word]]
) -> int:
    """Return `best_turn` of the busiest quarter of a levelled page, or of the whole page where that stays as it lies.

    `level`: the page's sketch. A quarter of the page nearly always decides.
    """
    for part in (image.crop(busiest_quarter(level)), image):
        quarters = best_turn(part, candidates, read)
        if quarters:
            return quarters
    return 0


def best_turn(image: Image.Image, candidates: Sequence[int], read: Callable[[Image.Image], list[Word]]) -> int:
    """Return the clockwise quarter turns, out of `candidates`, after which `read` is surest of its words.

    The first candidate stays unless another one is far better: a page that no turn makes legible is left alone. What a
    turn makes a foreign script of does not speak for it.
    """
    first, *others = candidates
    votes = {first: sure_letters(read(turned(image, first)))}
    return elected(votes | {quarters: sure_letters(legible(read(turned(image, quarters)))) for quarters in others})


def elected(votes: Mapping[int, float]) -> int:
    """Return the turn with most `sure_letters`; the first one, unless another one is far better."""
    best, first = max(votes, key=lambda quarters: votes[quarters]), next(iter(votes))
    return best if votes[best] >= _FEWEST_LETTERS + _CLEARLY * votes[first] else first


def sureness(words: Sequence[Word]) -> float:
    """Return the mean confidence of a letter, 0..1; 0.0 without words."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def sure_letters(words: Sequence[Word]) -> float:
    """Return the number of letters and digits, each weighted by the square of its word's confidence."""
    return sum(word.confidence**2 * sum(char.isalnum() for char in word.text) for word in words)


def busiest_quarter(page: Sketch) -> tuple[int, int, int, int]:
    """Return the part of half width and half height that has most strokes: (x0, y0, x1, y1) in pixels of the page."""
    height, width = page.dark.shape
    strokes = line_profile(page, _GRID)
    rows = np.linspace(0, height, _GRID, endpoint=False, dtype=np.int64)
    cells = np.lib.stride_tricks.sliding_window_view(np.add.reduceat(strokes, rows), (_GRID // 2, _GRID // 2))
    row, column = np.unravel_index(cells.sum(axis=(2, 3)).argmax(), cells.shape[:2])
    x, y = int(column) * width // _GRID * page.factor, int(row) * height // _GRID * page.factor
    return x, y, x + width // 2 * page.factor, y + height // 2 * page.factor
