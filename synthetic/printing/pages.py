"""Printed pages by seed: parts are composed, drawn, worn and measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from prelabel.page import Box, Page, Word
from synthetic.printing.look import Look
from synthetic.printing.page_texts import PageTexts
from synthetic.printing.parts import forms, prose, tables
from synthetic.printing.scanning import KINDS, Wear, scan
from synthetic.printing.sheet import Sheet
from synthetic.printing.typesetting import Part

LANGUAGES = ("en", "ko", "mixed")
#: A page gets parts until it is full or has about this many words.
_MIN_WORDS, _MAX_WORDS = 100, 290
#: Copies become black and white at this resolution at least, and are then reduced to their own.
_FINE_DPI = 200

_HALVES: tuple[Part, ...] = (prose.party, forms.fields, forms.fields, forms.captioned, forms.grid, prose.paragraph)


def _beside(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print two parts side by side."""
    middle = x0 + (x1 - x0) * texts.rng.uniform(0.45, 0.55)
    left, right = (texts.rng.choice(_HALVES) for _ in range(2))
    return max(left(sheet, texts, look, x0, middle - 10, y), right(sheet, texts, look, middle + 10, x1, y))


_HEADS: tuple[tuple[Part, ...], ...] = (
    (prose.title,),
    (prose.title,),
    (prose.letterhead, prose.title),
    (prose.title, prose.letterhead),
)
#: The fourth is an invoice.
_OPENINGS: tuple[tuple[Part, ...], ...] = ((), (), (_beside,), (_beside, tables.table, tables.totals))
_BODY: tuple[tuple[Part, float], ...] = (
    (forms.fields, 5),
    (forms.grid, 4),
    (_beside, 4),
    (forms.captioned, 2.5),
    (tables.table, 3),
    (forms.choices, 2),
    (prose.paragraph, 3),
    (prose.notes, 1),
    (prose.heading, 1.5),
)


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A picture in mode L, and its words: text in NFC as it stands between spaces, box of its ink in pixels.

    `sources`: the font family or printer of each word. `boxed`: indices of the words that stand in boxes, a character
    in each.
    """

    image: Image.Image
    words: tuple[Word, ...]
    sources: tuple[str, ...] = ()
    boxed: tuple[int, ...] = ()

    @property
    def page(self) -> Page:
        """The words as a Page."""
        width, height = self.image.size
        return Page(width, height, width, height, words=self.words)


def ocr_page(
    seed: int, *, language: str = "en", kind: str = "clean", dpi: int = 200, held_out: bool | None = None
) -> OcrPage:
    """Return the page of this seed on A4, the same wherever the same fonts are installed.

    `language`: of `LANGUAGES`; `kind`: of `scanning.KINDS`; `dpi`: 72 to 600; `held_out`: see `fonts.face`. Text and
    layout do not depend on `dpi`, and on `kind` only for "copied". ValueError for other languages and kinds;
    EngineUnavailable where fonts are missing.
    """
    if language not in LANGUAGES or kind not in KINDS:
        raise ValueError(f"no pages of language {language!r} and kind {kind!r}; there are {LANGUAGES} and {KINDS}")
    sheet = Sheet(dpi * fineness(kind, dpi))
    rng = Random(f"page {seed} {language}")
    _compose(sheet, PageTexts(rng, language), Look.draw(rng, language, kind, held_out=held_out), rng)
    return scanned(sheet, kind, dpi, np.random.default_rng(list(f"{seed} {language} {kind}".encode())))


def fineness(kind: str, dpi: int) -> int:
    """Return the times that a sheet must be finer than the picture of its scan."""
    return math.ceil(_FINE_DPI / dpi) if kind == "copied" else 1


def scanned(sheet: Sheet, kind: str, dpi: int, rng: np.random.Generator) -> OcrPage:
    """Return the scan of a printed sheet, `fineness` times finer than `dpi`, with the wear of a kind."""
    fine = fineness(kind, dpi)
    wear = Wear.draw(kind, rng)
    ink, boxes = sheet.turned(wear.skew_deg)
    image = scan(ink, wear, dpi, rng, fine=fine)
    boxes = [Box(*(round(v / fine, 1) for v in (box.x0, box.y0, box.x1, box.y1))) for box in boxes]
    words = tuple(Word(word.text, box) for word, box in zip(sheet.words, boxes, strict=True))
    boxed = tuple(index for index, word in enumerate(sheet.words) if word.boxed)
    return OcrPage(image, words, tuple(word.source for word in sheet.words), boxed)


def _compose(sheet: Sheet, texts: PageTexts, look: Look, rng: Random) -> None:
    x0, x1 = rng.uniform(32, 70), sheet.width - rng.uniform(32, 70)
    y, goal = rng.uniform(28, 60), rng.uniform(_MIN_WORDS, _MAX_WORDS)
    for part in (*rng.choice(_HEADS), *rng.choice(_OPENINGS)):
        y = part(sheet, texts, look, x0, x1, y)
    while not sheet.full(y + 100) and len(sheet.words) < goal:
        part = rng.choices([part for part, _ in _BODY], [weight for _, weight in _BODY])[0]
        y = part(sheet, texts, look, x0, x1, y) + rng.uniform(2, 14)
    if not sheet.full(y + 80) and rng.random() < 0.6:
        y = forms.signature(sheet, texts, look, x0, x1, y)
    if not sheet.full(y):
        prose.footer(sheet, texts, look, x0, x1, y)
