"""Beginnings of papers (sender and title), and headings within them."""

from __future__ import annotations

from synthetic.blocks.fields import HEADER, OTHER
from synthetic.canvas import Canvas, Spot
from synthetic.style import Style, compound
from synthetic.text.sentences import headline, notice
from synthetic.text.typed_values import filled


def opening(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print sender and title in either order, or only one of them."""
    rng = canvas.rng
    drawn = rng.random()
    if drawn < 0.4:
        return title(canvas, style, x0, x1, y)
    if drawn < 0.75:
        return title(canvas, style, x0, x1, sender(canvas, style, x0, x1, y))
    if drawn < 0.85:
        return sender(canvas, style, x0, x1, title(canvas, style, x0, x1, y))
    return sender(canvas, style, x0, x1, y)


def title(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the title in one to three lines, sometimes with a note below."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    align = rng.choice(("center", "center", "center", "left"))
    lines = [name(canvas)]
    if rng.random() < 0.3:
        lines.insert(0, rng.choice((filled("company", v, rng), f"{compound(v, rng)} department", name(canvas))))
    if rng.random() < 0.15:
        lines.append(rng.choice((filled("date", v, rng), compound(v, rng))))
    capitals = rng.random() < 0.65
    scale = rng.choice((1.0, 1.0, 1.2, 1.5, 2.0)) * size
    owner: int | None = None
    for line in lines:
        text = line.upper() if capitals else line
        spot = canvas.text(text, x0, y, HEADER, size=scale, room=x1 - x0, align=align, entity=owner)
        owner, y = spot.entity, spot.y1 + 0.35 * scale
    if rng.random() < 0.25:
        note = rng.choice((notice(v, rng), f"({compound(v, rng)})", filled("date", v, rng)))
        y = canvas.text(note, x0, y, OTHER, size=0.9 * size, room=x1 - x0, align=align).y1
    return y + rng.uniform(0.6, 2.5) * size


def name(canvas: Canvas) -> str:
    """Return a title, from the vocabulary or composed."""
    rng, v = canvas.rng, canvas.vocabulary
    if v.language == "en" and rng.random() < 0.45:
        return headline(v, rng)
    return rng.choice(v.titles)


def sender(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the sender: a name, often labelled as a heading, then address and numbers as plain text."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    align = rng.choice(("center", "center", "left", "left", "right"))
    scale = rng.uniform(1.0, 1.9) * size
    firm = filled("company", v, rng)
    firm = firm.upper() if rng.random() < 0.6 else firm
    label = HEADER if rng.random() < 0.5 else OTHER
    y = canvas.text(firm, x0, y, label, size=scale, room=x1 - x0, align=align).y1 + 0.35 * size
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        kind = rng.choice(("address", "address", "phone", "city", "phrase", "company"))
        text = filled(kind, v, rng)
        text = text.upper() if label == HEADER and rng.random() < 0.5 else text
        y = (
            canvas.text(text, x0, y, OTHER, size=size * rng.choice((0.8, 1.0)), room=x1 - x0, align=align).y1
            + 0.3 * size
        )
    return y + rng.uniform(0.5, 2.0) * size


def heading(canvas: Canvas, style: Style, x: float, y: float, room: float, *, centred: float = 0.3) -> Spot:
    """Print a heading of a section or of a group of fields. `centred`: chance of the middle of the room."""
    rng, v = canvas.rng, canvas.vocabulary
    drawn = rng.random()
    text = compound(v, rng) if drawn < 0.3 else name(canvas) if drawn < 0.45 else rng.choice(v.sections)
    if v.language == "en":
        text = text.upper() if rng.random() < 0.55 else text
        text = f"{rng.choice(('A.', 'I.', 'II.', 'B.', '1.', 'PART', '*'))} {text}" if rng.random() < 0.12 else text
    if rng.random() < 0.25:
        text += ":"
    align = "center" if rng.random() < centred else "left"
    return canvas.text(text, x, y, HEADER, size=canvas.size * rng.choice((1.0, 1.0, 1.1, 1.25)), room=room, align=align)
