"""Fields with long names or values: questions in sentences, answers in paragraphs, lists of names, blanks in prose."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, OTHER, QUESTION, answer, question
from synthetic.canvas import Canvas, Spot
from synthetic.english.blocks.headings import heading
from synthetic.style import Style, field_name, kind_of_field, with_mark
from synthetic.text.sentences import clause, long_question, prose, sentence
from synthetic.text.typed_values import filled, name_with_initials
from synthetic.words import word_list

_COPIES = word_list("blocks", "copies", "names")


def essays(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print questions with paragraphs as answers below or beside them; unanswered questions keep room."""
    rng, size = canvas.rng, canvas.size
    beside, indent = rng.random() < 0.45, rng.choice((0.0, 0.0, 1.5, 4.0)) * size
    offset, leading = rng.uniform(0.2, 0.4) * (x1 - x0), rng.uniform(1.1, 1.6)
    for number in range(rng.randint(1, 5)):
        key = name(canvas, style, x0, y, offset - size if beside else x1 - x0, number)
        left, top = (x0 + offset, y) if beside else (x0 + indent, key.y1 + rng.uniform(0.4, 1.0) * size)
        y = key.y1
        if rng.random() < style.filled:
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                spot = canvas.text(_paragraph(canvas), left, top, ANSWER, room=x1 - left, leading=leading)
                canvas.link(key, spot)
                top = spot.y1 + (leading - 1 + rng.uniform(0.4, 1.4)) * size
            y = max(y, top)
        else:
            y += rng.choice((0.0, 0.0, 2.0, 4.0)) * size
        y += rng.uniform(0.4, 1.8) * size
    return y


def numbered(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a list of numbered questions with short answers: behind them, in a column, or below."""
    rng, size = canvas.rng, canvas.size
    mark = rng.choice(("{}.", "{})", "({})", "{}.", "{}"))
    inside, column = rng.random() < 0.4, rng.random() < 0.4
    at = x0 + rng.uniform(0.45, 0.75) * (x1 - x0)
    below = not column and rng.random() < 0.3
    for number in range(1, rng.randint(4, 11)):
        kind = kind_of_field(rng)
        text = with_mark(_name(canvas, style, kind), rng, style)
        left = x0
        if inside:
            text = f"{mark.format(number)} {text}"
        else:
            left = canvas.text(mark.format(number), x0, y, OTHER).x1 + 0.6 * size
            left = max(left, x0 + 2 * size)
        key = canvas.text(text, left, y, QUESTION, room=(at if column else x1) - left - size)
        bottom = key.y1
        if rng.random() < style.filled:
            x, top = (at, y) if column else (key.x1 + 0.8 * size, y)
            if below or x1 - x < 8 * size:
                x, top = left + size, key.y1 + 0.4 * size
            spot = answer(canvas, kind, x, top, room=x1 - x)
            canvas.link(key, spot)
            bottom = max(bottom, spot.y1)
        y = bottom + size * (style.leading - 1)
    return y


def copies(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print one field with many names: below it in columns, or behind it in a line."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    key = canvas.text(rng.choice(_COPIES), x0, y, QUESTION)
    if rng.random() < 0.25:
        names = ", ".join(name_with_initials(v, rng) for _ in range(rng.randint(1, 6)))
        spot = canvas.text(names, key.x1 + size, y, ANSWER, room=max(x1 - key.x1 - size, 10 * size))
        canvas.link(key, spot)
        return spot.y1 + size
    columns, count = rng.choice((1, 1, 2, 3, 4)), rng.randint(1, 7)
    left, top = (x0, key.y1 + 0.3 * size) if rng.random() < 0.5 else (key.x1 + size, y)
    wide, pitch = min((x1 - left) / columns, 14 * size), size * rng.uniform(1.1, 1.5)
    for column in range(columns):
        for row in range(count - (rng.randint(0, 2) if column else 0)):
            spot = canvas.text(name_with_initials(v, rng), left + column * wide, top + row * pitch, ANSWER)
            canvas.link(key, spot)
    return top + count * pitch + 0.5 * size


def blanks(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print prose with blanks that are filled in; the words before a blank are the name of the field."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    x, asks = x0, rng.random() < 0.8
    for _ in range(rng.randint(3, 9)):
        words = sentence(v, rng).split()
        lead = " ".join(words[: rng.randint(2, max(2, min(len(words), 9)))]).rstrip(".?")
        if x > x0 and x + canvas.measure(lead) > x1:
            x, y = x0, y + size * style.leading
        key = canvas.text(lead, x, y, QUESTION if asks else OTHER, room=x1 - x)
        x, y = key.x1 + 0.6 * size, key.y1 - size
        text = filled(kind_of_field(rng), v, rng)
        if x + canvas.measure(text) > x1:
            x, y = x0, y + size * style.leading
        if rng.random() < style.filled:
            spot = canvas.text(text, x, y, ANSWER, room=x1 - x)
            if asks:
                canvas.link(key, spot)
            x, y = spot.x1, spot.y1 - size
        elif rng.random() < 0.5:
            canvas.stray("_" * rng.randint(6, 20), x, y)
            x += 9 * size
        x += 0.8 * size
    return y + 2 * size


def groups(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print headings with a few indented fields under each."""
    rng, size = canvas.rng, canvas.size
    indent, offset = rng.choice((0.0, 1.0, 3.0)) * size, rng.uniform(0.3, 0.6) * (x1 - x0)
    for _ in range(rng.randint(1, 3)):
        head = heading(canvas, style, x0, y, x1 - x0, centred=0.2)
        y = head.y1 + rng.uniform(0.4, 1.0) * size
        for _ in range(rng.randint(2, 5)):
            kind = kind_of_field(rng)
            key = question(canvas, style, kind, x0 + indent, y, room=offset)
            bottom = key.y1
            if rng.random() < style.filled:
                at = max(x0 + indent + offset, key.x1 + 0.6 * size) if rng.random() < 0.9 else key.x1 + 0.6 * size
                spot = answer(canvas, kind, at, y, room=max(x1 - at, 6 * size))
                canvas.link(key, spot)
                bottom = max(bottom, spot.y1)
            y = bottom + size * (style.leading - 1)
        canvas.head(head.entity)
    return y + 0.4 * size


def name(canvas: Canvas, style: Style, x: float, y: float, room: float, number: int) -> Spot:
    """Print the name of a field that prose answers."""
    rng = canvas.rng
    text = with_mark(_name(canvas, style, "phrase"), rng, style)
    if rng.random() < style.numbered:
        text = f"{number + 1}. {text}"
    return canvas.text(text, x, y, QUESTION, room=room)


def _name(canvas: Canvas, style: Style, kind: str) -> str:
    rng, v = canvas.rng, canvas.vocabulary
    if v.language == "en" and rng.random() < 0.45:
        text = long_question(v, rng)
        return text.upper() if style.case == "upper" else text
    return field_name(kind, v, rng, style)


def _paragraph(canvas: Canvas) -> str:
    rng, v = canvas.rng, canvas.vocabulary
    return clause(v, rng) if rng.random() < 0.3 else prose(v, rng, rng.choice((1, 1, 2, 2, 3, 4)))
