"""Parts of pages: letterheads, fields, tables, check boxes, running text, signatures. Each returns the y below itself.

All take (sheet, author, look, x0, x1, y): what is printed on, who writes, in which style, and where; points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

from prelabel.training.printing.author import Author
from prelabel.training.printing.lettering import Hand
from prelabel.training.printing.look import Look
from prelabel.training.printing.sheet import Sheet, Type

Part = Callable[[Sheet, Author, Look, float, float, float], float]

#: Share of the room that columns of each kind of values take, and which stand flush right.
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
_LATIN_MARKS, _KOREAN_MARKS = ("1.", "2.", "3.", "I.", "II.", "A.", "B."), ("1.", "2.", "■", "○", "가.", "※")
_RIGHT = ("money", "count", "percent")


def lines(text: str, how: Type, room: float) -> list[str]:
    """The text wrapped to a width; words that are wider on their own are left out."""
    wrapped: list[str] = []
    for word in text.split():
        longer = f"{wrapped[-1]} {word}" if wrapped else word
        if wrapped and _wide(longer, how) <= room:
            wrapped[-1] = longer
        elif how.width(word) <= room:
            wrapped.append(word)
    return wrapped


def block(
    sheet: Sheet,
    text: str,
    x0: float,
    x1: float,
    y: float,
    how: Type,
    *,
    align: str = "left",
    most: int = 9,
    light: bool = False,
) -> float:
    """Wrapped lines, at `most` so many, the first one's base line at y. Returns the last base line."""
    pitch = 1.3 * how.size
    for number, line in enumerate(lines(text, how, x1 - x0)[:most]):
        y += pitch if number else 0
        spare = x1 - x0 - _wide(line, how)
        sheet.line(line, x0 + {"left": 0.0, "center": spare / 2, "right": spare}[align], y, how, light=light)
    return y


def _wide(line: str, how: Type) -> float:
    words = line.split()
    return sum(how.width(word) for word in words) + how.space * (len(words) - 1)


