"""Options with check boxes: mostly fields with the mark in the box as the answer, sometimes answers themselves."""

from __future__ import annotations

from synthetic.blocks import fields
from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.english.blocks.headings import heading
from synthetic.style import Style, compound, with_mark
from synthetic.text.sentences import clause, long_question
from synthetic.text.values import invented
from synthetic.words import word_list

_MARKS = word_list("blocks", "check-boxes", "marks")
_BOXES = ("", "", "", "☐", "( )", "[ ]", "□", "()", "____", "__", "<>", "O", "[]", "_____")
_HINTS = word_list("blocks", "check-boxes", "hints")


def choices(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print options in the manner of the page's language."""
    if canvas.vocabulary.language == "ko":
        return fields.choices(canvas, style, x0, x1, y)
    return canvas.rng.choice((across, across, listed, yes_no))(canvas, style, x0, x1, y)


def across(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print groups of options, each group in one line behind its name."""
    rng, size = canvas.rng, canvas.size
    box, after = rng.choice(_BOXES), rng.random() < 0.5
    # Without marks all options are answers to the name of the group.
    bare = rng.random() < 0.15
    for _ in range(rng.randint(1, 4)):
        head = _group(
            canvas, style, x0, y, (x1 - x0) * 0.4, QUESTION if bare else rng.choice((HEADER, HEADER, QUESTION))
        )
        x = head.x1 + rng.uniform(0.8, 3) * size
        chosen = rng.randrange(4) if rng.random() < style.filled else -1
        for number in range(rng.randint(2, 5)):
            text = _option(canvas)
            if x + canvas.measure(text) > x1 - 3 * size:
                break
            if bare:
                spot = canvas.text(f"{box} {text}", x, y, ANSWER)
                canvas.link(head, spot)
                x = spot.x1 + rng.uniform(0.8, 3) * size
                continue
            x = option(canvas, head, text, x, y, box, after, checked=number == chosen) + rng.uniform(0.8, 3) * size
        y = head.y1 + size * (style.leading - 1)
    return y


def listed(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a heading over options in one to three columns."""
    rng, size = canvas.rng, canvas.size
    head = heading(canvas, style, x0, y, x1 - x0)
    y = head.y1 + 0.5 * size
    if rng.random() < 0.25:
        canvas.text(rng.choice(_HINTS), head.x1 + size, head.y0, OTHER)
    columns, box, after = rng.choice((1, 2, 2, 3)), rng.choice(_BOXES), rng.random() < 0.5
    wide, indent = (x1 - x0) / columns, rng.choice((0, 0, 1.5, 3)) * size
    for _ in range(rng.randint(2, 7)):
        for column in range(columns):
            if rng.random() < 0.1:
                continue
            checked = rng.random() < 0.4 * style.filled
            option(canvas, head, _option(canvas), x0 + indent + column * wide, y, box, after, checked=checked)
        y += size * rng.uniform(1.3, style.leading)
    return y + 0.4 * size


def yes_no(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print questions with one column for yes and one for no, or for other short answers."""
    rng, size = canvas.rng, canvas.size
    left = x0 + rng.uniform(0.6, 0.8) * (x1 - x0)
    names = rng.choice(
        (("YES", "NO"), ("Yes", "No", "N/A"), ("Good", "Fair", "Poor"), ("True", "False"), ("OK", "Not OK"))
    )
    pitch = min(6 * size, (x1 - left) / len(names))
    repeated = rng.random() < 0.3
    heads = [] if repeated else [canvas.text(n, left + i * pitch, y, QUESTION) for i, n in enumerate(names)]
    y += 0 if repeated else 1.5 * size
    for number in range(rng.randint(2, 7)):
        text = long_question(canvas.vocabulary, rng)
        text = f"{number + 1}. {text}" if rng.random() < 0.5 else text
        key = canvas.text(text, x0, y, QUESTION, room=left - x0 - size)
        chosen = rng.randrange(len(names)) if rng.random() < style.filled else -1
        for column, name in enumerate(names):
            at = left + column * pitch
            if repeated:
                option(canvas, None, name, at, y, "", False, checked=column == chosen)
            elif column == chosen:
                mark = canvas.text(rng.choice(_MARKS), at + 0.5 * size, y, ANSWER)
                canvas.link(key, mark)
                canvas.link(heads[column], mark)
        y = key.y1 + size * (style.leading - 1)
    return y


def option(
    canvas: Canvas, head: Spot | None, text: str, x: float, y: float, box: str, after: bool, *, checked: bool
) -> float:
    """Print an option, with its mark before or after it. Return the x of its end. `head`: the name of its group."""
    rng, size = canvas.rng, canvas.size
    if not checked and box and rng.random() < 0.3:
        text, box = f"{box} {text}", ""
    mark = rng.choice(_MARKS) if checked else box
    behind = x + canvas.measure(mark or "X") + 0.5 * size
    x_mark, x_text = (x + canvas.measure(text) + 0.7 * size, x) if after else (x, behind)
    key = canvas.text(text, x_text, y, QUESTION)
    if head is not None and canvas.labels[head.entity] == HEADER:
        canvas.link(head, key)
    if checked:
        canvas.link(key, canvas.text(mark, x_mark, y, ANSWER))
    elif mark:
        canvas.stray(mark, x_mark, y)
    return max(key.x1, x_mark + canvas.measure(mark))


def _group(canvas: Canvas, style: Style, x: float, y: float, room: float, label: str) -> Spot:
    """Print the name of a group of options: a heading, or a field without an answer of its own."""
    rng, v = canvas.rng, canvas.vocabulary
    text = rng.choice((compound(v, rng), rng.choice(v.fields["phrase"]), long_question(v, rng)))
    text = text.upper() if style.case == "upper" else text
    return canvas.text(with_mark(text, rng, style), x, y, label, room=room)


def _option(canvas: Canvas) -> str:
    rng, v = canvas.rng, canvas.vocabulary
    makers = (lambda: rng.choice(v.choices), lambda: compound(v, rng), lambda: clause(v, rng), lambda: invented(v, rng))
    text = rng.choices(makers, (5, 2, 2, 1))[0]()
    return text.upper() if rng.random() < 0.2 else text
