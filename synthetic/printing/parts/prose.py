"""Text parts of printed pages: letterheads, titles, running text, parties, footers. See `typesetting.Part`."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from synthetic.printing.lettering import Hand
from synthetic.printing.look import Look
from synthetic.printing.page_texts import PageTexts
from synthetic.printing.sheet import Sheet
from synthetic.printing.typesetting import block, line_width, lines

_LATIN_MARKS = ("1.", "2.", "3.", "I.", "II.", "A.", "B.")
_KOREAN_MARKS = ("1.", "2.", "■", "○", "가.", "※")


def letterhead(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print the sender: a company mark, a name in large type, address and numbers in small type."""
    rng, name = texts.rng, replace(look.head, size=texts.rng.uniform(13, 20))
    align = rng.choice(("left", "left", "center", "right"))
    left = x0
    if align == "left" and rng.random() < 0.5:
        left = _mark(sheet, rng, x0, y)
    y = block(sheet, texts.of("company"), left, x1, y + name.size, name, align=align, most=1)
    for kind in rng.sample(("address", "phone", "email", "url"), rng.randint(1, 3)):
        y = block(sheet, texts.of(kind), left, x1, y + 1.5 * look.small.size, look.small, align=align, most=1)
    if rng.random() < 0.4:
        y += 5
        sheet.rule(x0, y, x1, y, 2 * look.thick)
    return y + 14


def _mark(sheet: Sheet, rng: Random, x: float, y: float) -> float:
    """Print a company mark. Return the x of the room beside it."""
    side = rng.uniform(22, 40)
    if rng.random() < 0.5:
        sheet.ellipse(x, y, x + side, y + side, rng.choice((0, 3)), 0.8)
        sheet.ellipse(x + 0.3 * side, y + 0.3 * side, x + 0.8 * side, y + 0.8 * side, 2, 1)
    else:
        sheet.ground(x, y, x + side, y + 0.6 * side, 0.75)
        sheet.rule(x, y + 0.75 * side, x + side, y + 0.75 * side, 2)
    return x + side + 10


def title(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print the kind of document in large type, perhaps underlined or on a dark ground."""
    rng, how, text = texts.rng, look.title, texts.title()
    if len(text.split()) > 2:
        how = replace(how, hand=Hand())
    elif not text.isascii() and len(text) <= 4 and rng.random() < 0.3:
        how = replace(how, hand=Hand(rng.uniform(0.3, 0.6)))
    align = rng.choice(("center", "center", "center", "left"))
    drawn, base = rng.random(), y + how.size
    if drawn < 0.12:
        sheet.ground(x0, y - 0.1 * how.size, x1, base + 0.45 * how.size, 0.85)
    base = block(sheet, text, x0 + 4, x1 - 4, base, how, align=align, most=2, light=drawn < 0.12)
    if 0.12 <= drawn < 0.35:
        sheet.rule(x0, base + 0.4 * how.size, x1, base + 0.4 * how.size, rng.choice((0.7, 1.5)))
    return base + 0.9 * how.size


def heading(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print the title of a section: plain, numbered, or on a bar."""
    rng, how = texts.rng, look.head
    text, drawn, base = texts.heading(), rng.random(), y + 1.4 * how.size
    if drawn < 0.3:
        text = f"{rng.choice(_LATIN_MARKS if texts.language == 'en' else _KOREAN_MARKS)} {text}"
    if drawn > 0.7:
        dark = look.dark
        sheet.ground(x0, y + 0.2 * how.size, x1, base + 0.5 * how.size, 0.85 if dark else max(look.shade, 0.08))
        return block(sheet, text, x0 + 4, x1 - 4, base, how, most=1, light=dark) + 0.8 * how.size
    block(sheet, text, x0, x1, base, how, most=1)
    if drawn > 0.55:
        sheet.rule(x0, base + 0.15 * how.size, x0 + line_width(text, how), base + 0.15 * how.size, 0.7)
    return base + 0.6 * how.size


def paragraph(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print running text, sometimes flush on both sides."""
    rng, how = texts.rng, look.body
    text = " ".join(texts.sentence() for _ in range(rng.choice((1, 2, 3, 4))))
    wrapped, flush = lines(text, how, x1 - x0), rng.random() < 0.35
    for line in wrapped:
        if sheet.full(y):
            break
        y += how.size * look.leading
        words, x, more = line.split(), x0, 0.0
        spare = x1 - x0 - line_width(line, how)
        if flush and line is not wrapped[-1] and len(words) > 2 and spare < 60:
            more = spare / (len(words) - 1)
        for word in words:
            x = sheet.word(word, x, y, how) + how.space + more
    return y + how.size


def notes(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print small print in numbered or bulleted lines."""
    rng, how = texts.rng, replace(look.small, size=texts.rng.uniform(7, 8.5))
    bullet = rng.choice(("{}.", "{})", "({})", "-", "•" if texts.language == "en" else "※"))
    for number in range(1, rng.randint(3, 6)):
        if sheet.full(y):
            break
        y = block(sheet, f"{bullet.format(number)} {texts.sentence()}", x0, x1, y + 1.5 * how.size, how, most=3)
    return y + 1.4 * how.size


def party(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print a party: its role as a heading, and lines, perhaps framed."""
    rng, top = texts.rng, y
    inner = 6.0 if look.boxed else 0.0
    y = block(sheet, texts.mark(texts.party()), x0 + inner, x1 - inner, y + 1.5 * look.label.size, look.label, most=1)
    for kind in ("company", *rng.sample(("person", "address", "city", "phone", "email"), rng.randint(2, 4))):
        y = block(sheet, texts.of(kind), x0 + inner, x1 - inner, y + 1.4 * look.value.size, look.value, most=2)
    if look.boxed:
        sheet.frame(x0, top, x1, y + 0.7 * look.value.size, look.thick)
    return y + 1.6 * look.value.size


def footer(sheet: Sheet, texts: PageTexts, look: Look, x0: float, x1: float, y: float) -> float:
    """Print thanks, the sender or a page number at the foot of the sheet."""
    rng, y = texts.rng, max(y + 12, sheet.height - texts.rng.uniform(28, 45))
    page = f"Page {rng.randint(1, 3)} of {rng.randint(3, 9)}" if texts.language == "en" else f"- {rng.randint(1, 9)} -"
    text = rng.choice((page, texts.closing(), f"{texts.of('company')} {texts.of('phone')}"))
    return block(sheet, text, x0, x1, y, look.small, align=rng.choice(("center", "left", "right")), most=1)
