"""Lines that Tesseract's layout left out: read one by one, and put into their places among the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PIL import Image

from prelabel.geometry import intersection_area, scaling, transform
from prelabel.images.ink import Dark
from prelabel.ocr.page.scaling import scaled
from prelabel.ocr.tesseract.unread import unread_lines
from prelabel.page import Box, Word

#: Words of a left-out line are kept from this confidence on: some such lines are handwriting or drawings.
_LEAST_CONFIDENCE = 0.7
#: A line of so many letters in which no word reaches this confidence is read again, at these shares of its size.
_SEVERAL, _DISTRUST, _SIZES = 4, 0.1, (0.8, 1.25)

#: The image of one line -> raw words by line.
ReadLine = Callable[[Image.Image], list[list[Word]]]


def left_out_lines(
    read_line: ReadLine, page: Image.Image, dark: Dark, lines: Sequence[Sequence[Word]], letter_px: float
) -> list[list[Word]]:
    """Read the lines of a page (mode L) that `lines` lack or hold unsurely; keep sure words only.

    `dark`: the page's ink; `letter_px`: the usual height of its letters.
    """
    found = []
    for unread in unread_lines(page, dark, _flat(lines), letter_px):
        for line in _read_surely(read_line, unread.image):
            sure = [w for w in line if w.confidence >= _LEAST_CONFIDENCE and any(c.isalnum() for c in w.text)]
            found.append([replace(w, box=_moved(w.box, unread.x0, unread.y0)) for w in sure])
    return found


def _read_surely(read_line: ReadLine, image: Image.Image) -> Sequence[Sequence[Word]]:
    """Read a line; read it again at other sizes where several letters were read without any confidence.

    Tesseract's recogniser now and then doubles a letter and then trusts nothing of the line: at most other sizes it
    reads the same line surely.
    """
    lines = read_line(image)
    for size in _SIZES if _distrusted(lines) else ():
        other = scaled(image, size)
        back = scaling(image.width / other.width)
        again = [[replace(word, box=transform(back, word.box)) for word in line] for line in read_line(other)]
        if not _distrusted(again):
            return again
    return lines


def _distrusted(lines: Sequence[Sequence[Word]]) -> bool:
    words = _flat(lines)
    return sum(len(word.text) for word in words) >= _SEVERAL and all(word.confidence < _DISTRUST for word in words)


def completed(lines: Sequence[Sequence[Word]], found: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """Insert the found lines in their places; of two words in one place the surer one stays."""
    extra = _flat(found)

    def stays(word: Word) -> bool:
        return not any(_same_place(word, other) and other.confidence > word.confidence for other in extra)

    kept = [left for line in lines if (left := [word for word in line if stays(word)])]
    old = _flat(kept)
    for line in found:
        if new := [word for word in line if not any(_same_place(word, other) for other in old)]:
            _insert(new, kept)
    return kept


def _insert(new: list[Word], lines: list[list[Word]]) -> None:
    """Add the words to the line that they stand beside, or as a line above the first one below them."""
    beside = next((line for line in lines if any(_beside(word, new[0]) for word in line)), None)
    if beside is not None:
        beside.extend(new)
        beside.sort(key=lambda word: word.box.x0)
    else:
        below = (number for number, line in enumerate(lines) if line and line[0].box.y0 > new[0].box.y0)
        lines.insert(next(below, len(lines)), new)


def _flat(lines: Sequence[Sequence[Word]]) -> list[Word]:
    return [word for line in lines for word in line]


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def _beside(a: Word, b: Word) -> bool:
    """Return whether both stand on one line: their middles are closer than half of a letter's height."""
    return abs(a.box.center[1] - b.box.center[1]) < 0.5 * min(a.box.height, b.box.height)


def _same_place(a: Word, b: Word) -> bool:
    smaller = min(a.box.width * a.box.height, b.box.width * b.box.height)
    return intersection_area(a.box, b.box) > 0.4 * smaller
