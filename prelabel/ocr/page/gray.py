"""The gray page that all later steps see, made from a page in colour."""

from __future__ import annotations

from PIL import Image, ImageStat

from prelabel.ocr.page.seals import without_seals

#: Standard deviation, in gray levels, of the cells of a page under which its print is faint; and how much more of it a
#: channel must have. Pages of four words have 8, ordinary ones 20 and more.
_FAINT, _CLEARER, _CELL_PX = 6.0, 1.5, 4


def gray_page(shown: Image.Image) -> Image.Image:
    """Return a page (mode L, RGB or RGBX) in mode L, without its coloured seals; the same image if it is gray."""
    if shown.mode == "L":
        return shown
    gray = without_seals(shown, shown.convert("L"))
    contrast = _contrast(gray)
    if contrast >= _FAINT:
        return gray
    clearest = max(shown.split()[:3], key=_contrast)  # colours may differ where brightness does not
    return clearest if _contrast(clearest) > _CLEARER * contrast else gray


def _contrast(image: Image.Image) -> float:
    return ImageStat.Stat(image.reduce(_CELL_PX)).stddev[0]