def letterhead(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """The sender: a mark, a name in large type, address and numbers in small."""
    rng, name = author.rng, replace(look.head, size=author.rng.uniform(13, 20))
    align = rng.choice(("left", "left", "center", "right"))
    left = x0
    if align == "left" and rng.random() < 0.5:
        left = _mark(sheet, rng, x0, y)
    y = block(sheet, author.of("company"), left, x1, y + name.size, name, align=align, most=1)
    for kind in rng.sample(("address", "phone", "email", "url"), rng.randint(1, 3)):
        y = block(sheet, author.of(kind), left, x1, y + 1.5 * look.small.size, look.small, align=align, most=1)
    if rng.random() < 0.4:
        y += 5
        sheet.rule(x0, y, x1, y, 2 * look.thick)
    return y + 14


def _mark(sheet: Sheet, rng: Random, x: float, y: float) -> float:
    """A company's mark."""
    side = rng.uniform(22, 40)
    if rng.random() < 0.5:
        sheet.ellipse(x, y, x + side, y + side, rng.choice((0, 3)), 0.8)
        sheet.ellipse(x + 0.3 * side, y + 0.3 * side, x + 0.8 * side, y + 0.8 * side, 2, 1)
    else:
        sheet.ground(x, y, x + side, y + 0.6 * side, 0.75)
        sheet.rule(x, y + 0.75 * side, x + side, y + 0.75 * side, 2)
    return x + side + 10


def title(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """The kind of document in large type, perhaps underlined, framed, or on a dark ground."""
    rng, how, text = author.rng, look.title, author.title()
    if len(text.split()) > 2:
        how = replace(how, hand=Hand())
    elif not text.isascii() and len(text) <= 4 and rng.random() < 0.3:
        how = replace(how, hand=Hand(rng.uniform(0.3, 0.6)))
    align = rng.choice(("center", "center", "center", "left"))
    drawn, base = rng.random(), y + how.size
    if drawn < 0.12:
        sheet.ground(x0, y - 0.1 * how.size, x1, base + 0.45 * how.size, 0.85)
    base = block(sheet, text, x0 + 4, x1 - 4, base, how, align=align, most=2, light=drawn < 0.12)
    if 0.12 <= drawn < 0.35:
        sheet.rule(x0, base + 0.4 * how.size, x1, base + 0.4 * how.size, rng.choice((0.7, 1.5)))
    return base + 0.9 * how.size


def heading(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """The title of a section, plain, numbered, or on a bar."""
    rng, how = author.rng, look.head
    text, drawn, base = author.heading(), rng.random(), y + 1.4 * how.size
    if drawn < 0.3:
        text = f"{rng.choice(_LATIN_MARKS if author.language == 'en' else _KOREAN_MARKS)} {text}"
    if drawn > 0.7:
        dark = look.dark
        sheet.ground(x0, y + 0.2 * how.size, x1, base + 0.5 * how.size, 0.85 if dark else max(look.shade, 0.08))
        return block(sheet, text, x0 + 4, x1 - 4, base, how, most=1, light=dark) + 0.8 * how.size
    block(sheet, text, x0, x1, base, how, most=1)
    if drawn > 0.55:
        sheet.rule(x0, base + 0.15 * how.size, x0 + _wide(text, how), base + 0.15 * how.size, 0.7)
    return base + 0.6 * how.size


def fields(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Names and values side by side in one to three columns; on rules, behind dots, or plain."""
    rng, size = author.rng, look.value.size
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
            name, text = author.pair()
            name = author.mark(name)
            room = share * wide
            lowest = max(lowest, block(sheet, name, left, left + room, y, look.label, most=2))
            shown = max((_wide(line, look.label) for line in lines(name, look.label, room)), default=0.0)
            at = left + (room if aligned else shown) + 6
            if way == "ruled":
                sheet.rule(at - 2, y + 2, right, y + 2, look.thick)
            if way == "dotted" and not text:
                _dots(sheet, at, right, y)
            lowest = max(lowest, block(sheet, text, at, right, y, look.value, most=1 if way == "ruled" else 2))
        y = lowest
    return y + 0.8 * size


def _dots(sheet: Sheet, x0: float, x1: float, y: float) -> None:
    """A dotted line to write on."""
    x = x0
    while x < x1:
        sheet.ground(x, y, x + 0.7, y + 0.7)
        x += 3


def grid(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Cells with names beside cells with values, all framed."""
    rng, size = author.rng, look.value.size
    pairs = max(1, min(rng.choice((1, 2, 2, 3)), int((x1 - x0) / 170)))
    wide, share = (x1 - x0) / pairs, rng.uniform(0.28, 0.42)
    align, height = rng.choice(("left", "center")), size * rng.uniform(1.8, 2.6)
    for _ in range(rng.randint(2, 6)):
        if sheet.full(y):
            break
        cells = [author.pair() for _ in range(pairs)]
        deep = max(
            max(
                len(lines(name, look.label, share * wide - 8)), len(lines(text, look.value, (1 - share) * wide - 8)[:3])
            )
            for name, text in cells
        )
        bottom = y + height + 1.3 * size * max(deep - 1, 0)
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


def captioned(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Boxes with a small caption in the corner and the value below it, as on customs and tax forms."""
    rng, size = author.rng, look.value.size
    columns = max(1, min(rng.randint(2, 4), int((x1 - x0) / 120)))
    caption, height = replace(look.small, size=rng.uniform(6.2, 7.5)), size * rng.uniform(2.9, 3.6)
    for _ in range(rng.randint(1, 4)):
        if sheet.full(y):
            break
        edges = _uneven(rng, x0, x1, columns)
        for left, right in pairwise(edges):
            sheet.frame(left, y, right, y + height, look.thick)
            name, text = author.pair()
            block(sheet, name, left + 3, right - 3, y + 1.2 * caption.size, caption, most=1)
            block(sheet, text, left + rng.choice((4, 8)), right - 3, y + height - 0.45 * size, look.value, most=1)
        y += height
    return y + size


def _uneven(rng: Random, x0: float, x1: float, columns: int) -> list[float]:
    """The edges of columns that are not all of one width."""
    shares = [number + rng.uniform(-0.15, 0.15) for number in range(1, columns)]
    return [x0, *(x0 + (x1 - x0) * share / columns for share in shares), x1]


def table(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """A head over rows; ruled all over, by rows only, striped, or not at all; the head plain, shaded or dark."""
    rng, size = author.rng, look.value.size
    kinds = author.columns()
    rooms = [_ROOM.get(kind, 1.3) for kind in kinds]
    edges = [x0]
    for room in rooms:
        edges.append(edges[-1] + room * (x1 - x0) / sum(rooms))
    way, pitch = rng.choice(("all", "all", "rows", "stripes", "none")), size * rng.uniform(1.6, 2.2)
    y = _table_head(sheet, author, look, kinds, edges, y, pitch, ruled=way == "all")
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
            text = str(number + 1) if kind == "index" else author.of(kind)
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
    author: Author,
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
        block(sheet, author.column(kind), left + 3, right - 3, base, look.label, align=align, most=1, light=look.dark)
        if ruled and not look.dark:
            sheet.frame(left, y, right, bottom, look.thick)
    return bottom


def totals(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Sums at the right, the last one perhaps larger."""
    rng, left = author.rng, x1 - min(author.rng.uniform(150, 240), x1 - x0)
    count = rng.randint(2, 5)
    for number in range(count):
        grown = 1.25 if number == count - 1 and rng.random() < 0.5 else 1.0
        label, value = (replace(how, size=how.size * grown) for how in (look.label, look.value))
        y += 1.7 * value.size
        middle = left + 0.55 * (x1 - left)
        block(sheet, author.mark(author.total()), left, middle, y, label, most=1)
        block(sheet, author.of("money"), middle, x1 - 4, y, value, align="right", most=1)
        if look.boxed:
            sheet.rule(left, y + 0.5 * value.size, x1, y + 0.5 * value.size, look.thick)
    return y + 1.4 * look.value.size


def choices(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Questions with boxes to tick; some are ticked."""
    rng, size = author.rng, look.value.size
    for _ in range(rng.randint(1, 4)):
        if sheet.full(y):
            break
        y += 1.9 * size
        name = (lines(author.mark(author.pair()[0]), look.label, 0.35 * (x1 - x0)) or [""])[0]
        x = max(sheet.line(name, x0, y, look.label) + 10, x0 + 0.25 * (x1 - x0))
        for option in author.options():
            side = 0.8 * size
            if x + side + 5 + _wide(option, look.value) > x1:
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


def paragraph(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Running text, now and then flush on both sides."""
    rng, how = author.rng, look.body
    text = " ".join(author.sentence() for _ in range(rng.choice((1, 2, 3, 4))))
    wrapped, flush = lines(text, how, x1 - x0), rng.random() < 0.35
    for number, line in enumerate(wrapped):
        if sheet.full(y):
            break
        y += how.size * look.leading
        words, x = line.split(), x0
        spare = x1 - x0 - _wide(line, how)
        more = (
            spare / (len(words) - 1) if flush and len(words) > 2 and number < len(wrapped) - 1 and spare < 60 else 0.0
        )
        for word in words:
            x = sheet.word(word, x, y, how) + how.space + more
    return y + how.size


def notes(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Small print in numbered or bulleted lines."""
    rng, how = author.rng, replace(look.small, size=author.rng.uniform(7, 8.5))
    bullet = rng.choice(("{}.", "{})", "({})", "-", "•" if author.language == "en" else "※"))
    for number in range(1, rng.randint(3, 6)):
        if sheet.full(y):
            break
        y = block(sheet, f"{bullet.format(number)} {author.sentence()}", x0, x1, y + 1.5 * how.size, how, most=3)
    return y + 1.4 * how.size


def party(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Who sells, buys, ships: a heading and lines, perhaps framed."""
    rng, top = author.rng, y
    inner = 6.0 if look.boxed else 0.0
    y = block(sheet, author.mark(author.party()), x0 + inner, x1 - inner, y + 1.5 * look.label.size, look.label, most=1)
    for kind in ("company", *rng.sample(("person", "address", "city", "phone", "email"), rng.randint(2, 4))):
        y = block(sheet, author.of(kind), x0 + inner, x1 - inner, y + 1.4 * look.value.size, look.value, most=2)
    if look.boxed:
        sheet.frame(x0, top, x1, y + 0.7 * look.value.size, look.thick)
    return y + 1.6 * look.value.size


def signature(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """A date and a name to sign over a rule, with a hand's scribble or a seal."""
    rng, how = author.rng, look.label
    y += 3.2 * how.size
    sheet.line(author.of("date"), x0, y, look.value)
    left = x0 + rng.uniform(0.45, 0.6) * (x1 - x0)
    sheet.rule(left, y + 3, x1, y + 3, look.thick)
    if author.language == "en":
        block(sheet, author.of("person"), left, x1, y + 1.6 * how.size, look.small, most=1)
        _scribble(sheet, rng, left + 10, y)
    else:
        end = sheet.line(author.of("person"), left, y, look.value)
        sheet.line("(인)", end + 14, y, look.value)
        if rng.random() < 0.5:
            sheet.ellipse(end + 8, y - 16, end + 36, y + 10, 1.2, 0.5)
    return y + 3 * how.size


def _scribble(sheet: Sheet, rng: Random, x: float, y: float) -> None:
    points = [(x, y)]
    for _ in range(rng.randint(8, 16)):
        points.append((points[-1][0] + rng.uniform(-4, 10), y - rng.uniform(-4, 18)))
    sheet.scribble(points)


def footer(sheet: Sheet, author: Author, look: Look, x0: float, x1: float, y: float) -> float:
    """Thanks, the sender again, a page's number; at the foot of the sheet."""
    rng, y = author.rng, max(y + 12, sheet.height - author.rng.uniform(28, 45))
    page = f"Page {rng.randint(1, 3)} of {rng.randint(3, 9)}" if author.language == "en" else f"- {rng.randint(1, 9)} -"
    text = rng.choice((page, author.closing(), f"{author.of('company')} {author.of('phone')}"))
    return block(sheet, text, x0, x1, y, look.small, align=rng.choice(("center", "left", "right")), most=1)
