"""Pages of photographs laid flat for all that goes by the places of words: tagging, grouping, linking, tables.

Such a page was read flat (`prelabel/ocr/photo/`), but its boxes belong to the photograph: each encloses a word that is
not quite level there. Lines rise or fall by several lines' height from one side of the page to the other.
"""

from __future__ import annotations

from dataclasses import replace

from prelabel.geometry import invert_projection, project, stretch
from prelabel.page import Box, Homography, Page


def laid_flat(page: Page) -> Page:
    """Return the page with the size and the boxes of the page laid flat; other pages as they are."""
    if page.flat is None:
        return page
    flat, back = page.flat, invert_projection(page.flat.to_page)
    words = tuple(replace(word, box=_flat_box(word.box, flat.to_page, back)) for word in page.words)
    return replace(page, width_px=flat.width_px, height_px=flat.height_px, words=words)


def _flat_box(around: Box, to_page: Homography, back: Homography) -> Box:
    """Return the flat box whose image `around` encloses most closely.

    Near its centre the map is m = (a b; d e), and an image of w x h pixels' box fills |a| w + |b| h by |d| w + |e| h.
    """
    x, y = project(back, *around.center)
    m = stretch(to_page, x, y)
    a, b, d, e = abs(m.a), abs(m.b), abs(m.d), abs(m.e)
    by = max(a * e - b * d, 1e-9)
    width = max(0.0, (e * around.width - b * around.height) / by)
    height = max(0.0, (a * around.height - d * around.width) / by)
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
