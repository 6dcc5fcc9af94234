"""Table parts of printed pages: tables and sums. See `typesetting.Part`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from synthetic.printing.look import Look
from synthetic.printing.page_texts import PageTexts
from synthetic.printing.sheet import Sheet
from synthetic.printing.typesetting import block

#: Relative widths of columns by kind of value, and kinds that are set flush right.
_ROOM = {
    "item": 3.0,
    "phrase": 2.2,
    "company": 2.2,
    "index": 0.6,
    "count": 0.9,
    "unit": 0.8,
    "percent": 0.9,
    "person": 1.6,
}
_RIGHT = ("money", "count", "percent")


def table(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print a table: ruled all over, by rows only, striped, or not at all; its head plain, shaded or dark."""
    rng, size = texts.rng, look.value.size
    kinds = texts.columns()
    rooms = [_ROOM.get(kind, 1.3) for kind in kinds]
    edges = [x0]
    for room in rooms:
        edges.append(edges[-1] + room * (x1 - x0) / sum(rooms))
    way, pitch = rng.choice(("all", "all", "rows", "stripes", "none")), size * rng.uniform(1.6, 2.2)
    y = _table_head(sheet, texts, look, kinds, edges, y, pitch, ruled=way == "all")
    for number in range(rng.randint(3, 10)):
        if sheet.full(y):
            break
        if way == "stripes" and number % 2:
            sheet.ground(x0, y, x1, y + pitch, 0.09)
        for kind, (left, right) in zip(kinds, pairwise(edges), strict=True):
            if way == "all":
                sheet.frame(left, y, right, y + pitch, look.thick)
            if rng.random() < 0.06:
                continue
            text = str(number + 1) if kind == "index" else texts.of(kind)
            align = "right" if kind in _RIGHT else "center" if kind in ("index", "unit") else "left"
            block(sheet, text, left + 4, right - 4, y + 0.5 * pitch + 0.35 * size, look.value, align=align, most=1)
        y += pitch
        if way == "rows":
            sheet.rule(x0, y, x1, y, look.thick)
    if way in ("none", "stripes"):
        sheet.rule(x0, y, x1, y, look.thick)
    return y + size


def _table_head(
    sheet: Sheet,
    texts: PageTexts,
    look: Look,
    kinds: tuple[str, ...],
    edges: list[float],
    y: float,
    pitch: float,
    *,
    ruled: bool,
) -> float:
    bottom = y + 1.15 * pitch
    if look.dark:
        sheet.ground(edges[0], y, edges[-1], bottom, 0.85)
    elif look.shade:
        sheet.ground(edges[0], y, edges[-1], bottom, look.shade)
    else:
        sheet.rule(edges[0], bottom, edges[-1], bottom, 2 * look.thick)
    for kind, (left, right) in zip(kinds, pairwise(edges), strict=True):
        align = "center" if ruled else "right" if kind in _RIGHT else "left"
        base = y + 0.575 * pitch + 0.35 * look.label.size
        block(sheet, texts.column(kind), left + 3, right - 3, base, look.label, align=align, most=1, light=look.dark)
        if ruled and not look.dark:
            sheet.frame(left, y, right, bottom, look.thick)
    return bottom


def totals(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print sums at the right; the last one may be larger."""
    rng, left = texts.rng, x1 - min(texts.rng.uniform(150, 240), x1 - x0)
    count = rng.randint(2, 5)
    for number in range(count):
        grown = 1.25 if number == count - 1 and rng.random() < 0.5 else 1.0
        label, value = (replace(how, size=how.size * grown) for how in (look.label, look.value))
        y += 1.7 * value.size
        middle = left + 0.55 * (x1 - left)
        block(sheet, texts.mark(texts.total()), left, middle, y, label, most=1)
        block(sheet, texts.of("money"), middle, x1 - 4, y, value, align="right", most=1)
        if look.boxed:
            sheet.rule(left, y + 0.5 * value.size, x1, y + 0.5 * value.size, look.thick)
    return y + 1.4 * look.value.size
