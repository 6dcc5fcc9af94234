"""Form parts of printed pages: fields, grids, captioned boxes, boxes to tick, signatures. See `typesetting.Part`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from synthetic.printing.look import Look
from synthetic.printing.page_texts import PageTexts
from synthetic.printing.sheet import Sheet
from synthetic.printing.typesetting import block, line_width, lines


def fields(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print names and values side by side in one to three columns; on rules, behind dots, or plain."""
    rng, size = texts.rng, look.value.size
    columns = max(1, min(rng.choice((1, 2, 2, 3)), int((x1 - x0) / 150)))
    wide, way = (x1 - x0) / columns, rng.choice(("plain", "plain", "ruled", "dotted"))
    share, pitch = rng.uniform(0.32, 0.5), size * rng.uniform(1.5, 2.3)
    aligned = rng.random() < 0.6
    for _ in range(rng.randint(2, 6)):
        if sheet.full(y):
            break
        y += pitch
        lowest = y
        for column in range(columns):
            left, right = x0 + column * wide, x0 + (column + 1) * wide - 10
            name, text = texts.pair()
            name = texts.mark(name)
            room = share * wide
            lowest = max(lowest, block(sheet, name, left, left + room, y, look.label, most=2))
            shown = max((line_width(line, look.label) for line in lines(name, look.label, room)), default=0.0)
            at = left + (room if aligned else shown) + 6
            if way == "ruled":
                sheet.rule(at - 2, y + 2, right, y + 2, look.thick)
            if way == "dotted" and not text:
                _dots(sheet, at, right, y)
            lowest = max(lowest, block(sheet, text, at, right, y, look.value, most=1 if way == "ruled" else 2))
        y = lowest
    return y + 0.8 * size


def _dots(sheet: Sheet, x0: float, x1: float, y: float) -> None:
    """Print a dotted line to write on."""
    x = x0
    while x < x1:
        sheet.ground(x, y, x + 0.7, y + 0.7)
        x += 3


def grid(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print framed cells with names beside framed cells with values."""
    rng, size = texts.rng, look.value.size
    pairs = max(1, min(rng.choice((1, 2, 2, 3)), int((x1 - x0) / 170)))
    wide, share = (x1 - x0) / pairs, rng.uniform(0.28, 0.42)
    align, height = rng.choice(("left", "center")), size * rng.uniform(1.8, 2.6)
    for _ in range(rng.randint(2, 6)):
        if sheet.full(y):
            break
        cells = [texts.pair() for _ in range(pairs)]
        deep = max(_deep(name, text, look, share * wide - 8, (1 - share) * wide - 8) for name, text in cells)
        bottom = y + height + 1.3 * size * (deep - 1)
        for column, (name, text) in enumerate(cells):
            left = x0 + column * wide
            middle, right = left + share * wide, left + wide
            if look.shade:
                sheet.ground(left, y, middle, bottom, look.shade)
            for ends in ((left, middle), (middle, right)):
                sheet.frame(ends[0], y, ends[1], bottom, look.thick)
            base = y + height / 2 + 0.35 * size
            block(sheet, name, left + 4, middle - 4, base, look.label, align=align)
            block(sheet, text, middle + 4, right - 4, base, look.value, most=3)
        y = bottom
    return y + size


def _deep(name: str, text: str, look: Look, name_room: float, text_room: float) -> int:
    """Return the number of lines that a pair of cells needs."""
    return max(1, len(lines(name, look.label, name_room)), min(len(lines(text, look.value, text_room)), 3))


def captioned(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print boxes with a small caption in the corner and the value below it, as on customs and tax forms."""
    rng, size = texts.rng, look.value.size
    columns = max(1, min(rng.randint(2, 4), int((x1 - x0) / 120)))
    caption, height = replace(look.small, size=rng.uniform(6.2, 7.5)), size * rng.uniform(2.9, 3.6)
    for _ in range(rng.randint(1, 4)):
        if sheet.full(y):
            break
        for left, right in pairwise(_uneven(rng, x0, x1, columns)):
            sheet.frame(left, y, right, y + height, look.thick)
            name, text = texts.pair()
            block(sheet, name, left + 3, right - 3, y + 1.2 * caption.size, caption, most=1)
            block(sheet, text, left + rng.choice((4, 8)), right - 3, y + height - 0.45 * size, look.value, most=1)
        y += height
    return y + size


def _uneven(rng: Random, x0: float, x1: float, columns: int) -> list[float]:
    """Return the edges of columns of slightly different widths."""
    shares = [number + rng.uniform(-0.15, 0.15) for number in range(1, columns)]
    return [x0, *(x0 + (x1 - x0) * share / columns for share in shares), x1]


def choices(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print questions with boxes to tick; some are ticked."""
    rng, size = texts.rng, look.value.size
    for _ in range(rng.randint(1, 4)):
        if sheet.full(y):
            break
        y += 1.9 * size
        name = (lines(texts.mark(texts.pair()[0]), look.label, 0.35 * (x1 - x0)) or [""])[0]
        x = max(sheet.line(name, x0, y, look.label) + 10, x0 + 0.25 * (x1 - x0))
        for option in texts.options():
            side = 0.8 * size
            if x + side + 5 + line_width(option, look.value) > x1:
                break
            _tick_box(sheet, rng, x, y, side)
            x = sheet.line(option, x + side + rng.uniform(2.5, 6), y, look.value) + rng.uniform(8, 22)
    return y + size


def _tick_box(sheet: Sheet, rng: Random, x: float, y: float, side: float) -> None:
    sheet.frame(x, y - side, x + side, y, 0.6)
    drawn = rng.random()
    if drawn < 0.2:
        sheet.scribble([(x, y - side), (x + side, y)], 0.9)
        sheet.scribble([(x + side, y - side), (x, y)], 0.9)
    elif drawn < 0.35:
        sheet.scribble([(x, y - 0.6 * side), (x + 0.4 * side, y), (x + 1.2 * side, y - 1.3 * side)], 1.1)


def signature(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print a date and a name to sign over a rule, with a scribble or a seal."""
    rng, how = texts.rng, look.label
    y += 3.2 * how.size
    sheet.line(texts.of("date"), x0, y, look.value)
    left = x0 + rng.uniform(0.45, 0.6) * (x1 - x0)
    sheet.rule(left, y + 3, x1, y + 3, look.thick)
    if texts.language == "en":
        block(sheet, texts.of("person"), left, x1, y + 1.6 * how.size, look.small, most=1)
        _scribble(sheet, rng, left + 10, y)
    else:
        end = sheet.line(texts.of("person"), left, y, look.value)
        sheet.line("(인)", end + 14, y, look.value)
        if rng.random() < 0.5:
            sheet.ellipse(end + 8, y - 16, end + 36, y + 10, 1.2, 0.5)
    return y + 3 * how.size


def _scribble(sheet: Sheet, rng: Random, x: float, y: float) -> None:
    points = [(x, y)]
    for _ in range(rng.randint(8, 16)):
        points.append((points[-1][0] + rng.uniform(-4, 10), y - rng.uniform(-4, 18)))
    sheet.scribble(points)
