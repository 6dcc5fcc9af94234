"""Pictures of synthetic pages, for people and for OCR: real fonts draw each word into its box; then comes scan wear."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from prelabel.page import Box, Word
from synthetic.canvas import glyphs
from synthetic.pages import SyntheticPage
from synthetic.printing.fonts import Face, face, pen_face
from synthetic.printing.lettering import EVEN, Gray, Hand, letters
from synthetic.printing.scanning import Wear, scan

#: Height of the paper of synthetic pages.
_HEIGHT_IN = 11.69
#: Largest widening of a word against its font.
_WIDEST = 1.4


#: Unevenness of writing by hand: standard deviation of a letter's height above the line, in font sizes.
_UNEVEN = (0.0, 0.03, 0.07)
#: Sizes of writing by hand in those of print: letters of pen fonts are small.
_PEN_SIZES = (1.2, 1.6)


@dataclass(frozen=True, slots=True)
class _Lettering:
    """The way to draw the words of one label. `larger`: factor of the size."""

    face: Face
    hand: Hand = EVEN
    larger: float = 1.0


def picture(made: SyntheticPage, *, kind: str = "clean", written: bool = False) -> Image.Image:
    """Return a picture of the page in mode L, of the page's size in pixels.

    `kind`: of `printing.KINDS`; the page is never turned. `written`: answers by pen or brush. `made` should come from
    `generate(..., printed=True)`, or the picture shows the errors of OCR. Raises EngineUnavailable where fonts are
    missing.
    """
    page, rng = made.page, Random(f"picture {made.seed} {made.family}")
    text = face(made.language, rng)
    typed = face(made.language, rng) if rng.random() < 0.3 else text
    ways = {"HEADER": _Lettering(face(made.language, rng, bold=True)), "ANSWER": _Lettering(typed)}
    if written:
        hand = Hand(rng.uniform(-0.02, 0.06), rng.choice(_UNEVEN))
        ways["ANSWER"] = _Lettering(pen_face(rng), hand, rng.uniform(*_PEN_SIZES))
    ink = np.zeros((page.height_px, page.width_px), np.uint8)
    dpi = max(page.height_px / _HEIGHT_IN, 72.0)
    for rule in made.rules:
        _rule(ink, rule, max(round(dpi / 130), 1))
    for word, label in zip(page.words, page.labels or (), strict=True):
        _word(ink, word, ways.get(label.label, _Lettering(text)))
    noise = np.random.default_rng(made.seed)
    return scan(ink, Wear.draw(kind, noise), dpi, noise)


def _word(ink: Gray, word: Word, way: _Lettering) -> None:
    """Print a word on its base line, as wide as its box; narrower where letters would become too wide."""
    box = word.box
    _, up, down = glyphs(word.text)
    size = way.larger * box.height / (up + down)
    drawn = letters(word.text, way.face, size, 0, 0, way.hand, seed=round(box.x0 + box.y0))
    columns = np.flatnonzero(drawn.mask.max(axis=0))
    tight = Image.fromarray(drawn.mask[:, columns[0] : columns[-1] + 1])
    wide = max(round(min(box.width, _WIDEST * tight.width)), 1)
    mask = np.asarray(tight.resize((wide, tight.height), Image.Resampling.BILINEAR))
    left, top = round(box.x0 + (box.width - wide) / 2), round(box.y1 - down * size) + drawn.top
    first, last = max(-top, 0), min(tight.height, ink.shape[0] - top)
    ground = ink[top + first : top + last, left : left + wide]
    np.maximum(ground, mask[first:last, : ground.shape[1]], out=ground)


def _rule(ink: Gray, rule: Box, thick: int) -> None:
    x0, y0, x1, y1 = (max(round(v), 0) for v in (rule.x0, rule.y0, rule.x1, rule.y1))
    ink[y0 : max(y1, y0 + thick), x0 : max(x1, x0 + thick)] = 255
