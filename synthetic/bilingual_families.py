"""Families in both languages: business documents, forms, letters, receipts, and pages of blocks in any order."""

from __future__ import annotations

from random import Random

from synthetic.blocks import fields, prose, tables
from synthetic.canvas import Canvas
from synthetic.english.blocks import check_boxes
from synthetic.family import Block, Family
from synthetic.style import Style

#: A page gets no more blocks above this number of words.
MAX_WORDS = 420

_ANY: tuple[tuple[Block, float], ...] = (
    (fields.rows, 5),
    (fields.grid, 4),
    (fields.stacks, 2),
    (fields.lines, 1.5),
    (check_boxes.choices, 1.4),
    (fields.totals, 1.2),
    (fields.signature, 0.8),
    (tables.items, 2.5),
    (tables.plain, 2),
    (tables.summary, 1.6),
    (tables.named_rows, 1),
    (tables.receipt_items, 0.3),
    (prose.paragraph, 2.2),
    (prose.section, 2.2),
    (prose.party, 1.2),
    (prose.notes, 1),
)
_BESIDE: tuple[tuple[Block, float], ...] = (
    (fields.rows, 4),
    (prose.party, 3.5),
    (fields.grid, 3),
    (fields.stacks, 1.5),
    (fields.totals, 1),
    (prose.paragraph, 1),
    (prose.letterhead, 1),
    (prose.notes, 0.7),
)
_WORDY: tuple[tuple[Block, float], ...] = (
    (prose.paragraph, 8),
    (prose.notes, 2),
    (prose.section, 1.5),
    (fields.rows, 1.2),
    (fields.grid, 0.5),
    (tables.plain, 0.4),
)


def _margins(canvas: Canvas) -> tuple[float, float, float]:
    rng = canvas.rng
    left = rng.uniform(0.03, 0.13) * canvas.width
    return left, canvas.width - rng.uniform(0.03, 0.13) * canvas.width, rng.uniform(0.02, 0.08) * canvas.height


def _full(canvas: Canvas, y: float) -> bool:
    return y > canvas.height * 0.9 or len(canvas.inks) > MAX_WORDS


def _document(canvas: Canvas, style: Style) -> None:
    """Draw an invoice, an order or a quotation: sender, title, parties beside numbers, goods, sums, notes."""
    rng = canvas.rng
    x0, x1, y = _margins(canvas)
    head: list[Block] = [prose.title]
    if rng.random() < 0.6:
        head.insert(rng.randrange(2), prose.letterhead)
    for block in head:
        y = block(canvas, style, x0, x1, y)
    if rng.random() < 0.85:
        y = _beside(canvas, style, x0, x1, y)
    if rng.random() < 0.45:
        block = tables.summary if rng.random() < 0.4 else _draw(_ANY, rng)
        y = block(canvas, style, x0, x1, y)
    y = tables.items(canvas, style, x0, x1, y)
    if rng.random() < 0.85:
        y = fields.totals(canvas, style, x0, x1, y) + canvas.size
    while not _full(canvas, y) and rng.random() < 0.8:
        tail = rng.choice(
            (prose.notes, prose.paragraph, fields.signature, fields.rows, fields.lines, tables.summary, prose.footer)
        )
        y = tail(canvas, style, x0, x1, y)
    _end(canvas, style, x0, x1, y)


def _form(canvas: Canvas, style: Style) -> None:
    """Draw an application, a report or a contract: title, sections of fields, a declaration, a signature."""
    rng = canvas.rng
    x0, x1, y = _margins(canvas)
    if rng.random() < 0.25:
        y = prose.letterhead(canvas, style, x0, x1, y)
    y = prose.title(canvas, style, x0, x1, y)
    body: tuple[Block, ...] = (fields.rows, fields.grid, fields.grid, fields.stacks, fields.lines)
    kept = rng.sample(body, 2)
    for _ in range(rng.randint(2, 7)):
        if _full(canvas, y):
            break
        block = rng.choice(kept) if rng.random() < 0.65 else _draw(_ANY, rng)
        block = _headed(block) if rng.random() < 0.5 else block
        y = block(canvas, style, x0, x1, y) + rng.uniform(0.3, 1.5) * canvas.size
    if not _full(canvas, y) and rng.random() < 0.6:
        y = rng.choice((prose.paragraph, prose.notes))(canvas, style, x0, x1, y)
    if not _full(canvas, y) and rng.random() < 0.6:
        y = fields.signature(canvas, style, x0, x1, y)
    _end(canvas, style, x0, x1, y)


