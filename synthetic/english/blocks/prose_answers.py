"""Fields that prose answers, and prose that answers no field.

Beside its label, prose continues below the label at the margin, keeps the indent of its beginning, or keeps to a
column; else it stands below the label, boxed or not. An answer is one paragraph or several, a list of statements, or
remarks in quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from synthetic.blocks.fields import ANSWER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.english import narration
from synthetic.english.prose_labels import label
from synthetic.english.trades import TRADES
from synthetic.family import Block
from synthetic.style import Style
from synthetic.text.sentences import prose
from synthetic.text.typed_values import name_with_initials
from synthetic.text.vocabulary import Vocabulary

#: Marks before statements; {} is a number.
_MARKS = ("{}.", "{}.", "{})", "({})", "-", "•", "*", "o", "{}")
_LEADERS = ("", "", "", "", "", "", "....", "........", "____")
#: Chance of hurried writing by kind of prose; 0.06 for all other kinds.
_HASTE = {"note": 0.75, "opinion": 0.2, "detail": 0.25}


@dataclass(frozen=True, slots=True)
class _Room:
    """Room for prose and the setting of its lines. `first`: indent of first lines, pixels."""

    x0: float
    x1: float
    leading: float
    first: float
    between: float


def prose_fields(*kinds: str, least: int = 1, most: int = 3) -> Block:
    """Return a block of `least` to `most` labels, each answered by prose of one of these `narration.KINDS`."""

    def block(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
        rng, size = canvas.rng, canvas.size
        place = rng.choice(_PLACES)
        trade = rng.choice(TRADES)
        room = _Room(
            x0, x1, rng.uniform(1.1, 1.9), rng.choice((0.0, 0.0, 0.0, 2.0, 4.0)) * size, rng.uniform(0.2, 1.3) * size
        )
        for number in range(1, 1 + rng.randint(least, most)):
            if y > 0.88 * canvas.height:
                break
            kind = rng.choice(kinds)
            name = label(kind, canvas.vocabulary, rng, style, number)
            texts = _texts(canvas, kind, trade) if rng.random() < 0.35 + 0.65 * style.filled else []
            y = (place if rng.random() < 0.85 else rng.choice(_PLACES))(canvas, room, name, texts, y)
            y += rng.uniform(0.5, 1.6) * size
        return y

    return block


def instructions(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print text of the form itself: instructions, warnings, reservations; in small print or as a list."""
    rng, size = canvas.rng, canvas.size
    scale = size * rng.choice((0.75, 0.85, 1.0, 1.0))
    mark = rng.choice(("", "", "", *_MARKS))
    lead = rng.choice(("", "", "", "Instructions: ", "NOTE: ", "WARNING: ", "Important: ", "NOTICE "))
    for number in range(1, rng.randint(2, 4) if mark else 2):
        text = narration.instruction(canvas.vocabulary, rng, 1 if mark else rng.choice((1, 2, 3, 5)))
        text = f"{mark.format(number)} {text}".strip() if mark else lead + text
        text = text.upper() if rng.random() < 0.12 else text
        y = canvas.text(text, x0, y, OTHER, size=scale, room=(x1 - x0) * rng.uniform(0.7, 1.0)).y1 + 0.35 * size
    return y + 0.3 * size


