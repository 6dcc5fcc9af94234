"""Questionnaires of interviewers: long numbered questions, options with codes or blanks, rating scales."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.english.blocks.check_boxes import option
from synthetic.style import Style, compound
from synthetic.text.sentences import WORDS, capital, clause, fill, long_question
from synthetic.text.typed_values import filled
from synthetic.words import word_list, word_lists

#: Words for the marks of patterns, see `english-questionnaires.toml`.
_WORDS = WORDS | word_lists("english-questionnaires", "words")
_QUESTIONS = word_list("english-questionnaires", "questions")
_FOLLOWING = word_list("english-questionnaires", "follow-ups")
_STATEMENTS = word_list("english-questionnaires", "statements")
_ORDERS = word_list("english-questionnaires", "interviewer-notes")
_OPTIONS = word_list("english-questionnaires", "options")
_SCALES = word_list("english-questionnaires", "scales")


def questions(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print long numbered questions, each with options or with a blank, some with follow-up questions."""
    rng, size = canvas.rng, canvas.size
    mark = rng.choice(("{}.", "{}.", "{})", "Q{}.", "{}a.", "({})", "Q.{}"))
    inside, start, across = rng.random() < 0.6, rng.choice((1, 1, 1, rng.randint(2, 30))), rng.random() < 0.5
    coded, box = rng.random() < 0.3, rng.choice(("", "( )", "[ ]", "___", "□", "____"))
    for number in range(start, start + rng.randint(3, 8)):
        text = fill(rng.choice(_QUESTIONS), canvas.vocabulary, rng, _WORDS)
        left = x0 + 2.6 * size
        text = capital(long_question(canvas.vocabulary, rng) if rng.random() < 0.2 else text)
        if inside:
            key = canvas.text(f"{mark.format(number)} {text}", x0, y, QUESTION, room=x1 - x0)
        else:
            canvas.text(mark.format(number), x0, y, OTHER)
            key = canvas.text(text, left, y, QUESTION, room=x1 - left)
        y = key.y1 + rng.uniform(0.3, 0.8) * size
        if rng.random() < 0.25:
            y = interviewer_notes(canvas, style, left, x1, y)
        y = (
            _options(canvas, style, left, x1, y, box, across, coded)
            if rng.random() < 0.6
            else _words(canvas, style, key, left, x1, y)
        )
        for letter in "abc"[: rng.choice((0, 0, 0, 1, 2, 3))]:
            text = capital(fill(rng.choice(_FOLLOWING), canvas.vocabulary, rng, _WORDS))
            form = f"{letter}. {text}" if rng.random() < 0.7 else text
            key = canvas.text(form, left, y, QUESTION, room=x1 - left)
            y = _words(canvas, style, key, left + size, x1, key.y1 + 0.3 * size)
        y += size * (style.leading - 1)
    return y


