"""Picture of the reliability of confidences: one bar a bin, its height the share of right key-values."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from prelabel.evaluation.reliability.measure import BINS, Reliability

#: Side of the plot, and the margins around it, in pixels.
_SIDE, _LEFT, _TOP = 500, 70, 60
_BAR, _LINE, _TEXT, _GRID = (86, 132, 196), (200, 60, 40), (40, 40, 40), (215, 215, 215)
_LARGE, _SMALL = 16, 12


def draw_reliability(made: Reliability) -> Image.Image:
    """Draw the share of right key-values over their mean confidence; on the red diagonal, the two are equal.

    Above each bar stands the number of its key-values.
    """
    image = Image.new("RGB", (_SIDE + 2 * _LEFT, _SIDE + 2 * _TOP), "white")
    pen = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(_LARGE), ImageFont.load_default(_SMALL)
    bottom = _TOP + _SIDE
    for tick in range(BINS + 1):
        at = tick * _SIDE // BINS
        pen.line((_LEFT, bottom - at, _LEFT + _SIDE, bottom - at), _GRID)
        pen.text((_LEFT - 8, bottom - at), f"{10 * tick}", _TEXT, small, anchor="rm")
        pen.text((_LEFT + at, bottom + 8), f"{tick / BINS:.1f}", _TEXT, small, anchor="mt")
    for each in made.bins():
        left, right, top = (round(v * _SIDE) for v in (each.low, each.high, each.right))
        pen.rectangle((_LEFT + left + 3, bottom - top, _LEFT + right - 3, bottom), _BAR)
        pen.text((_LEFT + (left + right) // 2, bottom - top - 4), str(each.count), _TEXT, small, anchor="mb")
    pen.line((_LEFT, bottom, _LEFT + _SIDE, _TOP), _LINE, 2)
    title = f"{len(made.right)} key-values, ECE {made.ece:.3f}"
    pen.text((_LEFT + _SIDE // 2, _TOP // 2), title, _TEXT, large, anchor="mm")
    pen.text((_LEFT + _SIDE // 2, bottom + 28), "confidence", _TEXT, large, anchor="mt")
    pen.text((_LEFT, _TOP - 8), "right, %", _TEXT, small, anchor="mb")
    return image
