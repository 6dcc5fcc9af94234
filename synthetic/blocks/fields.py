"""Blocks of fields: rows, lines, stacks, boxed grids, totals, choices, signatures. Each returns the y below it."""

from __future__ import annotations

from synthetic.canvas import Canvas, Spot
from synthetic.style import Style, field_name, kind_of_field, with_mark
from synthetic.text.typed_values import filled
from synthetic.words import word_list

QUESTION, ANSWER, HEADER, OTHER = "QUESTION", "ANSWER", "HEADER", "OTHER"

_CHECKED = word_list("blocks", "choices", "checked")
_EMPTY = word_list("blocks", "choices", "empty")


def question(canvas: Canvas, style: Style, kind: str, x: float, y: float, **how: object) -> Spot:
    """Print the name of a field."""
    name = with_mark(field_name(kind, canvas.vocabulary, canvas.rng, style), canvas.rng, style)
    gap = canvas.rng.uniform(0.5, 2.0) if all(len(part) == 1 for part in name.rstrip(":").split()) else None
    how.setdefault("size", canvas.size * style.label_size)
    return canvas.text(name, x, y, QUESTION, gap=gap, **how)  # type: ignore[arg-type]


def answer(canvas: Canvas, kind: str, x: float, y: float, **how: object) -> Spot:
    """Print the value of a field."""
    # People sometimes write a value of another kind.
    kind = kind if canvas.rng.random() > 0.03 else kind_of_field(canvas.rng)
    text = filled(kind, canvas.vocabulary, canvas.rng)
    return canvas.text(text, x, y, ANSWER, **how)  # type: ignore[arg-type]


