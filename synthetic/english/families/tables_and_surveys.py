"""Families with many printed words: tables with names for rows, lists in capitals, surveys, declarations, faxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from synthetic.blocks import fields, prose
from synthetic.canvas import Canvas
from synthetic.english import table_kinds
from synthetic.english.blocks import check_boxes, data_tables, headings, page_layout, routing
from synthetic.english.blocks.declarations import declaration
from synthetic.english.blocks.machine_and_legal_text import company_title, copy_list, legal_text, machine_lines
from synthetic.english.blocks.named_row_tables import table, typed_list
from synthetic.english.blocks.page_layout import maybe, some
from synthetic.english.blocks.questionnaires import interviewer_notes, questions, rating_scale
from synthetic.family import Block, Family
from synthetic.style import Style

_CAPITALS = (frozenset(("QUESTION", "ANSWER")), frozenset(("ANSWER",)), frozenset(("HEADER", "QUESTION")))


def family(name: str, weight: float, blocks: Callable[[Random], Sequence[Block]]) -> Family:
    """Return a family with a part of its pages typed in capitals."""

    def drawn(rng: Random) -> Sequence[Block]:
        return [*maybe(rng, _capitals, 0.3), *blocks(rng)]

    return page_layout.family(name, weight, drawn)


def _capitals(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Print nothing; set the labels that further blocks print in capitals."""
    canvas.upper = canvas.rng.choice(_CAPITALS)
    return y


FAMILIES = (
    family(
        "market_table",
        0.9,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.4),
            table(table_kinds.MARKET),
            *some(r, (table(table_kinds.MARKET), page_layout.paragraph, prose.notes), 0, 2),
        ],
    ),
    family(
        "laboratory_sheet",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.lines, typed_list(table_kinds.LABORATORY)), 1, 2),
            table(table_kinds.LABORATORY),
            *some(r, (table(table_kinds.LABORATORY), page_layout.paragraph, routing.captions), 0, 2),
        ],
    ),
    family(
        "cost_breakdown",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 1),
            table(table_kinds.COSTS),
            *some(r, (table(table_kinds.COSTS), fields.totals, routing.approvals, page_layout.paragraph), 0, 2),
        ],
    ),
    family(
        "inspection_checklist",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.grid), 0, 2),
            table(table_kinds.CHECKS),
            *some(r, (table(table_kinds.CHECKS), page_layout.paragraph, fields.signature), 0, 2),
        ],
    ),
    family(
        "media_schedule",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            table(table_kinds.MEDIA),
            *some(r, (table(table_kinds.MEDIA), data_tables.roster, page_layout.paragraph), 0, 2),
        ],
    ),
    family(
        "personnel_change",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, typed_list(table_kinds.CHANGES)), 1, 2),
            table(table_kinds.CHANGES),
            *some(r, (table(table_kinds.CHANGES), routing.approvals, page_layout.paragraph), 0, 2),
        ],
    ),
    family(
        "shipping_papers",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.grid, prose.party), 1, 2),
            *some(r, (table(table_kinds.GOODS), data_tables.roster), 1, 2),
            *some(r, (typed_list(table_kinds.GOODS), page_layout.paragraph, fields.signature), 0, 2),
        ],
    ),
    family(
        "typed_specification",
        0.8,
        lambda r: [
            headings.opening,
            *some(
                r,
                (
                    typed_list(table_kinds.LABORATORY),
                    typed_list(table_kinds.MARKET),
                    typed_list(table_kinds.COSTS),
                    typed_list(table_kinds.MEDIA),
                ),
                1,
                3,
            ),
            *some(r, (page_layout.paragraph, routing.approvals, table(table_kinds.LABORATORY)), 0, 2),
        ],
    ),
    family(
        "opinion_survey",
        1.1,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            *some(r, (interviewer_notes, fields.lines, page_layout.paragraph), 0, 2),
            *some(r, (questions, questions, rating_scale), 1, 3),
            *maybe(r, check_boxes.across, 0.3),
        ],
    ),
    family(
        "interview_record",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, fields.lines), 1, 2),
            questions,
            *some(r, (rating_scale, interviewer_notes, check_boxes.yes_no, questions), 0, 2),
        ],
    ),
    family(
        "rating_sheet",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 0, 2),
            rating_scale,
            *some(r, (rating_scale, questions, page_layout.paragraph, routing.captions), 0, 2),
        ],
    ),
    family(
        "declaration",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 1),
            declaration,
            *some(r, (declaration, page_layout.paragraph, routing.captions, fields.signature), 1, 3),
        ],
    ),
    family(
        "stamped_fax",
        0.9,
        lambda r: [
            machine_lines,
            r.choice((company_title, headings.opening)),
            routing.memo,
            *some(
                r,
                (
                    typed_list(table_kinds.CHANGES),
                    typed_list(table_kinds.GOODS),
                    page_layout.paragraph,
                    legal_text,
                    fields.stacks,
                ),
                1,
                3,
            ),
            *maybe(r, legal_text, 0.7),
            *maybe(r, machine_lines),
        ],
    ),
    family(
        "routed_paper",
        0.8,
        lambda r: [
            *maybe(r, machine_lines),
            company_title,
            *some(r, (fields.rows, typed_list(table_kinds.MARKET), routing.approvals, table(table_kinds.COSTS)), 1, 2),
            *some(r, (page_layout.paragraph, legal_text, declaration), 1, 2),
            r.choice((copy_list, machine_lines, routing.closing)),
        ],
    ),
)
