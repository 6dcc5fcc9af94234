"""Text outside of fields that has capitals and digits: fax lines, revision notes, legal text, copy lists."""

from __future__ import annotations

from synthetic.blocks.fields import HEADER, OTHER
from synthetic.canvas import Canvas
from synthetic.style import Style, compound
from synthetic.text.sentences import capital, fill, headline
from synthetic.text.typed_values import filled, name_with_initials
from synthetic.words import word_list

_LINES = word_list("blocks", "machine-text", "lines")
_LEGAL = word_list("blocks", "legal-text", "sentences")
_COPIES = word_list("blocks", "copies", "unlabelled")


def machine_lines(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print one to three lines of a fax machine, or of the printer of the form."""
    rng, v = canvas.rng, canvas.vocabulary
    for _ in range(rng.choice((1, 1, 2, 3))):
        company, number, phone = (filled(kind, v, rng).upper() for kind in ("company", "number", "phone"))
        days, hours = filled("date", v, rng).upper(), filled("time", v, rng)
        n, m = rng.randint(1, 12), rng.randint(2, 40)
        text = rng.choice(_LINES).format(D=days, T=hours, P=phone, C=company, N=number, n=n, m=m)
        align, gap = rng.choice(("left", "left", "center", "right")), rng.uniform(0.3, 1.2)
        spot = canvas.text(text, x0, y, OTHER, size=0.85 * canvas.size, room=x1 - x0, align=align, gap=gap)
        y = spot.y1 + 0.3 * canvas.size
    return y


def legal_text(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print sentences of lawyers and of advertisements."""
    rng = canvas.rng
    text = " ".join(fill(each, canvas.vocabulary, rng) for each in rng.sample(_LEGAL, rng.randint(1, 3)))
    text = text.upper() if rng.random() < 0.4 else capital(text)
    return canvas.text(text, x0, y, OTHER, size=rng.choice((0.8, 1.0)) * canvas.size, room=x1 - x0).y1


def copy_list(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the recipients of copies of a letter, as plain text."""
    rng = canvas.rng
    key = canvas.text(rng.choice(_COPIES), x0, y, OTHER)
    for _ in range(rng.randint(1, 5)):
        y = (
            canvas.text(name_with_initials(canvas.vocabulary, rng), key.x1 + canvas.size, y, OTHER).y1
            + 0.25 * canvas.size
        )
    return max(y, key.y1)


def company_title(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print company, address and title of the paper as one heading of several lines."""
    rng, v = canvas.rng, canvas.vocabulary
    texts = [filled("company", v, rng), *(filled("address", v, rng) for _ in range(rng.choice((0, 1, 1))))]
    texts += rng.choice(([headline(v, rng)], [rng.choice(v.titles)], [rng.choice(v.titles), compound(v, rng)]))
    owner, align = None, rng.choice(("center", "center", "left"))
    for text in texts:
        text = text.upper() if rng.random() < 0.7 else text
        spot = canvas.text(text, x0, y, HEADER, room=x1 - x0, align=align, entity=owner)
        owner, y = spot.entity, spot.y1 + 0.3 * canvas.size
    return y + canvas.size