def rows(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print fields in one to four columns, names left of values; aligned or not, with leaders or rules."""
    rng, size = canvas.rng, canvas.size
    columns = (
        rng.choice((1, 1, 2, 2, 3)) if x1 - x0 > 34 * size else 1 if x1 - x0 < 22 * size else rng.choice((1, 1, 2))
    )
    wide = (x1 - x0) / columns
    offset = rng.uniform(0.15, 0.42) * wide
    aligned = rng.random() < 0.7
    right = aligned and rng.random() < 0.12
    label_right = aligned and rng.random() < 0.12
    # Without folding a long name pushes its value to the right.
    folded = label_right or rng.random() < 0.35
    label_room = max(offset - 0.5 * size, 3 * size) if folded else 0.7 * wide
    leader = rng.choice(("", "", "", "", "", ".", "_"))
    for _ in range(rng.randint(1, 7)):
        bottom = y + size
        for column in range(columns):
            if rng.random() < 0.06:
                continue
            left = x0 + column * wide
            room = wide - 1.2 * size
            kind = kind_of_field(rng)
            how = {"align": "right"} if label_right else {}
            key = question(canvas, style, kind, left, y, room=label_room, **how)
            at = max(left + offset, key.x1 + 0.3 * size) if aligned else key.x1 + rng.uniform(0.35, 1.6) * size
            if leader and left + offset - key.x1 > 2.5 * size:
                _leader(canvas, leader, key.x1, min(at, left + offset), y)
            bottom = max(bottom, key.y1)
            if rng.random() < style.filled:
                space = max(left + room - at, 5 * size)
                drift = rng.gauss(0, 0.06 * size)
                spot = answer(canvas, kind, at, y + drift, room=space, align="right" if right else "left")
                canvas.link(key, spot)
                bottom = max(bottom, spot.y1)
            elif rng.random() < 0.4:
                canvas.stray("_" * rng.randint(4, 16), at, y)
        y = bottom + size * (style.leading - 1)
    return y


def lines(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print several fields in one line: "Date: ... Time: ... Clerk: ..."."""
    rng, size = canvas.rng, canvas.size
    divider = rng.choice(("", "", "", "|", "/", ","))
    for _ in range(rng.randint(1, 3)):
        x, bottom = x0, y + size
        for _ in range(rng.randint(2, 5)):
            kind = kind_of_field(rng)
            if x > x1 - 14 * size and x > x0:
                break
            key = question(canvas, style, kind, x, y)
            x = key.x1
            if rng.random() < style.filled:
                spot = answer(canvas, kind, x + rng.uniform(0.3, 0.8) * size, y, room=max(x1 - x - size, 6 * size))
                canvas.link(key, spot)
                x, bottom = spot.x1, max(bottom, spot.y1)
            if divider:
                canvas.stray(divider, x + 0.5 * size, y)
            x += rng.uniform(1.2, 3.5) * size
        y = bottom + size * (style.leading - 1)
    return y


def stacks(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print fields with names above values, in one to five columns, as in boxed forms with small captions."""
    rng, size = canvas.rng, canvas.size
    columns = max(1, min(rng.randint(1, 5), int((x1 - x0) / (9 * size))))
    wide = (x1 - x0) / columns
    caption = rng.choice((0.7, 0.8, 0.9, 1.0)) * size
    gap = rng.uniform(0.2, 0.7) * size
    indent = rng.choice((0.0, 0.0, 0.6, 1.2)) * size
    for _ in range(rng.randint(1, 4)):
        bottom = y + size
        for column in range(columns):
            if rng.random() < 0.06:
                continue
            left, kind = x0 + column * wide, kind_of_field(rng)
            key = question(canvas, style, kind, left, y, size=caption, room=wide * 0.92)
            bottom = max(bottom, key.y1 + size)
            if rng.random() < style.filled:
                spot = answer(canvas, kind, left + indent, key.y1 + gap, room=wide * 0.9 - indent)
                canvas.link(key, spot)
                bottom = max(bottom, spot.y1)
        if style.borders and rng.random() < 0.1:
            canvas.stray(rng.choice(("|", "—", "[", "_")), x0 - 0.6 * size, y)
        y = bottom + size * rng.uniform(0.5, 1.1)
    return y


def grid(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a boxed grid of name cells and value cells, perhaps with one tall heading cell at the left."""
    rng, size = canvas.rng, canvas.size
    pairs = rng.choice((1, 2, 2, 2, 3)) if x1 - x0 > 36 * size else rng.choice((1, 1, 2))
    count, pitch = rng.randint(2, 7), size * rng.uniform(1.7, 2.8)
    if rng.random() < 0.2 and x1 - x0 > 20 * size:
        x0 = _tall_cell(canvas, x0, y, count * pitch)
    wide = (x1 - x0) / pairs
    share = rng.uniform(0.25, 0.42)
    label_align, value_align = rng.choice(("center", "center", "left")), rng.choice(("left", "left", "center"))
    for row in range(count):
        bottom = y + size
        spans = pairs > 1 and rng.random() < 0.2
        for pair in range(1 if spans else pairs):
            left, full = x0 + pair * wide, wide * (pairs if spans else 1)
            cell = share * wide
            kind = rng.choice(("address", "phrase", "company")) if spans else kind_of_field(rng)
            key = question(canvas, style, kind, left + 0.4 * size, y, room=cell - 0.8 * size, align=label_align)
            bottom = max(bottom, key.y1)
            if rng.random() < style.filled:
                space = max(full - cell - size, 4 * size)
                at = max(left + cell + 0.5 * size, key.x1 + 0.3 * size)
                spot = answer(canvas, kind, at, y, room=space, align=value_align)
                canvas.link(key, spot)
                bottom = max(bottom, spot.y1)
            if style.borders and rng.random() < 0.04:
                canvas.stray("|", left + cell, y)
        if style.borders and row == 0 and rng.random() < 0.1:
            canvas.stray(rng.choice(("—", "_", "ㅡ", "-")), x0, y - 0.7 * size)
        y = bottom + pitch - size
    return y


def totals(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print sums at the right, the amounts flush right."""
    rng, size = canvas.rng, canvas.size
    narrow = x1 - x0 < 24 * size
    left = x0 if narrow else x1 - rng.uniform(12, 22) * size
    label_right = rng.random() < 0.3
    for _ in range(rng.randint(1, 5)):
        unit = " (원)" if canvas.vocabulary.language == "ko" else " (EUR)"
        name = rng.choice(canvas.vocabulary.totals) + rng.choice(
            ("",) * 8 + (f" {rng.randint(1, 25)}%", " (USD)", unit)
        )
        name = with_mark(name.upper() if style.case == "upper" else name, rng, style)
        grown = size * rng.choice((1.0, 1.0, 1.0, 1.25))
        amount = filled("money", canvas.vocabulary, rng)
        room = max(x1 - left - canvas.measure(amount, grown) - size, 4 * size)
        align = "right" if label_right else "left"
        key = canvas.text(name, left, y, QUESTION, size=grown, room=room, align=align)
        at = max(x1 - canvas.measure(amount, grown), key.x1 + 0.4 * size)
        canvas.link(key, canvas.text(amount, at, y, ANSWER, size=grown))
        y = key.y1 + size * (style.leading - 1)
    return y


def choices(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a question with options behind check boxes; the checked option is the answer."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    empty, checked = rng.choice(_EMPTY), rng.choice(_CHECKED)
    after = rng.random() < 0.25
    for _ in range(rng.randint(1, 3)):
        key = question(canvas, style, "phrase", x0, y, room=max((x1 - x0) * 0.4, 6 * size))
        x = max(key.x1 + rng.uniform(0.6, 2) * size, x0 + rng.choice((0, 9)) * size)
        options = rng.sample(v.choices, rng.randint(2, 5))
        chosen = rng.randrange(len(options)) if rng.random() < style.filled else -1
        for number, option in enumerate(options):
            if x + canvas.measure(option) > x1 - 2 * size:
                break
            mark = checked if number == chosen else empty
            if not after:
                canvas.stray(mark, x, y)
                x += canvas.measure(mark) + 0.35 * size
            spot = canvas.text(option, x, y, ANSWER if number == chosen else OTHER)
            x = spot.x1 + 0.35 * size
            if number == chosen:
                canvas.link(key, spot)
            if after:
                canvas.stray(mark, x, y)
                x += canvas.measure(mark)
            x += rng.uniform(0.5, 2.0) * size
        y = max(key.y1, y + size) + size * (style.leading - 1)
    return y


def signature(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the end of a form: a date and names; places for a signature stay empty."""
    rng, size = canvas.rng, canvas.size
    y += rng.uniform(0.3, 1.5) * size
    left = x0 + rng.choice((0, 0, 0.3, 0.5)) * (x1 - x0)
    for kind in rng.sample(("person", "date", "person", "company"), rng.randint(1, 3)):
        key = question(canvas, style, kind, left, y)
        if rng.random() < 0.65:
            spot = answer(
                canvas, kind, key.x1 + rng.uniform(0.4, 2) * size, y, room=max(x1 - key.x1 - 2 * size, 6 * size)
            )
            canvas.link(key, spot)
            if rng.random() < 0.3:
                seal = ("(인)", "(서명)", "(날인)") if canvas.vocabulary.language == "ko" else ("(signature)", "(seal)")
                canvas.text(rng.choice(seal), spot.x1 + size, y, OTHER)
        else:
            canvas.stray("_" * rng.randint(5, 20), key.x1 + 0.4 * size, y)
        y = key.y1 + size * rng.uniform(0.5, 1.5)
    return y


def _leader(canvas: Canvas, mark: str, left: float, right: float, y: float) -> None:
    size = canvas.size
    count = int((right - left - 0.6 * size) / (canvas.measure(mark) or size))
    if count > 2:
        canvas.stray(mark * count, left + 0.3 * size, y)


def _tall_cell(canvas: Canvas, x: float, y: float, height: float) -> float:
    """Print a heading with its letters below each other. Return the left edge of the room beside it."""
    rng, size = canvas.rng, canvas.size
    name = rng.choice(canvas.vocabulary.parties)
    if canvas.vocabulary.language == "ko" and len(name) * 1.2 * size < height:
        pitch = height / (len(name) + 0.5)
        owner: int | None = None
        for number, char in enumerate(name):
            owner = canvas.text(char, x + 0.3 * size, y + number * pitch, HEADER, entity=owner).entity
        return x + 2.2 * size
    spot = canvas.text(name, x, y + height * rng.uniform(0, 0.4), HEADER, room=6 * size)
    return spot.x1 + size
