"""Layout of a page: type and margins, and blocks printed from top to bottom until the page is full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from synthetic.blocks import fields, prose
from synthetic.blocks.fields import OTHER
from synthetic.canvas import Canvas
from synthetic.english.blocks import check_boxes, data_tables
from synthetic.english.blocks.headings import heading
from synthetic.english.blocks.margins import margins
from synthetic.family import Block, Family
from synthetic.style import Style
from synthetic.text.sentences import notice

#: A page gets no more blocks above this number of words.
MAX_WORDS = 380
#: Blocks that have no heading of their own.
_PLAIN = (
    fields.rows,
    fields.stacks,
    fields.grid,
    fields.lines,
    data_tables.numeric,
    data_tables.roster,
    check_boxes.yes_no,
)
_CASES = (
    frozenset(("HEADER", "QUESTION", "ANSWER", "OTHER")),
    frozenset(("HEADER", "QUESTION")),
    frozenset(("ANSWER",)),
)


def family(name: str, weight: float, blocks: Callable[[Random], Sequence[Block]], language: str = "en") -> Family:
    """Return a family whose pages have the blocks that `blocks` draws, from top to bottom, and marks in the margins."""

    def draw(canvas: Canvas, style: Style) -> None:
        print_blocks(canvas, style, blocks(canvas.rng))

    return Family(name, (language,), weight, draw)


def print_blocks(canvas: Canvas, style: Style, blocks: Sequence[Block]) -> None:
    """Draw a look for the page, then print these blocks from top to bottom."""
    rng = canvas.rng
    canvas.width, canvas.height = rng.choice(((827.0, 1070.0), (827.0, 1070.0), (827.0, 1070.0), (827.0, 1169.0)))
    if rng.random() < 0.06:
        canvas.width, canvas.height = canvas.height, canvas.width
    canvas.size = rng.uniform(11.5, 18)
    canvas.pitch = rng.uniform(0.55, 0.66) if rng.random() < 0.45 else 0.0
    canvas.hand = rng.uniform(1.2, 1.8) if rng.random() < 0.2 else 1.0
    canvas.upper = rng.choices((frozenset(), *_CASES), (6, 1, 2, 1))[0]
    cases = ("as", "as", "as", "upper", "mixed")
    style = replace(style, filled=rng.choice((0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)), case=rng.choice(cases))
    x0, x1 = rng.uniform(0.03, 0.14) * canvas.width, rng.uniform(0.86, 0.97) * canvas.width
    y = rng.uniform(0.02, 0.09) * canvas.height
    blocks = list(blocks)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        blocks.insert(rng.randint(1, len(blocks)), rng.choice(_PLAIN))
    for block in blocks:
        if y > 0.92 * canvas.height or len(canvas.inks) > MAX_WORDS:
            break
        if block in _PLAIN and rng.random() < 0.3:
            block = headed(block)
        y = block(canvas, style, x0, x1, y) + rng.choice((0.3, 1.0, 1.0, 2.0, 3.0)) * canvas.size
    canvas.height = max(canvas.height, y + canvas.size)
    margins(canvas, style)


def headed(block: Block) -> Block:
    """Return a block that prints a heading and this block; the heading is linked to the questions below it."""

    def under(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
        head = heading(canvas, style, x0, y, x1 - x0)
        y = block(canvas, style, x0, x1, head.y1 + canvas.rng.uniform(0.4, 1.2) * canvas.size)
        canvas.head(head.entity)
        return y

    return under


def some(rng: Random, blocks: Sequence[Block], least: int, most: int) -> list[Block]:
    """Return between `least` and `most` of these blocks; a block may come twice."""
    return rng.choices(blocks, k=rng.randint(least, most))


def maybe(rng: Random, block: Block, chance: float = 0.5) -> list[Block]:
    """Return the block with this chance, or nothing."""
    return [block] if rng.random() < chance else []


def paragraph(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print instructions, or a paragraph of a letter."""
    rng, size = canvas.rng, canvas.size
    words = " ".join(notice(canvas.vocabulary, rng) for _ in range(rng.choice((1, 1, 2, 3, 5))))
    words = words.upper() if rng.random() < 0.2 else words
    words = (
        f"{rng.choice(('NOTE:', '*', '**', 'Note:', '(', 'INSTRUCTIONS:', '1.'))} {words}"
        if rng.random() < 0.2
        else words
    )
    room = (x1 - x0) * rng.uniform(0.6, 1.0)
    return canvas.text(words, x0, y, OTHER, size=size * rng.choice((0.8, 0.9, 1.0, 1.0)), room=room).y1 + 0.5 * size


def beside(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print two blocks of fields side by side."""
    rng = canvas.rng
    middle, gutter = x0 + rng.uniform(0.35, 0.65) * (x1 - x0), rng.uniform(0.5, 2) * canvas.size
    blocks: tuple[Block, ...] = (fields.rows, fields.rows, fields.stacks, prose.party, paragraph)
    spans = ((x0, middle - gutter), (middle + gutter, x1))
    return max(rng.choice(blocks)(canvas, style, left, right, y) for left, right in spans)
