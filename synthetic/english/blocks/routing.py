"""Routing and signatures: memo heads (to, from, date), approvals, captioned signature lines, closings of letters."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, OTHER, QUESTION, answer, question
from synthetic.canvas import Canvas
from synthetic.english.blocks.headings import heading
from synthetic.style import Style, compound, with_mark
from synthetic.text.typed_values import filled, name_with_initials
from synthetic.text.word_lists import LISTS
from synthetic.words import word_list

_ROLES = word_list("blocks", "routing", "roles")
_SIGNED = word_list("blocks", "routing", "signed")
_DATED = word_list("blocks", "routing", "dated")
_MEMO = word_list("blocks", "routing", "memo")
_KINDS = {
    "TO": "person",
    "FROM": "person",
    "DATE": "date",
    "CC": "person",
    "ATTN": "person",
    "PHONE": "phone",
    "FAX": "phone",
    "COMPANY": "company",
    "LOCATION": "city",
    "PAGES": "count",
    "FILE": "number",
}
_CAPTIONS = word_list("blocks", "routing", "captions")


def memo(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print to, from, date and subject: below each other, in two columns, or with values far to the right."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    case = rng.choice((str.upper, str.upper, str.title))
    mark = rng.choice((":", ":", ":", "", " :", "-"))
    names = ["TO", "FROM", *rng.sample(_MEMO[2:], rng.randint(1, 5))]
    if rng.random() < 0.4:
        rng.shuffle(names)
    columns = rng.choice((1, 1, 1, 2))
    offset = rng.uniform(3.5, 10) * size
    wide = (x1 - x0) / columns
    tight = rng.random() < 0.3
    for start in range(0, len(names), columns):
        bottom = y + size
        for column, name in enumerate(names[start : start + columns]):
            x = x0 + column * wide
            key = canvas.text(case(name) + mark, x, y, QUESTION)
            if rng.random() < 0.15 + 0.85 * style.filled:
                at = key.x1 + 0.6 * size if tight else max(x + offset, key.x1 + 0.5 * size)
                kind = _KINDS.get(name, "phrase")
                text = "; ".join(
                    filled(kind, v, rng) for _ in range(2 if name in ("TO", "CC") and rng.random() < 0.2 else 1)
                )
                spot = canvas.text(text, at, y, ANSWER, room=max(x + wide - at - size, 8 * size))
                canvas.link(key, spot)
                bottom = max(bottom, spot.y1)
        y = bottom + size * (style.leading - 1)
    return y + rng.uniform(0.5, 2.0) * size


def approvals(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print roles below each other, with columns for names and dates, signed or not."""
    rng, size = canvas.rng, canvas.size
    headed = heading(canvas, style, x0, y, x1 - x0) if rng.random() < 0.6 else None
    y = headed.y1 + 0.6 * size if headed else y
    left, right = x0 + rng.uniform(0.2, 0.4) * (x1 - x0), x0 + rng.uniform(0.65, 0.85) * (x1 - x0)
    heads = None
    if rng.random() < 0.5:
        heads = (
            canvas.text(rng.choice(_SIGNED), left, y, QUESTION),
            canvas.text(rng.choice(_DATED), right, y, QUESTION),
        )
        y += 1.6 * size
    for role in rng.sample(_ROLES, rng.randint(2, 7)):
        role = role.upper() if style.case == "upper" else role
        key = canvas.text(with_mark(role, rng, style), x0, y, QUESTION, room=left - x0 - 0.5 * size)
        signed = rng.random() < style.filled
        for kind, x, column in (("person", left, 0), ("date", right, 1)):
            if signed and rng.random() < 0.8:
                spot = canvas.text(filled(kind, canvas.vocabulary, rng), x, y, ANSWER)
                canvas.link(key, spot)
                if heads:
                    canvas.link(heads[column], spot)
            elif rng.random() < 0.15:
                canvas.stray("_" * rng.randint(5, 18), x, y)
        if not heads and rng.random() < 0.4:
            canvas.text(rng.choice(_DATED), right - 4 * size, y, QUESTION)
        y = key.y1 + size * rng.uniform(0.5, 1.6)
    if headed:
        canvas.head(headed.entity)
    return y


def captions(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print values on lines, with small captions below the lines; captions in brackets are plain text."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    columns = rng.choice((1, 2, 2, 3))
    wide, bare = (x1 - x0) / columns, rng.random() < 0.4
    kinds = ("person", "date", "phrase", "address", "company", "city", "phone")
    for _ in range(rng.randint(1, 3)):
        for column, kind in enumerate(rng.choices(kinds, (4, 3, 1, 1, 1, 1, 1), k=columns)):
            x, value = x0 + column * wide, None
            if rng.random() < style.filled:
                value = canvas.text(filled(kind, v, rng), x, y, ANSWER, room=wide - size)
            elif rng.random() < 0.3:
                canvas.stray("_" * rng.randint(8, 20), x, y)
            names = LISTS["en"].jobs if kind == "phrase" else v.fields[kind]
            text = rng.choice(_CAPTIONS) if bare else rng.choice((rng.choice(names).split(",")[0], compound(v, rng)))
            scale = size * rng.uniform(0.7, 1.0)
            # In brackets a caption is a remark, not the name of a field.
            key = canvas.text(text, x, y + 1.5 * size, OTHER if bare else QUESTION, size=scale, room=wide - size)
            if not bare:
                canvas.link(key, value)
        y += 3.6 * size
    return y


def closing(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print the end of a letter or an affidavit: a phrase, a name, a title, initials."""
    rng, size, v = canvas.rng, canvas.size, canvas.vocabulary
    x = x0 + rng.choice((0.0, 0.5, 0.55)) * (x1 - x0)
    phrase = rng.choice(
        ("Sincerely,", "Very truly yours,", "Cordially,", "Respectfully submitted,", "Yours very truly,")
    )
    y = canvas.text(phrase, x, y, OTHER).y1 + rng.uniform(0.5, 3) * size
    y = canvas.text(name_with_initials(v, rng), x, y, OTHER).y1 + 0.3 * size
    if rng.random() < 0.6:
        y = canvas.text(rng.choice(LISTS["en"].jobs), x, y, OTHER, room=x1 - x).y1
    if rng.random() < 0.4:
        y = canvas.text(
            f"{rng.choice(('JRM', 'ABC', 'WTD', 'LKP'))}/{rng.choice(('sb', 'jk', 'pam'))}", x0, y + size, OTHER
        ).y1
    return y + size


def boxed(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a small block of fields for the office at one side, with a heading or without."""
    rng, size = canvas.rng, canvas.size
    x = x0 if rng.random() < 0.4 else x0 + rng.uniform(0.4, 0.6) * (x1 - x0)
    head = heading(canvas, style, x, y, x1 - x, centred=0) if rng.random() < 0.7 else None
    y = head.y1 + 0.4 * size if head else y
    for kind in rng.choices(("date", "number", "person", "money", "count", "phrase"), k=rng.randint(2, 5)):
        key = question(canvas, style, kind, x, y, room=0.6 * (x1 - x))
        if rng.random() < style.filled:
            spot = answer(
                canvas, kind, key.x1 + rng.uniform(0.5, 2) * size, y, room=max(x1 - key.x1 - 2 * size, 6 * size)
            )
            canvas.link(key, spot)
            y = max(y, spot.y1 - size)
        y = max(key.y1, y + size) + size * (style.leading - 1)
    if head:
        canvas.head(head.entity)
    return y
