"""Text outside of fields: letterheads, titles, headings, paragraphs, notes, footers; and parties as blocks of lines."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas
from synthetic.style import Style, compound, with_mark
from synthetic.text.sentences import notice
from synthetic.text.typed_values import filled
from synthetic.text.values import common


def letterhead(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the sender: a name in large type, then address and numbers, some of them as fields."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    align = rng.choice(("left", "left", "center", "right"))
    room = x1 - x0

    def line(text: str, scale: float = 1.0) -> None:
        nonlocal y
        y = canvas.text(text, x0, y, OTHER, size=size * scale, room=room, align=align).y1 + 0.4 * size

    line(filled("company", v, rng), rng.uniform(1.1, 2.2))
    for _ in range(rng.randint(0, 2)):
        line(filled(rng.choice(("address", "address", "url", "email", "phrase")), v, rng), rng.choice((0.85, 1.0)))
    if rng.random() < 0.55 and align != "right":
        y = _contacts(canvas, style, x0, y) + 0.4 * size
    return y + size * rng.uniform(0.3, 1.5)


def title(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the kind of document, in large type."""
    rng, size = canvas.rng, canvas.size
    text = rng.choice(canvas.vocabulary.titles)
    if rng.random() < 0.3:
        text = " ".join([compound(canvas.vocabulary, rng), *text.split()[-1:]])
    if rng.random() < 0.3:
        text = text.title() if text.isupper() else text.upper()
    gap = None
    if len(text) <= 8 and " " not in text and rng.random() < 0.3:
        text, gap = " ".join(text), rng.uniform(0.5, 1.6)
    align = rng.choice(("center", "center", "center", "left", "right"))
    scale = rng.uniform(1.2, 2.6)
    spot = canvas.text(text, x0, y, HEADER, size=size * scale, room=x1 - x0, align=align, gap=gap)
    if rng.random() < 0.12:
        note = rng.choice(
            ("(공급받는자 보관용)", "(공급자용)", "(고객용)")
            if canvas.vocabulary.language == "ko"
            else ("(Original)", "(Copy)")
        )
        canvas.text(note, spot.x1 + size, y + size * 0.5, OTHER)
    return spot.y1 + size * rng.uniform(0.6, 1.8)


