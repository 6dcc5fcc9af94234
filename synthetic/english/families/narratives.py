"""Families with long prose: project outlines, statements, minutes, comments, research plans, service reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from synthetic.blocks import fields, prose
from synthetic.english.blocks import check_boxes, data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import maybe, some
from synthetic.english.blocks.prose_answers import instructions, letter_body, prose_fields
from synthetic.family import Block, Family


def _family(name: str, weight: float, blocks: Callable[[Random], Sequence[Block]]) -> Family:
    """Return a family whose pages also have prose of the form itself between their parts."""

    def drawn(rng: Random) -> Sequence[Block]:
        parts = list(blocks(rng))
        for _ in range(rng.choice((0, 1, 1, 1, 2))):
            parts.insert(
                rng.randint(1, len(parts)),
                rng.choice((instructions, instructions, instructions, page_layout.paragraph, prose.notes)),
            )
        return parts

    return page_layout.family(name, weight, drawn)


FAMILIES = (
    _family(
        "project_outline",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 2),
            prose_fields("about", most=2),
            *some(
                r,
                (
                    prose_fields("aim"),
                    prose_fields("reason", "advice"),
                    page_layout.headed(prose_fields("aim", "about")),
                    instructions,
                ),
                1,
                3,
            ),
            *maybe(r, routing.captions),
        ],
    ),
    _family(
        "witness_statement",
        0.6,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, fields.grid), 1, 2),
            *maybe(r, instructions),
            prose_fields("account", most=2),
            *some(
                r, (prose_fields("account", "reason"), prose_fields("advice"), check_boxes.yes_no, instructions), 0, 2
            ),
            routing.captions,
        ],
    ),
    _family(
        "minutes",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 1),
            *maybe(r, long_fields.copies),
            prose_fields("account", "about", "advice", least=2, most=4),
            *maybe(r, page_layout.headed(prose_fields("advice", "note", least=2))),
        ],
    ),
    _family(
        "guest_comments",
        0.7,
        lambda r: [
            headings.opening,
            *maybe(r, instructions, 0.7),
            *some(r, (check_boxes.yes_no, check_boxes.across, fields.lines), 1, 2),
            prose_fields("opinion", least=2, most=4),
            *some(r, (prose_fields("advice", most=1), instructions, fields.rows), 0, 2),
        ],
    ),
    _family(
        "amendment",
        0.6,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, routing.memo), 1, 2),
            prose_fields("reason", most=2),
            *some(
                r, (prose_fields("about"), prose_fields("detail"), data_tables.names_and_figures, instructions), 1, 2
            ),
            r.choice((routing.approvals, routing.captions)),
        ],
    ),
    _family(
        "research_plan",
        0.6,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.7),
            prose_fields("aim", most=2),
            prose_fields("about", "reason"),
            *some(r, (prose_fields("detail"), prose_fields("advice"), fields.rows, instructions), 0, 2),
        ],
    ),
    _family(
        "service_report",
        0.6,
        lambda r: [
            headings.opening,
            *some(r, (fields.grid, fields.stacks, fields.lines), 1, 2),
            prose_fields("account", "reason", "note", least=2, most=3),
            *some(r, (data_tables.names_and_figures, prose_fields("note"), check_boxes.listed, instructions), 0, 2),
            *maybe(r, fields.signature),
        ],
    ),
    _family(
        "case_notes",
        0.6,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            *some(r, (fields.lines, fields.rows), 1, 2),
            prose_fields("note", "account", least=2, most=5),
            *maybe(r, instructions),
        ],
    ),
    _family(
        "visit_report",
        0.6,
        lambda r: [
            headings.title,
            routing.memo,
            prose_fields("aim", "about", most=2),
            prose_fields("account", "opinion", most=3),
            *maybe(r, prose_fields("advice", most=1)),
        ],
    ),
    _family(
        "product_details",
        0.5,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 1),
            prose_fields("detail", "about", least=2, most=4),
            *some(r, (page_layout.headed(prose_fields("detail")), data_tables.numeric, instructions), 0, 2),
        ],
    ),
    _family(
        "advertising_copy",
        0.4,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.rows), 1, 2),
            prose_fields("about", "opinion", least=2, most=4),
            *maybe(r, instructions),
        ],
    ),
    _family(
        "suggestion",
        0.6,
        lambda r: [
            headings.opening,
            *maybe(r, instructions),
            *some(r, (fields.stacks, fields.lines, fields.rows), 1, 1),
            prose_fields("about", "reason", most=2),
            prose_fields("advice", "aim", most=2),
            *some(r, (check_boxes.across, page_layout.paragraph, routing.captions), 0, 2),
        ],
    ),
    _family(
        "letter_with_reply",
        0.7,
        lambda r: [
            headings.sender,
            *maybe(r, routing.memo),
            letter_body,
            *some(r, (routing.closing, instructions), 0, 1),
            *maybe(r, prose_fields("note", "opinion", "advice", most=2), 0.7),
            *some(r, (fields.rows, fields.lines), 1, 1),
        ],
    ),
)
