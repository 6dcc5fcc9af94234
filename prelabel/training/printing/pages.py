"""One seed, one page: which parts stand where, drawn, worn and measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from prelabel.page import Box, Page, Word
from prelabel.training.printing import parts
from prelabel.training.printing.author import Author
from prelabel.training.printing.look import Look
from prelabel.training.printing.parts import Part
from prelabel.training.printing.scanning import Wear, scan
from prelabel.training.printing.sheet import Sheet

Turn = NDArray[np.float64]

LANGUAGES = ("en", "ko", "mixed")
#: A page gets parts until it is full or has about this many words.
_MIN_WORDS, _MAX_WORDS = 100, 290
#: Copies are made black and white finer than they are stored, where that is coarse.
_FINE_DPI = 200

_HALVES: tuple[Part, ...] = (parts.party, parts.fields, parts.fields, parts.captioned, parts.grid, parts.paragraph)


def _beside(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Two parts side by side."""
    middle = x0 + (x1 - x0) * author.rng.uniform(0.45, 0.55)
    left, right = (author.rng.choice(_HALVES) for _ in range(2))
    return max(left(sheet, author, look, x0, middle - 10, y), right(sheet, author, look, middle + 10, x1, y))


_HEADS: tuple[tuple[Part, ...], ...] = (
    (parts.title,),
    (parts.title,),
    (parts.letterhead, parts.title),
    (parts.title, parts.letterhead),
)
#: The fourth is an invoice.
_OPENINGS: tuple[tuple[Part, ...], ...] = ((), (), (_beside,), (_beside, parts.table, parts.totals))
_BODY: tuple[tuple[Part, float], ...] = (
    (parts.fields, 5),
    (parts.grid, 4),
    (_beside, 4),
    (parts.captioned, 2.5),
    (parts.table, 3),
    (parts.choices, 2),
    (parts.paragraph, 3),
    (parts.notes, 1),
    (parts.heading, 1.5),
)


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A picture in mode L, and its words: text in NFC as it stands between spaces, box of its ink in pixels."""

    image: Image.Image
    words: tuple[Word, ...]

    @property
    def page(self) -> Page:
        """The truth as a Page."""
        width, height = self.image.size
        return Page(width, height, width, height, words=self.words)


def ocr_page(seed: int, *, language: str = "en", kind: str = "clean", dpi: int = 200) -> OcrPage:
    """The page of this seed on A4, the same wherever the same fonts are installed.

    `language`: of `LANGUAGES`; `kind`: of `scanning.KINDS`; `dpi`: 72 to 600. Text and layout do not depend on `dpi`,
    nor on `kind` but for "copied". Raises EngineUnavailable where fonts are missing.
    """
    fine = math.ceil(_FINE_DPI / dpi) if kind == "copied" else 1
    sheet = Sheet(dpi * fine)
    _compose(sheet, language, kind, Random(f"page {seed} {language}"))
    noise = np.random.default_rng([seed, dpi, len(language), len(kind)])
    wear = Wear.draw(kind, noise)
    turned, turn = _turned(sheet.ink, wear.skew_deg)
    image = scan(turned, wear, dpi, noise, fine=fine)
    return OcrPage(image, tuple(Word(word.text, _box(word.outline, turn, fine)) for word in sheet.words))


def _compose(sheet: Sheet, language: str, kind: str, rng: Random) -> None:
    author, look = Author(rng, language), Look.draw(rng, language, kind)
    x0, x1 = rng.uniform(32, 70), sheet.width - rng.uniform(32, 70)
    y, goal = rng.uniform(28, 60), rng.uniform(_MIN_WORDS, _MAX_WORDS)
    for part in (*rng.choice(_HEADS), *rng.choice(_OPENINGS)):
        y = part(sheet, author, look, x0, x1, y)
    while not sheet.full(y + 100) and len(sheet.words) < goal:
        part = rng.choices([part for part, _ in _BODY], [weight for _, weight in _BODY])[0]
        y = part(sheet, author, look, x0, x1, y) + rng.uniform(2, 14)
    if not sheet.full(y + 80) and rng.random() < 0.6:
        y = parts.signature(sheet, author, look, x0, x1, y)
    if not sheet.full(y):
        parts.footer(sheet, author, look, x0, x1, y)


def _turned(ink: NDArray[np.uint8], degrees: float) -> tuple[NDArray[np.uint8], Turn]:
    """The ink turned clockwise on a sheet that grows with it, and the map (2, 3) of pixels from before to after."""
    height, width = ink.shape
    if not degrees:
        return ink, np.eye(2, 3)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    wide, high = (math.ceil(a * abs(cos) + b * abs(sin)) for a, b in ((width, height), (height, width)))
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    turn[:, 2] = np.array([wide, high]) / 2 - turn[:, :2] @ (np.array([width, height]) / 2)
    back = np.linalg.inv(np.vstack([turn, [0, 0, 1]]))[:2]
    image = Image.fromarray(ink).transform(
        (wide, high), Image.Transform.AFFINE, tuple(back.ravel()), Image.Resampling.BICUBIC
    )
    return np.asarray(image), turn


def _box(outline: NDArray[np.float32], turn: Turn, fine: int) -> Box:
    points = (outline @ turn[:, :2].T + turn[:, 2]) / fine
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Box(*(round(float(v), 1) for v in (x0, y0, x1, y1)))