def section(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a heading over the next block."""
    rng, size = canvas.rng, canvas.size
    text = compound(canvas.vocabulary, rng) if rng.random() < 0.3 else rng.choice(canvas.vocabulary.sections)
    if style.case == "upper" or rng.random() < 0.15:
        text = text.upper()
    if rng.random() < 0.3:
        letters = ("가.", "나.", "제1장") if canvas.vocabulary.language == "ko" else ("A.", "B.", "Part II")
        text = f"{rng.choice(('1.', '2.', '3.', 'I.', '■', '▶', '○', '□', '*', '[1]', *letters))} {text}"
    elif rng.random() < 0.12:
        text = rng.choice(("[{}]", "<{}>", "【{}】", "- {} -", "{}:")).format(text)
    align = rng.choice(("left", "left", "left", "center"))
    spot = canvas.text(text, x0, y, HEADER, size=size * rng.choice((1.0, 1.1, 1.3)), room=x1 - x0, align=align)
    return spot.y1 + size * rng.uniform(0.4, 1.0)


def paragraph(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print running text of some sentences."""
    rng, size = canvas.rng, canvas.size
    text = " ".join(_sentence(canvas) for _ in range(rng.choice((1, 1, 2, 3, 5))))
    if rng.random() < 0.25:
        number, name = rng.randint(1, 12), rng.choice(canvas.vocabulary.sections)
        marks = (f"{number}.", f"{number}. {name}.", f"{number})", f"Article {number} ({name})")
        if canvas.vocabulary.language == "ko":
            marks = (f"제{number}조 ({name})", f"제 {number} 조 [{name}]", f"{number}.", f"{number})")
        text = f"{rng.choice(marks)} {text}"
    scale = rng.choice((0.75, 0.85, 1.0))
    align = "center" if len(text) < 70 and rng.random() < 0.4 else "left"
    spot = canvas.text(text, x0, y, OTHER, size=size * scale, room=(x1 - x0) * rng.uniform(0.65, 1.0), align=align)
    return spot.y1 + size * rng.uniform(0.5, 1.2)


def notes(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a heading and numbered or plain sentences."""
    rng, size = canvas.rng, canvas.size
    name = rng.choice(canvas.vocabulary.notes)
    if rng.random() < 0.85:
        y = canvas.text(with_mark(name, rng, style), x0, y, HEADER).y1 + 0.4 * size
    bullet = rng.choice(("{}.", "{})", "({})", "-", "•", "*", "※", "", ""))
    scale = rng.choice((0.8, 0.9, 1.0))
    for number in range(1, rng.randint(2, 5)):
        text = f"{bullet.format(number)} {_sentence(canvas)}".strip()
        y = canvas.text(text, x0, y, OTHER, size=size * scale, room=x1 - x0).y1 + 0.35 * size
    return y + 0.4 * size


def party(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the role of a party and its name and address: one question with one answer of several lines."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    name = rng.choice(v.parties)
    name = name.upper() if style.case == "upper" or rng.random() < 0.15 else name
    key = canvas.text(with_mark(name, rng, style), x0, y, QUESTION, size=size * rng.choice((1.0, 1.0, 1.15)))
    beside = rng.random() < 0.2
    at = (key.x1 + size, y) if beside else (x0 + rng.choice((0, 0, 0.8)) * size, key.y1 + 0.4 * size)
    kinds = rng.sample(("company", "person", "address", "address", "city", "zip"), rng.randint(1, 4))
    owner: int | None = None
    x, y = at
    for kind in sorted(kinds, key=("company", "person", "address", "city", "zip").index):
        spot = canvas.text(filled(kind, v, rng), x, y, ANSWER, room=max(x1 - x - size, 8 * size), entity=owner)
        if owner is None:
            canvas.link(key, spot)
        owner, y = spot.entity, spot.y1 + 0.35 * size
    if rng.random() < 0.3:
        y = _contacts(canvas, style, x, y) + 0.35 * size
    return y + size * rng.uniform(0.4, 1.2)


def footer(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print thanks, a page number or a form number."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    page = rng.choice(
        (
            f"- {rng.randint(1, 9)} -",
            f"Page {rng.randint(1, 3)} of {rng.randint(3, 9)}",
            f"{rng.randint(1, 3)} / {rng.randint(3, 9)}",
            f"Form {rng.randint(10, 900)}-{rng.randint(1, 90)}",
        )
    )
    for _ in range(rng.randint(1, 2)):
        text = rng.choice(
            (
                rng.choice(v.closings),
                page,
                filled("company", v, rng),
                f"{filled('company', v, rng)} {filled('address', v, rng)}",
            )
        )
        align = rng.choice(("center", "center", "left", "right"))
        y = (
            canvas.text(text, x0, y, OTHER, size=size * rng.choice((0.8, 1.0)), room=x1 - x0, align=align).y1
            + 0.5 * size
        )
    return y


def _contacts(canvas: Canvas, style: Style, x: float, y: float) -> float:
    """Print fields in one line: "Tel. ... | Fax ..."."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    scale, divider = size * rng.choice((0.85, 1.0)), rng.choice(("", "", "|", "/", ","))
    bottom = y + scale
    for kind in rng.sample(("phone", "phone", "email", "number"), rng.randint(1, 2)):
        name = with_mark(rng.choice(v.fields[kind]), rng, style)
        key = canvas.text(name, x, y, QUESTION, size=scale)
        spot = canvas.text(filled(kind, v, rng), key.x1 + rng.uniform(0.3, 0.6) * size, y, ANSWER, size=scale)
        canvas.link(key, spot)
        x, bottom = spot.x1 + size * rng.uniform(0.8, 2), spot.y1
        if divider:
            canvas.stray(divider, spot.x1 + 0.3 * size, y, scale)
    return bottom


def _sentence(canvas: Canvas) -> str:
    """Return a sentence of the vocabulary, or a row of words with names and numbers among them."""
    rng, v = canvas.rng, canvas.vocabulary
    if rng.random() < 0.7:
        return notice(v, rng)
    pool = [common(v, rng) for _ in range(rng.randint(4, 18))]
    for _ in range(rng.randint(0, 4)):
        kind = rng.choice(("money", "date", "company", "person", "percent", "item"))
        word = rng.choice((filled(kind, v, rng), rng.choice(v.fields["number"]), rng.choice(v.fields["phrase"])))
        pool.insert(rng.randrange(len(pool) + 1), word)
    text = " ".join(pool)
    return text[:1].upper() + text[1:] + rng.choice((".", ".", ".", ",", ""))
