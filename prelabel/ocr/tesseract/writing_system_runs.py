"""Lines cut into runs of one script, told by their ink, and each run read by the model of its script alone.

Tesseract, given several languages, runs each over every word of which the ones before are not sure, and believes the
one that is: it makes "SS" of 상호 and is sure of it. A run goes to one language only. Measured on 16 Korean and mixed
pages: a quarter less CPU, word recall 85.6 instead of 83.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np
from PIL import Image

from prelabel.geometry import clip, grow, union
from prelabel.images.ink import Dark
from prelabel.images.ink_runs import close_gaps, ink_runs
from prelabel.ocr.tesseract.modes import LINE, Recognise
from prelabel.ocr.tesseract.writing_system import hangul
from prelabel.page import Box, Word

#: In letter heights: the lines that hold text, and the least width of a piece.
_LINE_HEIGHT, _LEAST_WIDTH = (0.5, 6.0), 0.03
#: As shares of the line's height: ink that is closer is one piece; pieces farther apart are read apart, as empty paper
#: costs as much as text; a piece this narrow, at most so far behind another, is punctuation and goes with it; a box
#: lower than the last is a dash or a full stop.
_SAME_PIECE, _SAME_RUN, _NARROW, _NARROW_GAP, _SHORT = 0.36, 1.5, 0.35, 0.5, 0.5
#: A row of a long piece filled to this share is a ruled line.
_LONG, _RULED = 1.5, 0.92
#: Chance of Hangul from which a piece is Korean.
_LIKELY = 0.5
#: What is shown around a run, as shares of its height: the page itself, then paper, as the line above or below would
#: disturb. Tesseract scales what it reads to one height, so paper above and below is cheap.
_OWN, _PAPER = 0.15, 0.3


@dataclass(frozen=True, slots=True)
class LinePiece:
    """What stands apart in a line: a word, or a letter of one that is set wide; `hangul`: the chance that it is."""

    box: Box
    hangul: float

    @property
    def korean(self) -> bool:
        return self.hangul >= _LIKELY


@dataclass(frozen=True, slots=True)
class WritingSystemRun:
    """Neighbours in a line that are of one script."""

    box: Box
    korean: bool


def pieces_of_lines(lines: Sequence[Sequence[Box]], dark: Dark, letter_px: float) -> list[list[LinePiece]]:
    """The pieces of each line of a layout that may hold text.

    `lines`: boxes of its words; `dark`: the page's ink, `letter_px`: the usual height of its letters, all in pixels.
    """
    lowest, highest = _LINE_HEIGHT[0] * letter_px, _LINE_HEIGHT[1] * letter_px
    found = []
    for line in lines:
        height = median(box.height for box in line)
        if lowest <= height <= highest:
            words = [box for box in line if box.height <= highest]
            boxes = [piece for box in words for piece in _pieces(box, dark, min(height, 2 * letter_px))]
            found.append([box for box in boxes if box.width >= _LEAST_WIDTH * letter_px])
    chances = iter(hangul(dark, [box for line in found for box in line]))
    return [[LinePiece(box, float(next(chances))) for box in line] for line in found if line]


def korean_share(lines: Sequence[Sequence[LinePiece]]) -> float:
    """How much of a page is in Hangul, 0..1; 0.0 for an empty one."""
    return fmean(chances) if (chances := [piece.hangul for line in lines for piece in line]) else 0.0


def writing_system_runs(line: Sequence[LinePiece]) -> list[WritingSystemRun]:
    """The runs of one line."""
    height = median(piece.box.height for piece in line)
    runs: list[WritingSystemRun] = []
    for piece in line:
        box = piece.box
        gap = (box.x0 - runs[-1].box.x1) / height if runs else np.inf
        narrow = box.width < _NARROW * height and gap < _NARROW_GAP
        if gap <= _SAME_RUN and (narrow or piece.korean == runs[-1].korean):
            runs[-1] = WritingSystemRun(union((runs[-1].box, box)), runs[-1].korean)
        else:
            runs.append(WritingSystemRun(box, piece.korean))
    return runs


def read_line_part(recognise: Recognise, page: Image.Image, box: Box, languages: tuple[str, ...]) -> list[Word]:
    """The words of a run, boxes in pixels of the page (mode L)."""
    cut, x, y = _alone(page, box)
    return [_placed(word, x, y, box) for line in recognise(cut, languages, LINE) for word in line]


def _pieces(box: Box, dark: Dark, height: float) -> Iterator[Box]:
    inner = clip(box, dark.shape[1], dark.shape[0])
    x0 = int(inner.x0)
    window = dark[int(inner.y0) : int(inner.y1) + 1, x0 : int(inner.x1) + 1]
    if window.shape[1] > _LONG * height:
        window = window & (window.mean(axis=1, keepdims=True) < _RULED)
    # A dash or a full stop is shown as high as the letters beside it, or nobody could tell it from an I.
    short = box.height < _SHORT * height
    y0, y1 = (box.center[1] - height / 2, box.center[1] + height / 2) if short else (box.y0, box.y1)
    for start, stop in close_gaps(ink_runs(np.asarray(window.any(axis=0))), _SAME_PIECE * height):
        yield Box(x0 + start, y0, x0 + stop, y1)


def _alone(page: Image.Image, box: Box) -> tuple[Image.Image, int, int]:
    """The box and a little of what surrounds it, on paper; and where the left upper corner lies in the page."""
    inner = clip(grow(box, _OWN * box.height), page.width - 1, page.height - 1)
    x0, y0 = int(inner.x0), int(inner.y0)
    cut = page.crop((x0, y0, int(inner.x1) + 1, int(inner.y1) + 1))
    margin = round((_PAPER - _OWN) * box.height)
    paper = int(np.median(np.asarray(cut)[::2, ::2]))
    ground = Image.new("L", (cut.width + 2 * margin, cut.height + 2 * margin), paper)
    ground.paste(cut, (margin, margin))
    return ground, x0 - margin, y0 - margin


def _placed(word: Word, x: int, y: int, run: Box) -> Word:
    """The word with its box in the page, no higher and no lower than its run."""
    top, bottom = max(word.box.y0 + y, run.y0), min(word.box.y1 + y, run.y1)
    if top >= bottom:
        top, bottom = run.y0, run.y1
    return Word(word.text, Box(word.box.x0 + x, top, word.box.x1 + x, bottom), word.confidence, word.engine)
