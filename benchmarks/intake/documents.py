"""PDFs for `benchmarks.intake`, of three pages each: half born-digital, half scans; a third of each kind in colour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from synthetic.english.vocabulary import ENGLISH
from synthetic.korean.vocabulary import KOREAN

PAGES = 3
#: Resolution of the scans, and of all rendered pages.
DPI = 200
#: Kinds of documents; results are given by kind.
BORN, SCAN = "born-digital", "scan"

#: Number of scanned pages. They are made once and used in turn; each placed picture costs the same.
_PICTURES = 12
_FONT, _FONT_FILE = "NanumGothic", "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
_A4 = (595, 842)
_SIZE_PT, _LEADING_PT, _MARGIN_PT, _LINES = 10, 17, 60, 40
_RED = (0.8, 0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of PAGES pages; `kind` is BORN or SCAN."""

    path: Path
    kind: str


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Let reportlab write streams as bytes, as other programs do, and not encoded as letters; its setting is global."""
    from reportlab import rl_config

    before, rl_config.useA85 = rl_config.useA85, 0
    try:
        yield
    finally:
        rl_config.useA85 = before


@_binary_streams()
def make_documents(folder: Path, count: int) -> list[Document]:
    """Write `count` different files. Raises reportlab's TTFError where NanumGothic is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    scanned = cache(partial(_scanned, folder))
    made = []
    for number in range(count):
        path, color = folder / f"document-{number}.pdf", number // 2 % 3 == 0
        canvas = _canvas(path)
        for page in range(PAGES):
            if number % 2:
                canvas.drawImage(_reader(scanned((number + page) % _PICTURES, color)), 0, 0, *_A4)
            else:
                _write(canvas, PAGES * number + page, color)
            canvas.showPage()
        canvas.save()
        made.append(Document(path, SCAN if number % 2 else BORN))
    return made


def _canvas(path: Path) -> Any:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FONT, _FONT_FILE))
    return Canvas(str(path), pagesize=_A4)


def _write(canvas: Any, seed: int, color: bool) -> None:
    """Draw a page: a heading and lines of prose."""
    rng = Random(seed)
    vocabulary = (ENGLISH, KOREAN)[seed % 2]
    canvas.setFillColorRGB(*(_RED if color else (0, 0, 0)))
    canvas.setFont(_FONT, 2 * _SIZE_PT)
    canvas.drawString(_MARGIN_PT, _A4[1] - _MARGIN_PT, rng.choice(vocabulary.sentences)[:30])
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(_FONT, _SIZE_PT)
    for row in range(2, _LINES):
        text = " ".join(rng.sample(vocabulary.sentences, 2))[: rng.randrange(20, 80)]
        canvas.drawString(_MARGIN_PT, _A4[1] - _MARGIN_PT - row * _LEADING_PT, text)


def _scanned(folder: Path, number: int, color: bool) -> bytes:
    """Return a page as a scanner would give it, as JPEG: a little blur, grain, paper that is not quite white."""
    import pypdfium2

    path = folder / "page.pdf"
    canvas = _canvas(path)
    _write(canvas, number, color)
    canvas.save()
    with pypdfium2.PdfDocument(path) as document:
        clean = document[0].render(scale=DPI / 72).to_pil().filter(ImageFilter.GaussianBlur(0.6))
    path.unlink()
    grain = np.random.default_rng(number).normal(0, 5, (clean.height, clean.width, 3))
    pixels = np.asarray(clean) * 0.93 + 10 + grain
    scanned, file = Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), BytesIO()
    (scanned if color else scanned.convert("L")).save(file, "JPEG", quality=80)
    return file.getvalue()


def _reader(picture: bytes) -> Any:
    from reportlab.lib.utils import ImageReader

    return ImageReader(BytesIO(picture))
