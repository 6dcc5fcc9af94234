"""Ghost text: print of the reverse side that shines through, the double of a carbon copy; pale and hardly legible.

Pale print that reads well is print: keys of forms are often gray.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from statistics import median

import numpy as np
from PIL import Image

from prelabel.geometry import clip, transform
from prelabel.page import Page, Word

#: Words below the first confidence may be ghosts; those from the second on show how dark the page's print is: some of
#: them are enough.
_UNSURE, _SURE, _ENOUGH = 0.6, 0.85, 15
#: A ghost has less than this share of the contrast of the print.
_PALE = 0.5
#: So many ghosts show how pale the reverse side is: within this factor are its other words, unless one of so many
#: letters and this confidence shows pale print.
_MANY, _ALIKE, _LONG, _READS_WELL = 4, 1.4, 4, 0.85
#: Shares of a word's pixels that are darker than its ink's gray level, and than its paper's.
_INK, _PAPER = 0.04, 0.8


def without_ghosts(page: Page, shown: Image.Image) -> Page:
    """Return the page without pale words that are unsure, or as pale as many of these; `shown`: its image, mode L."""
    unsure = [word for word in page.words if word.confidence < _UNSURE]
    sure = [word for word in page.words if word.confidence >= _SURE]
    if not unsure or not sure:
        return page
    usual = median(_contrast(page, word, shown) for word in sure[:: ceil(len(sure) / _ENOUGH)])
    pale = {id(word): level for word in unsure if (level := _contrast(page, word, shown)) < _PALE * usual}
    ghosts = {*pale, *(_as_pale(page, shown, median(pale.values())) if len(pale) >= _MANY else ())}
    return replace(page, words=tuple(word for word in page.words if id(word) not in ghosts)) if ghosts else page


def _as_pale(page: Page, shown: Image.Image, level: float) -> set[int]:
    """Return the ids of the words that are as pale as many ghosts; none if a longer one of them reads well.

    Mirrored letters such as A, 8 and T read well alone, so that sureness tells nothing of short words.
    """
    words = [word for word in page.words if level / _ALIKE <= _contrast(page, word, shown) <= level * _ALIKE]
    print_ = any(word.confidence >= _READS_WELL and len(word.text) >= _LONG for word in words)
    return set() if print_ else {id(word) for word in words}


def _contrast(page: Page, word: Word, shown: Image.Image) -> int:
    """Return the gray levels between the ink of a word and the paper around it."""
    box = clip(transform(page.to_shown, word.box), *shown.size)
    place = int(box.x0), int(box.y0), ceil(box.x1), ceil(box.y1)
    counts = np.cumsum(shown.crop(place).histogram())
    if not counts[-1]:
        return 0
    ink, paper = np.searchsorted(counts, (_INK * counts[-1], _PAPER * counts[-1]))
    return int(abs(int(paper) - int(ink)))
