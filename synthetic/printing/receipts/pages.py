"""Receipts by seed: printed as dots, then scanned or photographed, with the boxes of their words."""

from __future__ import annotations

from random import Random

import numpy as np
from PIL import Image

from prelabel.page import Box, Word
from synthetic.printing.lettering import Gray
from synthetic.printing.pages import OcrPage
from synthetic.printing.receipts.photo import photograph
from synthetic.printing.receipts.printers import NEEDLES, PITCH, PRINTERS, THERMAL, struck
from synthetic.printing.receipts.roll import Roll
from synthetic.printing.receipts.texts import Receipt
from synthetic.printing.scanning import Wear, scan
from synthetic.printing.sheet import Points

LANGUAGES = ("ko", "en")
#: thermal, matrix: scans of a printer of heat or of needles; faded: an old thermal receipt; photographed: any printer.
KINDS = ("thermal", "matrix", "photographed", "faded")
#: White around the print, in columns: left, right, above, below.
_MARGINS = (2.5, 2.5, 3, 4)


def receipt_page(seed: int, *, language: str = "ko", kind: str = "thermal", dpi: int = 200) -> OcrPage:
    """Return the receipt of this seed, the same wherever the same fonts are installed; `sources` name its printer.

    `language`: of `LANGUAGES`; `kind`: of `KINDS`; `dpi`: of the scan, or of the photograph near its middle. Letters of
    a word that stand apart are one word. ValueError for other languages and kinds; EngineUnavailable where fonts are
    missing.
    """
    if language not in LANGUAGES or kind not in KINDS:
        raise ValueError(f"no receipts of language {language!r} and kind {kind!r}; there are {LANGUAGES} and {KINDS}")
    rng = Random(f"receipt {seed} {language}")
    noise = np.random.default_rng(list(f"{seed} {language} {kind}".encode()))
    printer = rng.choice({"matrix": NEEDLES, "photographed": PRINTERS}.get(kind, THERMAL))
    roll = Roll(printer, gap=rng.randint(3, 9), displaced=rng.choice((0, 0, 1)) if printer.needles else 0)
    Receipt(roll, rng, language).print()
    ink = struck(roll.printed(), printer, noise)
    left, right, above, below = (round(margin * printer.cell[0] * PITCH) for margin in _MARGINS)
    if not printer.needles:
        ink = _heated(ink, noise, faded=kind == "faded")
    ink = np.pad(ink, ((above, below), (left, right)))
    scale = dpi / 25.4 / (printer.dots_mm * PITCH)
    size = round(ink.shape[1] * scale), round(ink.shape[0] * scale)
    picture = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR))
    places = [(word.outline * PITCH + (left, above)) * scale for word in roll.words]
    if kind == "photographed":
        image, view = photograph(picture, noise)
        places = [view.forward(points) for points in places]
    else:
        image = scan(picture, _wear(kind, noise), dpi, noise)
    words = tuple(Word(word.text, _box(points)) for word, points in zip(roll.words, places, strict=True))
    return OcrPage(image, words, tuple(word.source for word in roll.words))


def _heated(ink: Gray, rng: np.random.Generator, *, faded: bool) -> Gray:
    """Return thermal print: uneven along the roll, with lines of dead heating dots, and pale when it is old."""
    height, width = ink.shape
    small = rng.standard_normal((max(height // 200, 2), max(width // 300, 2)), dtype=np.float32)
    cloud = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))
    strength = np.float32(rng.uniform(0.3, 0.5) if faded else rng.uniform(0.75, 1.0)) + np.float32(0.06) * cloud
    heated: Gray = (ink * strength.clip(0.15, 1)).astype(np.uint8)
    for column in rng.integers(0, width // PITCH, rng.choice((0, 0, 0, 1, 2))):
        heated[:, column * PITCH : (column + 1) * PITCH] //= 2
    return heated


def _wear(kind: str, rng: np.random.Generator) -> Wear:
    return Wear(
        paper=rng.uniform(225, 252),
        ink=rng.uniform(20, 70) if kind != "faded" else rng.uniform(60, 100),
        blur_pt=rng.uniform(0.05, 0.25),
        grain=rng.uniform(1, 6),
        shadow=rng.choice((0.0, 0.0, 15.0)),
        dust=rng.uniform(0, 0.4),
    )


def _box(points: Points) -> Box:
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box(*(round(v, 1) for v in (x0, y0, x1, y1)))
