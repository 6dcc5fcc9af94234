"""A page read with Tesseract as well as Tesseract can: each word in its language, left-out lines, boxes on the ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PIL import Image

from prelabel.geometry import intersection_area
from prelabel.images.ink import Dark, dark_pixels, sketch
from prelabel.ocr.page.scaling import TARGET_PX, letter_height_px
from prelabel.ocr.tesseract.fitting import fit_line
from prelabel.ocr.tesseract.joining import join_lines
from prelabel.ocr.tesseract.korean import KOREAN, in_korean, korean_first
from prelabel.ocr.tesseract.modes import LINE, PAGE, WORD, Recognise, Tesseract
from prelabel.ocr.tesseract.tidying import is_dirt, tidy_line
from prelabel.ocr.tesseract.tsv import crop, one_reading
from prelabel.ocr.tesseract.unread import unread_lines
from prelabel.ocr.tesseract.writing_system_runs import (
    LinePiece,
    korean_share,
    pieces_of_lines,
    read_line_part,
    writing_system_runs,
)
from prelabel.page import Box, Reading, Word

#: A line that the layout had left out is believed from this confidence on: some of it is handwriting or a drawing.
_BELIEVED = 0.7
#: Share of Hangul from which a page is read by script: 0.23 and more on generated Korean and mixed pages, at most 0.06
#: on 50 English scans of FUNSD. Single Korean words on other pages are read again.
_KOREAN_PAGE = 0.1

#: The image of one line -> raw words by line.
ReadLine = Callable[[Image.Image], list[list[Word]]]


def read_carefully(tesseract: Tesseract, page: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """Words of one upright page (mode L), boxes in its pixels, in reading order."""
    letter_px = letter_height_px(sketch(page)) or TARGET_PX
    dark = dark_pixels(page)
    others = tuple(language for language in languages if language != KOREAN)
    choice = others if KOREAN in languages else ()
    pieces = pieces_of_lines(tesseract.layout(page, choice), dark, letter_px) if choice else []
    read_line: ReadLine
    if korean_share(pieces) > _KOREAN_PAGE:
        lines = _by_writing_system(tesseract.recognise, page, pieces, others)
        read_line = partial(_line_by_writing_system, tesseract.recognise, others=others, letter_px=letter_px)
    else:
        lines = tesseract.recognise(page, choice or languages, PAGE)
        read_line = partial(tesseract.recognise, languages=choice or languages, mode=LINE)
        lines = in_korean(tesseract.recognise, page, lines, pieces)
    lines = _fitted(lines, dark)
    lines = _completed(lines, _fitted(_left_out(read_line, page, dark, _flat(lines), letter_px), dark))
    return [word for word in join_lines(lines) if not is_dirt(word)]


def read_plainly(recognise: Recognise, page: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """The same with one call of Tesseract, where each of them starts a program."""
    first = korean_first(languages) if KOREAN in languages else languages
    lines = _fitted(recognise(page, first, PAGE), dark_pixels(page))
    return [word for word in join_lines(lines) if not is_dirt(word)]


def read_boxes(
    recognise: Recognise, image: Image.Image, boxes: Sequence[Box], languages: tuple[str, ...]
) -> list[Reading | None]:
    """What stands in each box, as one word; None for a box without area or ink."""

    def read(cut: Image.Image) -> Reading | None:
        return one_reading(_flat(recognise(cut.convert("L"), languages, WORD)))

    cuts = [crop(image, box) for box in boxes]
    return [None if cut is None else read(cut) for cut in cuts]


def _flat(lines: Sequence[Sequence[Word]]) -> list[Word]:
    return [word for line in lines for word in line]


def _fitted(lines: Sequence[Sequence[Word]], dark: Dark) -> list[list[Word]]:
    return [fit_line(tidy_line(line), dark) for line in lines]


def _by_writing_system(
    recognise: Recognise, page: Image.Image, pieces: Sequence[Sequence[LinePiece]], others: tuple[str, ...]
) -> list[list[Word]]:
    """Each line's runs, those in Hangul read in Korean, the rest in the other languages."""
    return [
        [
            word
            for run in writing_system_runs(line)
            for word in read_line_part(recognise, page, run.box, (KOREAN,) if run.korean else others)
        ]
        for line in pieces
    ]


def _line_by_writing_system(
    recognise: Recognise, line: Image.Image, others: tuple[str, ...], letter_px: float
) -> list[list[Word]]:
    dark = dark_pixels(line)
    rows = np.flatnonzero(dark.any(axis=1))
    if not rows.size:
        return []
    whole = Box(0, float(rows[0]), line.width, float(rows[-1]) + 1)
    return _by_writing_system(recognise, line, pieces_of_lines([[whole]], dark, letter_px), others)


def _left_out(
    read_line: ReadLine, page: Image.Image, dark: Dark, words: Sequence[Word], letter_px: float
) -> list[list[Word]]:
    """Lines that nobody has read, or that were read badly, read one by one."""
    found = []
    for unread in unread_lines(page, dark, words, letter_px):
        for line in read_line(unread.image):
            sure = [w for w in line if w.confidence >= _BELIEVED and any(c.isalnum() for c in w.text)]
            found.append([replace(w, box=_moved(w.box, unread.x0, unread.y0)) for w in sure])
    return found


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def _completed(lines: Sequence[Sequence[Word]], found: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """The lines and the found ones, in their places; of two words in one place the surer one."""
    extra = _flat(found)

    def stays(word: Word) -> bool:
        return not any(_same_place(word, other) and other.confidence > word.confidence for other in extra)

    kept = [left for line in lines if (left := [word for word in line if stays(word)])]
    old = _flat(kept)
    for line in found:
        if new := [word for word in line if not any(_same_place(word, other) for other in old)]:
            beside = next((other for other in kept if any(_beside(word, new[0]) for word in other)), None)
            if beside is not None:
                beside.extend(new)
                beside.sort(key=lambda word: word.box.x0)
            else:
                below = (i for i, other in enumerate(kept) if other and other[0].box.y0 > new[0].box.y0)
                kept.insert(next(below, len(kept)), new)
    return kept


def _beside(a: Word, b: Word) -> bool:
    """On one line: their middles are closer than half of a letter's height."""
    return abs(a.box.center[1] - b.box.center[1]) < 0.5 * min(a.box.height, b.box.height)


def _same_place(a: Word, b: Word) -> bool:
    smaller = min(a.box.width * a.box.height, b.box.width * b.box.height)
    return intersection_area(a.box, b.box) > 0.4 * smaller