def rating_scale(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print statements in rows and a scale as columns of marks, or the numbers of the scale in every row."""
    rng, size = canvas.rng, canvas.size
    scale = rng.choice(_SCALES).split("/")
    left = x0 + rng.uniform(0.42, 0.6) * (x1 - x0)
    pitch = (x1 - left) / len(scale)
    if rng.random() < 0.4:
        y = interviewer_notes(canvas, style, x0, x1, y)
    if rng.random() < 0.3:
        title = rng.choice((compound(canvas.vocabulary, rng), "STATEMENTS", "Attributes", "How would you rate:"))
        canvas.text(title, x0, y, rng.choice((HEADER, QUESTION)), room=left - x0 - size)
    heads = [
        canvas.text(name, left + place * pitch, y, QUESTION, room=pitch - 0.5 * size, align="center", size=0.9 * size)
        for place, name in enumerate(scale)
    ]
    y = max(head.y1 for head in heads) + 0.7 * size
    repeated, mark = rng.random() < 0.3, rng.choice(("X", "X", "x", "✓", "√", "O"))
    form = rng.choice(("{s}", "{s}", "{n}. {s}", "{l}. {s}", "({l}) {s}"))
    for number in range(rng.randint(3, 10)):
        text = capital(fill(rng.choice(_STATEMENTS), canvas.vocabulary, rng, _WORDS))
        text = form.format(s=text, n=number + 1, l="abcdefghij"[number])
        key = canvas.text(text, x0, y, QUESTION, room=left - x0 - size)
        chosen = rng.randrange(len(scale)) if rng.random() < style.filled else -1
        for place, head in enumerate(heads):
            x = left + (place + 0.5) * pitch - 0.3 * size
            if place == chosen:
                spot = canvas.text(str(place + 1) if repeated else mark, x, y, ANSWER)
                canvas.link(key, spot)
                canvas.link(head, spot)
            elif repeated:
                canvas.text(str(place + 1), x, y, OTHER)
        y = key.y1 + size * (style.leading - 1)
    return y + 0.5 * size


def interviewer_notes(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print a note to the interviewer."""
    text = fill(canvas.rng.choice(_ORDERS), canvas.vocabulary, canvas.rng, _WORDS)
    return canvas.text(text, x0, y, OTHER, room=x1 - x0).y1 + 0.5 * canvas.size


def _options(
    canvas: Canvas, style: Style, x0: float, x1: float, y: float, box: str, across: bool, coded: bool
) -> float:
    """Print options in a line or below each other, with boxes or codes; the last option may have a blank."""
    rng, size = canvas.rng, canvas.size
    names = rng.choice(_OPTIONS).split("/")
    chosen, x = rng.randrange(len(names)) if rng.random() < style.filled else -1, x0
    for number, name in enumerate(names):
        if across and x + canvas.measure(name) + 5 * size > x1:
            x, y = x0, y + 1.5 * size
        if name.startswith("Other"):
            key = canvas.text(name, x, y, QUESTION)
            end = _blank(canvas, key, key.x1 + size, y, x1, written=number == chosen)
        elif coded:
            key = canvas.text(name, x, y, QUESTION)
            code = canvas.text(str(number + 1), key.x1 + 1.2 * size, y, ANSWER if number == chosen else OTHER)
            if number == chosen:
                canvas.link(key, code)
            end = code.x1
        else:
            end = option(canvas, None, name, x, y, box, False, checked=number == chosen)
        x, y = (end + 2 * size, y) if across else (x0, y + 1.5 * size)
    return y + (1.7 if across else 0.4) * size


def _words(canvas: Canvas, style: Style, key: Spot, x0: float, x1: float, y: float) -> float:
    """Print an answer in words below a question, or an empty line for it."""
    bottom = y + 1.5 * canvas.size
    if canvas.rng.random() < style.filled:
        kind = canvas.rng.choice(("phrase", "phrase", "count", "date", "person", "company", "money"))
        text = (
            clause(canvas.vocabulary, canvas.rng) if kind == "phrase" else filled(kind, canvas.vocabulary, canvas.rng)
        )
        spot = canvas.text(text, x0, y, ANSWER, room=x1 - x0)
        canvas.link(key, spot)
        return max(bottom, spot.y1 + 0.5 * canvas.size)
    _blank(canvas, key, x0, y, x1, written=False)
    return bottom


def _blank(canvas: Canvas, key: Spot, x: float, y: float, x1: float, *, written: bool) -> float:
    """Print a line to write on, or the words written there. Return the x of its end."""
    if written and x1 - x > 8 * canvas.size:
        spot = canvas.text(clause(canvas.vocabulary, canvas.rng), x, y, ANSWER, room=x1 - x)
        canvas.link(key, spot)
        return spot.x1
    if canvas.rng.random() < 0.5:
        canvas.stray("_" * canvas.rng.randint(6, 24), x, y)
    return x + 10 * canvas.size
