"""Tables of offices and laboratories: names for rows and columns, headings over groups of columns, totals, units."""

from __future__ import annotations

from random import Random

from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.style import Style, compound, field_name, kind_of_field
from synthetic.text.sentences import long_question
from synthetic.text.typed_values import filled
from synthetic.text.values import invented
from synthetic.text.word_lists import LISTS
from synthetic.words import word_list

_NUMERIC = ("money", "count", "percent", "measure", "number", "figure")
_UNITS = word_list("blocks", "data-tables", "units")
_MONTHS = word_list("blocks", "data-tables", "months")
_DAYS = word_list("blocks", "data-tables", "days")
_TOTALS = word_list("blocks", "data-tables", "totals")


def numeric(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a table of numbers with names for rows and columns; often with a total, units, or headings over columns."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    kind = rng.choice(_NUMERIC)
    left = x0 + rng.uniform(0.2, 0.42) * (x1 - x0)
    count = max(1, min(rng.randint(2, 7), int((x1 - left) / (5 * size))))
    names, grouped = _column_names(canvas, count), count % 2 == 0 and rng.random() < 0.4
    places = [left + i * (x1 - left) / count for i in range(count)]
    room = (x1 - left) / count - 0.8 * size
    over = _over(canvas, places, room, y) if grouped else []
    y = over[0].y1 + 0.4 * size if over else y
    if rng.random() < 0.3:
        canvas.text(rng.choice(v.columns["item"]), x0, y, QUESTION, room=left - x0 - size)
    heads = [canvas.text(n, x, y, QUESTION, room=room, align=_centre(rng)) for n, x in zip(names, places, strict=True)]
    for number, head in enumerate(heads if over else ()):
        canvas.link(over[number * len(over) // count], head)
    y = max(head.y1 for head in heads) + 0.4 * size
    if rng.random() < 0.2:
        for x in places:
            canvas.text(rng.choice(_UNITS), x, y, OTHER, room=room)
        y += 1.4 * size
    return _rows(canvas, style, heads, places, (x0, left, room), y, kind) + 0.6 * size


def names_and_figures(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print names in one column and figures in another, as in statements; with a heading or without."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    kind = rng.choice(_NUMERIC)
    at = x0 + rng.uniform(0.35, 0.8) * (x1 - x0)
    head = canvas.text(rng.choice(v.sections), x0, y, HEADER) if rng.random() < 0.5 else None
    y = head.y1 + 0.6 * size if head else y
    leader = rng.choice(("", "", "", ".", "-", "_"))
    for number in range(rng.randint(3, 11)):
        text = _row_name(canvas, style, number)
        key = canvas.text(text, x0, y, QUESTION, room=at - x0 - size)
        if leader and at - key.x1 > 4 * size:
            canvas.stray(leader * int((at - key.x1 - 2 * size) / canvas.measure(leader)), key.x1 + size, y)
        if rng.random() < 0.3 + 0.7 * style.filled:
            canvas.link(key, canvas.text(_figure(kind, canvas), at, y, ANSWER, room=6 * size, align=_centre(rng)))
        y = key.y1 + size * (style.leading - 1)
    if head:
        canvas.head(head.entity)
    return y + 0.4 * size


def calendar(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print months or days as columns, or as a list in columns, with figures under or beside them."""
    rng, size = canvas.rng, canvas.size
    names = list(rng.choice((_MONTHS, _DAYS, ("1st Quarter", "2nd Quarter", "3rd Quarter", "4th Quarter"))))
    names = [name.upper() for name in names] if rng.random() < 0.4 else names
    kind, columns = rng.choice(_NUMERIC), rng.choice((2, 3, 4, 6, 7))
    wide = (x1 - x0) / columns
    beside = rng.random() < 0.4 and wide > 9 * size
    for start in range(0, len(names), columns):
        for column, name in enumerate(names[start : start + columns]):
            x = x0 + column * wide
            key = canvas.text(name, x, y, QUESTION)
            if rng.random() < style.filled:
                at = (key.x1 + size, y) if beside else (x, key.y1 + 0.4 * size)
                canvas.link(key, canvas.text(_figure(kind, canvas), *at, ANSWER))
        y += size * (1.5 if beside else 3.2)
    return y


def roster(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a wide table of mixed columns. Some columns, often whole rows, are empty; cells may wrap."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    kinds = rng.sample(list(v.columns), rng.randint(2, 6))
    shares = [rng.uniform(0.7, 1.4) * (2 if kind in ("item", "phrase", "company") else 1) for kind in kinds]
    scale, x, columns = (x1 - x0) / sum(shares), x0, []
    upper = rng.random() < 0.5
    for kind, share in zip(kinds, shares, strict=True):
        name = compound(v, rng) if rng.random() < 0.2 else rng.choice(v.columns[kind])
        room = max(share * scale - size, 2.5 * size)
        columns.append((kind, x, room, canvas.text(name.upper() if upper else name, x, y, QUESTION, room=room)))
        x += share * scale
    y = max(head.y1 for *_, head in columns) + rng.uniform(0.4, 1.2) * size
    empty = {kind for kind in kinds if rng.random() > 0.4 + 0.6 * style.filled}
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 7))):
        bottom = y + size
        for kind, x, room, head in columns:
            if kind not in empty and rng.random() < 0.85:
                spot = canvas.text(filled(kind, v, rng), x, y, ANSWER, room=room, leading=1.15)
                canvas.link(head, spot)
                bottom = max(bottom, spot.y1)
        y = bottom + size * rng.uniform(0.45, 1.0)
    return y + 0.4 * size


def _rows(
    canvas: Canvas,
    style: Style,
    heads: list[Spot],
    places: list[float],
    lane: tuple[float, float, float],
    y: float,
    kind: str,
) -> float:
    rng, size = canvas.rng, canvas.size
    x0, left, room = lane
    align, pitch, full = (
        _centre(rng),
        size * rng.uniform(0.45, 1.2),
        rng.choice((0.5, 0.8, 0.95, 1.0, 1.0)) * style.filled,
    )
    indent, under = 0.0, None
    count = rng.randint(2, 10)
    for number in range(count):
        if rng.random() < 0.1:
            under = canvas.text(compound(canvas.vocabulary, rng), x0, y, HEADER, room=left - x0)
            indent, y = rng.choice((0.0, 1.5 * size)), under.y1 + pitch
        text = rng.choice(_TOTALS) if number == count - 1 and rng.random() < 0.4 else _row_name(canvas, style, number)
        key = canvas.text(text, x0 + indent, y, QUESTION, room=left - x0 - indent - 0.6 * size)
        if under is not None:
            canvas.link(under, key)
        for x, head in zip(places, heads, strict=True):
            if rng.random() < full:
                cell = canvas.text(_figure(kind, canvas), x, y, ANSWER, room=room, align=align)
                canvas.link(key, cell)
                canvas.link(head, cell)
        y = key.y1 + pitch
    return y


def _over(canvas: Canvas, places: list[float], room: float, y: float) -> list[Spot]:
    """Print headings over every two columns, or one heading over all."""
    rng, v = canvas.rng, canvas.vocabulary
    step = rng.choice((2, len(places)))
    wide = (places[1] - places[0]) * (step - 1) + room
    texts = [rng.choice((compound(v, rng), filled("date", v, rng), rng.choice(v.sections))) for _ in places[::step]]
    return [canvas.text(t, x, y, HEADER, room=wide, align="center") for t, x in zip(texts, places[::step], strict=True)]


def _column_names(canvas: Canvas, count: int) -> list[str]:
    rng, v = canvas.rng, canvas.vocabulary
    drawn, capital = rng.random(), rng.random() < 0.4
    if drawn < 0.15:
        year = rng.randint(1955, 2010)
        names = [str(year + i) for i in range(count)]
    elif drawn < 0.25:
        names = [f"{rng.choice(('Group', 'Sample', 'Test', 'Cell', 'No.'))} {i + 1}" for i in range(count)]
    elif drawn < 0.4:
        names = [invented(v, rng) for _ in range(count)]
    else:
        names = [
            compound(v, rng) if rng.random() < 0.3 else rng.choice(v.columns[rng.choice(("money", "count", "percent"))])
            for _ in range(count)
        ]
    return [name.upper() for name in names] if capital else names


def _row_name(canvas: Canvas, style: Style, number: int) -> str:
    rng, v = canvas.rng, canvas.vocabulary
    drawn = rng.random()
    if drawn < 0.3:
        return field_name(kind_of_field(rng), v, rng, style)
    if drawn < 0.45 and v.language == "en":
        return long_question(v, rng)
    if drawn < 0.6:
        return compound(v, rng)
    if drawn < 0.68:
        return f"{number + 1}. {compound(v, rng)}"
    if drawn < 0.78:
        return _class(canvas, number)
    return filled(rng.choice(("item", "city", "company", "person", "item")), v, rng)


def _class(canvas: Canvas, number: int) -> str:
    """Return a class of a statistic: an age group, a month, a place or a brand."""
    rng, v = canvas.rng, canvas.vocabulary
    low, brand = 10 * rng.randint(1, 7), invented(v, rng)
    sizes = (
        f"{brand} {low}",
        f"{brand} {rng.choice(('II', 'Lt.', 'Jr.', 'Reg.', 'XL', 'No. 2', 'B'))}",
        f"{brand}/{brand[0]}.",
    )
    ages = (f"{low} - {low + 9}", f"{low} & over", f"Under {low}", f"${low},000+")
    return rng.choice((*sizes, *ages, _MONTHS[number % 12], rng.choice(LISTS["en"].places), rng.choice(v.cities)))


def _figure(kind: str, canvas: Canvas) -> str:
    rng = canvas.rng
    if kind == "figure":
        whole = int(10 ** rng.uniform(0, 4.5))
        return rng.choice(
            (f"{whole}", f"{whole:,}", f"{whole / 100:.2f}", f"{whole / 10:.1f}", f".{whole}", "-", "0", "--")
        )
    return filled(kind, canvas.vocabulary, rng)


def _centre(rng: Random) -> str:
    return rng.choice(("left", "center", "right"))
