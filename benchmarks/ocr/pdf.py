"""Born-digital PDF pages: letters with a form and prose, English and Korean in turn, each a PDF and its picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image, ImageOps

from benchmarks.ocr.engines import PDF_DPI
from benchmarks.ocr.pages import FIRST_SEED, PDF, PageSet, Sheet
from prelabel.page import Box, Word
from synthetic.english.vocabulary import ENGLISH
from synthetic.korean.vocabulary import KOREAN
from synthetic.text.values import value
from synthetic.text.vocabulary import Vocabulary

_FONT_FILE = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
_FONT = "NanumGothic"
_SIZE_PT, _LEADING_PT, _MARGIN_PT = 10, 17, 60
_FORM_LINES, _PROSE_LINES = 16, 10
_FIELDS = ("person", "company", "date", "phone", "number", "money", "address", "email")
#: Pixels darker than this are ink.
_INK = 160

#: A word and its cell in PDF points from the upper left corner.
Cell = tuple[str, Box]


def born_digital(folder: Path, count: int) -> PageSet:
    """Write `count` pages of about 200 words. Raises reportlab's TTFError where NanumGothic is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets = tuple(_sheet(folder / f"letter-{number}.pdf", number) for number in range(count))
    return PageSet(PDF, f"Born-digital PDF pages, for OCR rendered at {PDF_DPI} dpi", sheets, few=0)


def _sheet(pdf: Path, number: int) -> Sheet:
    import pypdfium2

    cells = _draw(pdf, number)
    with pypdfium2.PdfDocument(pdf) as document:
        shown = document[0].render(scale=PDF_DPI / 72, grayscale=True).to_pil().copy()
    image = pdf.with_suffix(".png")
    shown.save(image, dpi=(PDF_DPI, PDF_DPI))
    truth = tuple(Word(text, _ink(shown, cell)) for text, cell in cells)
    return Sheet(pdf.stem, image, shown.width * shown.height, truth, pdf)


def _draw(pdf: Path, number: int) -> list[Cell]:
    """Write the PDF; return its words."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont(_FONT, _FONT_FILE))
    width, height = A4
    canvas = Canvas(str(pdf), pagesize=A4)
    canvas.setFont(_FONT, _SIZE_PT)
    cells: list[Cell] = []
    for place, words in enumerate(_lines((ENGLISH, KOREAN)[number % 2], FIRST_SEED + number)):
        baseline = _MARGIN_PT + place * _LEADING_PT
        line = ""
        for word in words:
            left, right = (_MARGIN_PT + pdfmetrics.stringWidth(text, _FONT, _SIZE_PT) for text in (line, line + word))
            if right > width - _MARGIN_PT / 2:
                break
            cells.append((word, Box(left, baseline - _SIZE_PT, right, baseline + 0.3 * _SIZE_PT)))
            line += f"{word} "
        canvas.drawString(_MARGIN_PT, height - baseline, line)
    canvas.save()
    return cells


def _lines(vocabulary: Vocabulary, seed: int) -> Iterator[list[str]]:
    """Yield the words of each line; words that do not fit on the line are not drawn."""
    rng = Random(seed)
    for kind in rng.choices(_FIELDS, k=_FORM_LINES):
        name = rng.choice(vocabulary.fields[kind])
        yield [*f"{name}:".split(), *value(kind, vocabulary, rng).split()]
    for _ in range(_PROSE_LINES):
        yield " ".join(rng.sample(vocabulary.sentences, 3)).split()


def _ink(shown: Image.Image, cell: Box) -> Box:
    """Return the box around the ink in a cell of the page, so that the true boxes are tight."""
    scale = PDF_DPI / 72
    x0, y0, x1, y1 = (round(v * scale) for v in (cell.x0, cell.y0, cell.x1, cell.y1))
    found = ImageOps.invert(shown.crop((x0, y0, x1, y1))).point(lambda v: 255 * (v > 255 - _INK)).getbbox()
    left, top, right, bottom = found or (0, 0, x1 - x0, y1 - y0)
    return Box(x0 + left, y0 + top, x0 + right, y0 + bottom)