def _letter(canvas: Canvas, style: Style) -> None:
    """Draw a contract, a letter or a notice: much text, few fields."""
    rng = canvas.rng
    x0, x1, y = _margins(canvas)
    y = rng.choice((prose.title, prose.letterhead))(canvas, style, x0, x1, y)
    for _ in range(rng.randint(5, 14)):
        if _full(canvas, y):
            break
        y = _draw(_WORDY, rng)(canvas, style, x0, x1, y) + rng.uniform(0.2, 1.0) * canvas.size
    if not _full(canvas, y):
        y = rng.choice((fields.signature, _beside))(canvas, style, x0, x1, y)
    _end(canvas, style, x0, x1, y)


def _receipt(canvas: Canvas, style: Style) -> None:
    """Draw a narrow receipt: shop, numbers, goods, sums, thanks."""
    rng = canvas.rng
    canvas.width = rng.uniform(280, 430)
    x0, x1, y = canvas.width * 0.05, canvas.width * 0.95, 20.0
    y = prose.letterhead(canvas, style, x0, x1, y)
    if rng.random() < 0.6:
        y = prose.title(canvas, style, x0, x1, y)
    y = rng.choice((fields.rows, fields.rows, fields.lines))(canvas, style, x0, x1, y)
    y = rng.choice((tables.items, tables.items, tables.receipt_items))(canvas, style, x0, x1, y + 0.5 * canvas.size)
    y = fields.totals(canvas, style, x0, x1, y + 0.5 * canvas.size)
    if rng.random() < 0.6:
        y = fields.rows(canvas, style, x0, x1, y + 0.5 * canvas.size)
    if rng.random() < 0.5:
        y = prose.paragraph(canvas, style, x0, x1, y)
    y = prose.footer(canvas, style, x0, x1, y + canvas.size)
    canvas.height = max(y * rng.uniform(1.02, 1.3), canvas.width)


def _anything(canvas: Canvas, style: Style) -> None:
    """Draw blocks in random order, as no kind of document has them."""
    rng = canvas.rng
    x0, x1, y = _margins(canvas)
    if rng.random() < 0.6:
        y = prose.title(canvas, style, x0, x1, y)
    while not _full(canvas, y) and rng.random() < 0.93:
        block = _beside if rng.random() < 0.25 else _draw(_ANY, rng)
        y = block(canvas, style, x0, x1, y)
        y += rng.uniform(0.2, 1.6) * canvas.size
    _end(canvas, style, x0, x1, y)


def _beside(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print two blocks side by side, each perhaps under a heading."""
    rng = canvas.rng
    middle = x0 + (x1 - x0) * rng.uniform(0.4, 0.6)
    gutter = rng.uniform(0.5, 2.5) * canvas.size
    same = _draw(_BESIDE, rng) if rng.random() < 0.4 else None
    headed = rng.random() < 0.25
    bottoms = []
    for left, right in ((x0, middle - gutter), (middle + gutter, x1)):
        block = same or _draw(_BESIDE, rng)
        bottoms.append((_headed(block) if headed else block)(canvas, style, left, right, y))
    return max(bottoms) + rng.uniform(0.4, 1.4) * canvas.size


def _headed(block: Block) -> Block:
    """Return a block that prints a heading and this block; the heading is linked to the questions below it."""

    def under(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
        header = len(canvas.labels)
        y = block(canvas, style, x0, x1, prose.section(canvas, style, x0, x1, y))
        canvas.head(header)
        return y

    return under


def _end(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> None:
    if canvas.rng.random() < 0.5:
        y = prose.footer(canvas, style, x0, x1, max(y, canvas.height * canvas.rng.uniform(0.9, 0.96)))
    canvas.height = max(canvas.height, y + 10)


def _draw(blocks: tuple[tuple[Block, float], ...], rng: Random) -> Block:
    return rng.choices([block for block, _ in blocks], [weight for _, weight in blocks])[0]


FAMILIES = (
    Family("document", ("en", "ko"), 2, _document),
    Family("form", ("en", "ko"), 3, _form),
    Family("letter", ("en", "ko"), 1, _letter),
    Family("receipt", ("en", "ko"), 1, _receipt),
    Family("anything", ("en", "ko"), 2, _anything),
)
