"""Papers whose labels have many words: tables with names for rows, lists in capitals, questionnaires, declarations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from synthetic import fields, prose
from synthetic.canvas import Canvas
from synthetic.english import checks, headings, matrices, routing, sheets, stamped, stock
from synthetic.english.declared import declaration
from synthetic.english.opinions import orders, questions, rated
from synthetic.english.rowed import table, typed
from synthetic.english.sheets import maybe, some
from synthetic.family import Block, Family
from synthetic.style import Style

_CAPITALS = (frozenset(("QUESTION", "ANSWER")), frozenset(("ANSWER",)), frozenset(("HEADER", "QUESTION")))


def family(name: str, weight: float, blocks: Callable[[Random], Sequence[Block]]) -> Family:
    """A family of which part of the pages are typed in capitals."""

    def drawn(rng: Random) -> Sequence[Block]:
        return [*maybe(rng, _capitals, 0.3), *blocks(rng)]

    return sheets.family(name, weight, drawn)


def _capitals(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Prints nothing: what follows on the page is in capitals."""
    canvas.upper = canvas.rng.choice(_CAPITALS)
    return y


FAMILIES = (
    family(
        "market_table",
        0.9,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.4),
            table(stock.MARKET),
            *some(r, (table(stock.MARKET), sheets.text, prose.notes), 0, 2),
        ],
    ),
    family(
        "laboratory_sheet",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.lines, typed(stock.LABORATORY)), 1, 2),
            table(stock.LABORATORY),
            *some(r, (table(stock.LABORATORY), sheets.text, routing.captions), 0, 2),
        ],
    ),
    family(
        "cost_breakdown",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 1),
            table(stock.COSTS),
            *some(r, (table(stock.COSTS), fields.totals, routing.approvals, sheets.text), 0, 2),
        ],
    ),
    family(
        "inspection_checklist",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.grid), 0, 2),
            table(stock.CHECKS),
            *some(r, (table(stock.CHECKS), sheets.text, fields.signature), 0, 2),
        ],
    ),
    family(
        "media_schedule",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            table(stock.MEDIA),
            *some(r, (table(stock.MEDIA), matrices.roster, sheets.text), 0, 2),
        ],
    ),
    family(
        "personnel_change",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, typed(stock.CHANGES)), 1, 2),
            table(stock.CHANGES),
            *some(r, (table(stock.CHANGES), routing.approvals, sheets.text), 0, 2),
        ],
    ),
    family(
        "shipping_papers",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.grid, prose.party), 1, 2),
            *some(r, (table(stock.GOODS), matrices.roster), 1, 2),
            *some(r, (typed(stock.GOODS), sheets.text, fields.signature), 0, 2),
        ],
    ),
    family(
        "typed_specification",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (typed(stock.LABORATORY), typed(stock.MARKET), typed(stock.COSTS), typed(stock.MEDIA)), 1, 3),
            *some(r, (sheets.text, routing.approvals, table(stock.LABORATORY)), 0, 2),
        ],
    ),
    family(
        "opinion_survey",
        1.1,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            *some(r, (orders, fields.lines, sheets.text), 0, 2),
            *some(r, (questions, questions, rated), 1, 3),
            *maybe(r, checks.across, 0.3),
        ],
    ),
    family(
        "interview_record",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.lines), 1, 2),
            questions,
            *some(r, (rated, orders, checks.yes_no, questions), 0, 2),
        ],
    ),
    family(
        "rating_sheet",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 0, 2),
            rated,
            *some(r, (rated, questions, sheets.text, routing.captions), 0, 2),
        ],
    ),
    family(
        "declaration",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 1),
            declaration,
            *some(r, (declaration, sheets.text, routing.captions, fields.signature), 1, 3),
        ],
    ),
    family(
        "stamped_fax",
        0.9,
        lambda r: [
            stamped.lines,
            r.choice((stamped.title, headings.opening)),
            routing.memo,
            *some(r, (typed(stock.CHANGES), typed(stock.GOODS), sheets.text, stamped.legal, fields.stacks), 1, 3),
            *maybe(r, stamped.legal, 0.7),
            *maybe(r, stamped.lines),
        ],
    ),
    family(
        "routed_paper",
        0.8,
        lambda r: [
            *maybe(r, stamped.lines),
            stamped.title,
            *some(r, (fields.rows, typed(stock.MARKET), routing.approvals, table(stock.COSTS)), 1, 2),
            *some(r, (sheets.text, stamped.legal, declaration), 1, 2),
            r.choice((stamped.copies, stamped.lines, routing.closing)),
        ],
    ),
)
