"""Papers on which people tell at length: projects, incidents, meetings, complaints, visits, claims, ideas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from synthetic import fields, prose
from synthetic.english import asking, checks, headings, matrices, routing, sheets
from synthetic.english.sheets import maybe, some
from synthetic.english.telling import letter, orders, telling
from synthetic.family import Block, Family


def _family(name: str, weight: float, blocks: Callable[[Random], Sequence[Block]]) -> Family:
    """A family whose pages have prose that answers nothing, too: what the form says of itself, between its parts."""

    def drawn(rng: Random) -> Sequence[Block]:
        parts = list(blocks(rng))
        for _ in range(rng.choice((0, 1, 1, 1, 2))):
            parts.insert(rng.randint(1, len(parts)), rng.choice((orders, orders, orders, sheets.text, prose.notes)))
        return parts

    return sheets.family(name, weight, drawn)


FAMILIES = (
    _family(
        "project_outline",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 2),
            telling("about", most=2),
            *some(
                r, (telling("aim"), telling("reason", "advice"), sheets.headed(telling("aim", "about")), orders), 1, 3
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
            *maybe(r, orders),
            telling("account", most=2),
            *some(r, (telling("account", "reason"), telling("advice"), checks.yes_no, orders), 0, 2),
            routing.captions,
        ],
    ),
    _family(
        "minutes",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 1),
            *maybe(r, asking.copies),
            telling("account", "about", "advice", least=2, most=4),
            *maybe(r, sheets.headed(telling("advice", "note", least=2))),
        ],
    ),
    _family(
        "guest_comments",
        0.7,
        lambda r: [
            headings.opening,
            *maybe(r, orders, 0.7),
            *some(r, (checks.yes_no, checks.across, fields.lines), 1, 2),
            telling("opinion", least=2, most=4),
            *some(r, (telling("advice", most=1), orders, fields.rows), 0, 2),
        ],
    ),
    _family(
        "amendment",
        0.6,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, routing.memo), 1, 2),
            telling("reason", most=2),
            *some(r, (telling("about"), telling("detail"), matrices.single, orders), 1, 2),
            r.choice((routing.approvals, routing.captions)),
        ],
    ),
    _family(
        "research_plan",
        0.6,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.7),
            telling("aim", most=2),
            telling("about", "reason"),
            *some(r, (telling("detail"), telling("advice"), fields.rows, orders), 0, 2),
        ],
    ),
    _family(
        "service_report",
        0.6,
        lambda r: [
            headings.opening,
            *some(r, (fields.grid, fields.stacks, fields.lines), 1, 2),
            telling("account", "reason", "note", least=2, most=3),
            *some(r, (matrices.single, telling("note"), checks.listed, orders), 0, 2),
            *maybe(r, fields.signature),
        ],
    ),
    _family(
        "case_notes",
        0.6,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            *some(r, (fields.lines, fields.rows), 1, 2),
            telling("note", "account", least=2, most=5),
            *maybe(r, orders),
        ],
    ),
    _family(
        "visit_report",
        0.6,
        lambda r: [
            headings.title,
            routing.memo,
            telling("aim", "about", most=2),
            telling("account", "opinion", most=3),
            *maybe(r, telling("advice", most=1)),
        ],
    ),
    _family(
        "product_details",
        0.5,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 1),
            telling("detail", "about", least=2, most=4),
            *some(r, (sheets.headed(telling("detail")), matrices.measured, orders), 0, 2),
        ],
    ),
    _family(
        "advertising_copy",
        0.4,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.rows), 1, 2),
            telling("about", "opinion", least=2, most=4),
            *maybe(r, orders),
        ],
    ),
    _family(
        "suggestion",
        0.6,
        lambda r: [
            headings.opening,
            *maybe(r, orders),
            *some(r, (fields.stacks, fields.lines, fields.rows), 1, 1),
            telling("about", "reason", most=2),
            telling("advice", "aim", most=2),
            *some(r, (checks.across, sheets.text, routing.captions), 0, 2),
        ],
    ),
    _family(
        "letter_with_reply",
        0.7,
        lambda r: [
            headings.sender,
            *maybe(r, routing.memo),
            letter,
            *some(r, (routing.closing, orders), 0, 1),
            *maybe(r, telling("note", "opinion", "advice", most=2), 0.7),
            *some(r, (fields.rows, fields.lines), 1, 1),
        ],
    ),
)
