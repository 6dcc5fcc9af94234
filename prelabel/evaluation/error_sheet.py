"""A sheet of the words that OCR read wrong: the picture of each with truth and reading, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from prelabel.evaluation.numbers import SURE, figures
from prelabel.evaluation.ocr import Matches
from prelabel.evaluation.text import errors, plain
from prelabel.images.drawing import Rgb, font_for
from prelabel.page import Box

#: Errors on a sheet; columns, and pixels of a cell.
MOST = 60
_COLUMNS, _CELL = 3, (420, 96)
#: Height to which small crops are enlarged, the most that they are, and margin around the word in its heights.
_CROP_PX, _ENLARGED, _MARGIN = 44, 3.0, 0.35
_TEXT_PX = 15
_INK: Rgb = (20, 20, 20)
_WRONG: Rgb = (200, 30, 30)
_PALE: Rgb = (120, 120, 120)


@dataclass(frozen=True, slots=True)
class WordError:
    """A true word that was not read: its page and box, both texts, and the confidence of the wrong one, 0..1.

    `read` is the matched word's text, or the texts on the place of a word without a match, with ` | ` between them.
    `number`: the figures of a number came out wrong. `missed`: no found word matches.
    """

    page: str
    box: Box
    truth: str
    read: str
    confidence: float
    number: bool
    missed: bool

    @property
    def harm(self) -> tuple[float, ...]:
        """The order of errors, larger is worse: wrong numbers given as sure, numbers, words, numbers and words missed.

        Within each kind the surer and the more distant reading is worse.
        """
        kind = (1 if self.number else 0) if self.missed else (3 if self.number else 2)
        if kind == 3 and self.confidence >= SURE:
            kind = 4
        return kind, self.confidence * min(errors(self.truth, self.read).rate, 1.0)


def word_errors(page: str, matches: Matches) -> list[WordError]:
    """Return the errors of one page."""
    pairs, near = dict(matches.pairs), dict[int, list[int]]()
    for t, f in zip(matches.overlaps.truth.tolist(), matches.overlaps.found.tolist(), strict=True):
        near.setdefault(t, []).append(f)
    wrong = []
    for t, word in enumerate(matches.truth):
        parts = [matches.found[f] for f in ([pairs[t]] if t in pairs else near.get(t, []))]
        read = " | ".join(plain(part.text) for part in parts)
        if t in pairs and read == plain(word.text):
            continue
        confidence = min((part.confidence for part in parts), default=0.0)
        number = bool(figures(word.text)) and figures(read) != figures(word.text)
        wrong.append(WordError(page, word.box, plain(word.text), read, confidence, number, t not in pairs))
    return wrong


def worst_first(wrong: Iterable[WordError]) -> list[WordError]:
    """Return the errors by their harm."""
    return sorted(wrong, key=lambda error: (*(-harm for harm in error.harm), error.page, error.box.y0, error.box.x0))


def draw_error_sheet(wrong: Sequence[WordError], open_page: Callable[[str], Image.Image]) -> Image.Image:
    """Draw the first `MOST` errors in the given order, row by row: crop, truth, reading and confidence; RGB.

    `open_page` returns the picture of a page by its name, in whose pixels the boxes are. Raises EngineUnavailable where
    a text needs a font that is not installed.
    """
    shown = wrong[:MOST]
    rows = -(-max(len(shown), 1) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _CELL[0], rows * _CELL[1]), "white")
    for name in {error.page: None for error in shown}:
        page = open_page(name).convert("RGB")
        for place, error in enumerate(shown):
            if error.page == name:
                row, column = divmod(place, _COLUMNS)
                sheet.paste(_cell(error, page), (column * _CELL[0], row * _CELL[1]))
    return sheet


def _cell(error: WordError, page: Image.Image) -> Image.Image:
    cell = Image.new("RGB", _CELL, "white")
    crop = _crop(page, error.box)
    cell.paste(crop, (6, 4))
    pen = ImageDraw.Draw(cell)
    font = font_for(error.truth + error.read, _TEXT_PX)
    pen.text((6, 52), error.truth, _INK, font)
    reading = f"{error.read}  {100 * error.confidence:.0f} %" if error.read else "nothing read"
    pen.text((6, 72), reading, _PALE if error.missed else _WRONG, font)
    pen.rectangle((0, 0, _CELL[0] - 1, _CELL[1] - 1), outline=(210, 210, 210))
    return cell


def _crop(page: Image.Image, box: Box) -> Image.Image:
    margin = _MARGIN * max(box.height, 4)
    left, top = max(0, int(box.x0 - margin)), max(0, int(box.y0 - margin))
    right, bottom = min(page.width, int(box.x1 + margin) + 1), min(page.height, int(box.y1 + margin) + 1)
    crop = page.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    factor = min(_CROP_PX / crop.height, (_CELL[0] - 12) / crop.width, _ENLARGED)
    return crop.resize((max(round(crop.width * factor), 1), max(round(crop.height * factor), 1)))