def letter_body(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the body of a letter: prose as in answers, but without a label."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    trade, first, leading = rng.choice(TRADES), rng.choice((0.0, 0.0, 3.0)) * size, rng.uniform(1.15, 1.6)
    if rng.random() < 0.6:
        hail = rng.choice(("Dear Sir:", "Gentlemen:", "To whom it may concern:", "Dear {},", "Dear {}:", "{}:", "{} -"))
        y = canvas.text(hail.format(name_with_initials(v, rng)), x0, y, OTHER).y1 + 0.8 * size
    for _ in range(rng.randint(1, 3)):
        text = narration.narrate(
            v, rng, rng.choice(("account", "account", "advice", "reason", "about")), rng.randint(2, 4), trade
        )
        y = canvas.text(text, x0, y, OTHER, room=x1 - x0, leading=leading, first=first).y1 + 0.9 * size
    if rng.random() < 0.7:
        y = canvas.text(rng.choice(v.closings), x0 + rng.choice((0.0, 0.5)) * (x1 - x0), y, OTHER).y1 + size
    return y


def _texts(canvas: Canvas, kind: str, trade: dict[str, tuple[str, ...]]) -> list[str]:
    """Return paragraphs, statements or remarks; each is an answer."""
    rng, v = canvas.rng, canvas.vocabulary
    drawn = rng.random()
    if kind in ("aim", "advice", "detail", "opinion") and drawn < 0.55:
        mark = rng.choice((*_MARKS, "", '"'))
        parts = [narration.narrate(v, rng, kind, rng.choice((1, 1, 1, 2)), trade) for _ in range(rng.randint(2, 6))]
        if mark == '"' or (kind == "opinion" and rng.random() < 0.5):
            parts = [part if '"' in part else f'"{part}"' for part in parts]
            mark = ""
        texts = [f"{mark.format(number)} {part}".strip() for number, part in enumerate(parts, 1)]
    else:
        lengths = [rng.choice((1, 2, 3, 4, 5, 6, 7)) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
        texts = [_paragraph(v, rng, kind, length, trade) for length in lengths]
    if rng.random() < _HASTE.get(kind, 0.06):
        texts = [narration.write_hurriedly(text, rng) for text in texts]
    elif rng.random() < 0.08:
        texts = [narration.write_as_telegram(text, rng) for text in texts]
    return texts


def _paragraph(v: Vocabulary, rng: Random, kind: str, length: int, trade: dict[str, tuple[str, ...]]) -> str:
    """Return sentences mostly of one kind, perhaps with one sentence of another kind or of no trade."""
    told = [narration.narrate(v, rng, kind, max(1, length - 1), trade)]
    if length > 1:
        other = rng.choice((kind, "account", "about", ""))
        told.insert(rng.randint(0, 1), narration.narrate(v, rng, other, 1, trade) if other else prose(v, rng, 1))
    return " ".join(told)


def _above(canvas: Canvas, room: _Room, name: str, texts: list[str], y: float) -> float:
    """Print the prose below the label, indented or not."""
    rng, size = canvas.rng, canvas.size
    key = canvas.text(name, room.x0, y, QUESTION, room=room.x1 - room.x0)
    if rng.random() < 0.15:
        canvas.rule(key.x0, key.y1 + 0.15 * size, key.x1, key.y1 + 0.15 * size)
    indent = rng.choice((0.0, 0.0, 1.0, 3.0)) * size
    return _put(canvas, room, key, texts, room.x0 + indent, key.y1 + rng.uniform(0.3, 1.1) * size)


def _hanging(canvas: Canvas, room: _Room, name: str, texts: list[str], y: float) -> float:
    """Print the prose behind the label; further lines keep the indent of its beginning."""
    key, leader = _beside(canvas, room, name, y)
    return max(key.y1, _put(canvas, room, key, texts, leader, key.y1 - canvas.size))


def _wrapped(canvas: Canvas, room: _Room, name: str, texts: list[str], y: float) -> float:
    """Print the prose behind the label; further lines begin at the margin."""
    key, leader = _beside(canvas, room, name, y)
    if not texts:
        return key.y1
    top = key.y1 - canvas.size
    spot = canvas.text(
        texts[0], room.x0, top, ANSWER, room=room.x1 - room.x0, leading=room.leading, first=leader - room.x0
    )
    canvas.link(key, spot)
    return _put(canvas, room, key, texts[1:], room.x0, spot.y1 + room.between)


def _column(canvas: Canvas, room: _Room, name: str, texts: list[str], y: float) -> float:
    """Print the prose in a column right of the labels."""
    at = room.x0 + 0.28 * (room.x1 - room.x0)
    key = canvas.text(name, room.x0, y, QUESTION, room=at - room.x0 - canvas.size)
    return max(key.y1, _put(canvas, room, key, texts, at, y))


def _boxed(canvas: Canvas, room: _Room, name: str, texts: list[str], y: float) -> float:
    """Print the prose in a box, with the label in its upper left corner."""
    size, inset = canvas.size, 0.5 * canvas.size
    key = canvas.text(name, room.x0 + inset, y + inset, QUESTION, size=size * canvas.rng.choice((0.75, 0.9, 1.0)))
    inner = _Room(room.x0 + inset, room.x1 - inset, room.leading, room.first, room.between)
    bottom = _put(canvas, inner, key, texts, inner.x0, key.y1 + inset) + canvas.rng.choice((0.5, 1.0, 4.0)) * size
    canvas.frame(room.x0, y, room.x1, bottom)
    return bottom


_PLACES: tuple[Callable[[Canvas, _Room, str, list[str], float], float], ...] = (
    _above,
    _above,
    _hanging,
    _wrapped,
    _wrapped,
    _column,
    _boxed,
)


def _beside(canvas: Canvas, room: _Room, name: str, y: float) -> tuple[Spot, float]:
    """Print the label. Return it, and the x where prose behind it may begin."""
    rng, size = canvas.rng, canvas.size
    key = canvas.text(name, room.x0, y, QUESTION, room=0.6 * (room.x1 - room.x0))
    leader, x = rng.choice(_LEADERS), key.x1 + rng.uniform(0.4, 1.2) * size
    if leader:
        canvas.stray(leader, x, key.y1 - size)
        x += canvas.measure(leader) + 0.4 * size
    return key, x


def _put(canvas: Canvas, room: _Room, key: Spot, texts: list[str], x: float, y: float) -> float:
    """Print each text as an answer of its own, one below the other."""
    for text in texts:
        spot = canvas.text(text, x, y, ANSWER, room=room.x1 - x, leading=room.leading, first=room.first)
        canvas.link(key, spot)
        y = spot.y1 + room.between
    return y if texts else y + canvas.rng.choice((0.5, 2.0, 5.0)) * canvas.size
