"""Marks at the edges of a page and between its blocks: archive numbers, stamps, fax lines, form numbers, notes."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, OTHER, QUESTION
from synthetic.canvas import Canvas, Ink
from synthetic.style import Style
from synthetic.text.sentences import clause, notice
from synthetic.text.typed_values import filled, name_with_initials
from synthetic.words import word_list

_STAMPS = word_list("blocks", "margins", "stamps")
_WORDS = word_list("blocks", "margins", "notes")
_FORMS = word_list("blocks", "margins", "form-numbers")


def margins(canvas: Canvas, style: Style) -> None:
    """Add some of these marks to a page whose blocks are printed."""
    rng = canvas.rng
    for mark, chance in _MARKS:
        if rng.random() < chance:
            mark(canvas)


def _archive_number(canvas: Canvas) -> None:
    """Print a long archive number, vertical at the right edge or horizontal at the foot."""
    rng, size = canvas.rng, canvas.size
    number = "".join(rng.choice("0123456789") for _ in range(rng.choice((4, 6, 8, 8, 9, 10))))
    if rng.random() < 0.15:
        number = f"{rng.choice(('A', 'TX', 'B', 'MN'))}{number}"
    if rng.random() < 0.55:
        wide, high = rng.uniform(1.2, 2.2) * size, rng.uniform(0.55, 0.8) * len(number) * size
        x, y = canvas.width - rng.uniform(0.5, 2.5) * size - wide, rng.uniform(0.5, 0.98) * canvas.height - high
        canvas.labels.append(OTHER)
        canvas.inks.append(Ink(number, x, y, x + wide, y + high, len(canvas.labels) - 1, wide))
        return
    x, y = rng.choice(
        ((rng.uniform(0.5, 0.85), rng.uniform(0.93, 0.98)), (rng.uniform(0.78, 0.88), rng.uniform(0.6, 0.95)))
    )
    canvas.text(number, x * canvas.width, y * canvas.height, OTHER, size=size * rng.uniform(0.9, 1.6))


def _stamp(canvas: Canvas) -> None:
    """Print a stamp; its date is the answer to it."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    x, y = (
        rng.uniform(0.6, 0.82) * canvas.width,
        rng.choice((rng.uniform(0.01, 0.06), rng.uniform(0.8, 0.93))) * canvas.height,
    )
    key = canvas.text(rng.choice(_STAMPS), x, y, QUESTION, size=size * rng.uniform(1.0, 1.8))
    date = canvas.text(filled("date", v, rng).upper(), x, key.y1 + 0.4 * size, ANSWER)
    canvas.link(key, date)
    if rng.random() < 0.4:
        canvas.text(name_with_initials(v, rng), x, date.y1 + 0.4 * size, OTHER)


def _fax_line(canvas: Canvas) -> None:
    """Print a fax header along the top."""
    rng, v = canvas.rng, canvas.vocabulary
    parts = [filled("date", v, rng), filled("time", v, rng), filled("company", v, rng).upper(), filled("phone", v, rng)]
    rng.shuffle(parts)
    text = "  ".join([*parts[: rng.randint(2, 4)], f"P.{rng.randint(1, 20)}"])
    canvas.text(text, rng.uniform(0.02, 0.2) * canvas.width, 2, OTHER, size=0.85 * canvas.size, gap=rng.uniform(0.5, 2))


def _form_number(canvas: Canvas) -> None:
    rng = canvas.rng
    text = rng.choice(_FORMS).format(filled("number", canvas.vocabulary, rng))
    x, y = rng.choice((0.05, 0.06, 0.75)) * canvas.width, rng.choice((0.015, 0.955, 0.965)) * canvas.height
    canvas.text(text, x, y, OTHER, size=canvas.size * rng.uniform(0.65, 0.9))


def _note(canvas: Canvas) -> None:
    """Print a handwritten word or remark at the side."""
    rng, v = canvas.rng, canvas.vocabulary
    text = rng.choice(
        (rng.choice(_WORDS), rng.choice(_WORDS), clause(v, rng), name_with_initials(v, rng), filled("number", v, rng))
    )
    x, y = rng.uniform(0.6, 0.85) * canvas.width, rng.uniform(0.0, 0.12) * canvas.height
    canvas.text(text, x, y, OTHER, size=canvas.size * rng.uniform(0.9, 1.6))


def _foot(canvas: Canvas) -> None:
    rng, v = canvas.rng, canvas.vocabulary
    page = rng.choice(("{}", "- {} -", "Page {}", "PAGE {} of 9", "{} of 9", "-{}-")).format(rng.randint(1, 9))
    text = rng.choice((page, page, notice(v, rng), filled("company", v, rng), filled("address", v, rng)))
    room, align = 0.8 * canvas.width, rng.choice(("left", "center", "center"))
    y = canvas.height * rng.uniform(0.94, 0.97)
    canvas.text(text, 0.1 * canvas.width, y, OTHER, size=canvas.size * 0.9, room=room, align=align)


_MARKS = (
    (_archive_number, 0.75),
    (_stamp, 0.12),
    (_fax_line, 0.1),
    (_form_number, 0.25),
    (_note, 0.3),
    (_foot, 0.35),
)
