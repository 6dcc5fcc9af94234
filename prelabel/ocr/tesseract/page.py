"""Order of reading a page with Tesseract: layout, languages, tidy and fit, complete, signs, join; a module each."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from prelabel.images.ink import Dark, dark_pixels, sketch
from prelabel.ocr.page.bullets import without_bullets
from prelabel.ocr.page.orientation import sureness
from prelabel.ocr.page.scaling import TARGET_PX, letter_height_px
from prelabel.ocr.page.signs import with_signs
from prelabel.ocr.scripts.foreign import foreign_marked
from prelabel.ocr.tesseract.completing import completed, left_out_lines
from prelabel.ocr.tesseract.currency_signs.bars import with_barred_signs
from prelabel.ocr.tesseract.currency_signs.ink import with_whole_amounts
from prelabel.ocr.tesseract.currency_signs.separators import without_stray_point
from prelabel.ocr.tesseract.currency_signs.text import with_currency_signs
from prelabel.ocr.tesseract.fitting import fit_line
from prelabel.ocr.tesseract.joining import join_lines
from prelabel.ocr.tesseract.korean import KOREAN, korean_first
from prelabel.ocr.tesseract.languages import beside_korean, reader_for, reading_languages
from prelabel.ocr.tesseract.masks.reading import with_masks
from prelabel.ocr.tesseract.modes import LINE, PAGE, WORD, Recognise, Tesseract
from prelabel.ocr.tesseract.rows import whole_rows
from prelabel.ocr.tesseract.tidying import is_dirt, tidy_line
from prelabel.ocr.tesseract.tsv import crop, one_reading
from prelabel.ocr.tesseract.writing_system_runs import pieces_of_lines
from prelabel.page import Box, Reading, Word


def read_carefully(tesseract: Tesseract, page: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """Read one upright page (mode L): words in reading order, boxes in its pixels."""
    dark, letter_px = dark_pixels(page), letter_height_px(sketch(page)) or TARGET_PX
    others = beside_korean(languages)
    pieces = pieces_of_lines(whole_rows(tesseract.layout(page, others)), dark, letter_px) if others else []
    reader = reader_for(tesseract.recognise, others or languages, pieces, letter_px)
    lines = _tidied_and_fitted(reader.read_page(page), dark)
    left_out = left_out_lines(reader.read_line, page, dark, lines, letter_px)
    lines = completed(lines, _tidied_and_fitted(left_out, dark))
    lines = with_barred_signs(with_signs(lines, page, dark, reader.read_line), page, dark, reader.read_line)
    words = _joined(lines)
    words = with_whole_amounts(with_masks(words, reader.read_line, page, dark), reader.read_line, page, dark)
    return foreign_marked(without_bullets(words, dark), dark, languages)


def read_plainly(recognise: Recognise, page: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """Read one upright page (mode L) with a single call of Tesseract, for where each call starts a program."""
    first = korean_first(languages) if KOREAN in languages else languages
    dark = dark_pixels(page)
    lines = _tidied_and_fitted(recognise(page, first, PAGE), dark)

    def line_again(line: Image.Image) -> list[list[Word]]:
        return recognise(line, first, LINE)

    lines = with_barred_signs(with_signs(lines, page, dark, line_again), page, dark, line_again)
    words = _joined(lines)
    return foreign_marked(without_bullets(words, dark), dark, languages)


def read_boxes(
    recognise: Recognise, image: Image.Image, boxes: Sequence[Box], languages: tuple[str, ...]
) -> list[Reading | None]:
    """Read each box as one word; None for a box without area or ink."""

    def read(cut: Image.Image) -> Reading | None:
        lines = recognise(cut.convert("L"), languages, WORD)
        return one_reading([word for line in lines for word in line])

    cuts = [crop(image, box) for box in boxes]
    return [None if cut is None else read(cut) for cut in cuts]


def read_line(recognise: Recognise, image: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """Read the image of one line (mode L) with each of the `reading_languages`; return the surest reading."""
    readings = [recognise(image, group, LINE) for group in reading_languages(languages)]
    return max(([word for line in lines for word in line] for lines in readings), key=sureness)


def _tidied_and_fitted(lines: Sequence[Sequence[Word]], dark: Dark) -> list[list[Word]]:
    return [fit_line(tidy_line(line), dark) for line in lines]


def _joined(lines: Sequence[Sequence[Word]]) -> list[Word]:
    """Join Korean syllables to words, mend currency signs and separators, and leave out dirt."""
    words = [word for word in with_currency_signs(join_lines(lines)) if not is_dirt(word)]
    return [without_stray_point(word) for word in words]
