"""Writing-system runs: lines cut by their ink into runs of one writing system, each read by one language's model.

Tesseract, given several languages, tries them on a word until one is sure: 상호 becomes "SS" with a high confidence. A
run is read in one language only. Measured on 16 Korean and mixed pages: a quarter less CPU, word recall 85.6, not 83.5.
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
from prelabel.ocr.tesseract.modes import LINE, WORD, Recognise
from prelabel.ocr.tesseract.writing_system import hangul
from prelabel.page import Box, Word

#: In letter heights: least and largest height of a line of text, and the least width of a piece.
_LINE_HEIGHT, _LEAST_WIDTH = (0.5, 6.0), 0.03
#: As shares of the line's height: ink runs closer than the first are one piece; pieces farther apart than the second
#: are two runs, as empty paper costs as much to read as text; a piece narrower than the third and at most the fourth
#: behind another is punctuation and belongs to its run; a box lower than the fifth is a dash or a full stop.
_SAME_PIECE, _SAME_RUN, _NARROW, _NARROW_GAP, _SHORT = 0.36, 1.5, 0.35, 0.5, 0.5
#: A row filled to this share is a ruled line, in a box longer than this share of the line's height.
_LONG, _RULED = 1.5, 0.92
#: Runs of these widths in their heights are read as a word where nothing is read as a line; from what confidence on.
_SHORT_RUN, _SURE_WORD = (0.6, 8.0), 0.7
#: Probability of Hangul from which a piece is Korean.
_LIKELY = 0.5
#: Margins around a run, as shares of its height: so much of the page itself, then paper up to the second, as the lines
#: above and below would disturb. Tesseract scales its input to one height, so paper above and below is cheap.
_OWN, _PAPER = 0.15, 0.3


@dataclass(frozen=True, slots=True)
class LinePiece:
    """Ink that stands apart in a line: a word, or a letter of a widely set word. `hangul`: probability of Hangul."""

    box: Box
    hangul: float

    @property
    def korean(self) -> bool:
        return self.hangul >= _LIKELY


@dataclass(frozen=True, slots=True)
class WritingSystemRun:
    """Neighbouring pieces of a line that are in one writing system."""

    box: Box
    korean: bool


def pieces_of_lines(lines: Sequence[Sequence[Box]], dark: Dark, letter_px: float) -> list[list[LinePiece]]:
    """Cut each line of a layout that may hold text into its pieces.

    `lines`: boxes of the words; `dark`: the page's ink; `letter_px`: the usual height of its letters, all in pixels.
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
    """Return the share of a page's pieces that is in Hangul, 0..1; 0.0 for an empty page."""
    return fmean(chances) if (chances := [piece.hangul for line in lines for piece in line]) else 0.0


def writing_system_runs(line: Sequence[LinePiece]) -> list[WritingSystemRun]:
    """Join the pieces of one line to runs of one writing system."""
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
    """Read the words in a part of a line, a run or a word; boxes in pixels of the page (mode L)."""
    cut, x, y = _alone(page, box)
    read = [word for line in recognise(cut, languages, LINE) for word in line]
    if not read and _SHORT_RUN[0] * box.height <= box.width <= _SHORT_RUN[1] * box.height:
        # Tesseract takes a short line for a picture now and then; as a word it reads it.
        read = [word for line in recognise(cut, languages, WORD) for word in line if word.confidence >= _SURE_WORD]
    return [_placed(word, x, y, box) for word in read]


def _pieces(box: Box, dark: Dark, height: float) -> Iterator[Box]:
    inner = clip(box, dark.shape[1], dark.shape[0])
    x0 = int(inner.x0)
    window = dark[int(inner.y0) : int(inner.y1) + 1, x0 : int(inner.x1) + 1]
    if window.shape[1] > _LONG * height:
        window = window & (window.mean(axis=1, keepdims=True) < _RULED)
    # A dash or a full stop is shown as high as the letters beside it, or it would look like an I.
    short = box.height < _SHORT * height
    y0, y1 = (box.center[1] - height / 2, box.center[1] + height / 2) if short else (box.y0, box.y1)
    for start, stop in close_gaps(ink_runs(np.asarray(window.any(axis=0))), _SAME_PIECE * height):
        yield Box(x0 + start, y0, x0 + stop, y1)


def _alone(page: Image.Image, box: Box) -> tuple[Image.Image, int, int]:
    """Return the image of the box on paper with a little of its surroundings, and its left upper corner in the page."""
    inner = clip(grow(box, _OWN * box.height), page.width - 1, page.height - 1)
    x0, y0 = int(inner.x0), int(inner.y0)
    cut = page.crop((x0, y0, int(inner.x1) + 1, int(inner.y1) + 1))
    margin = round((_PAPER - _OWN) * box.height)
    paper = int(np.median(np.asarray(cut)[::2, ::2]))
    ground = Image.new("L", (cut.width + 2 * margin, cut.height + 2 * margin), paper)
    ground.paste(cut, (margin, margin))
    return ground, x0 - margin, y0 - margin


def _placed(word: Word, x: int, y: int, run: Box) -> Word:
    """Move the word to its place in the page, no higher and no lower than its run."""
    top, bottom = max(word.box.y0 + y, run.y0), min(word.box.y1 + y, run.y1)
    if top >= bottom:
        top, bottom = run.y0, run.y1
    return Word(word.text, Box(word.box.x0 + x, top, word.box.x1 + x, bottom), word.confidence, word.engine)
