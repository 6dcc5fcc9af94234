"""Papers that are mostly tables: budgets, schedules, statistics, statements, specifications, lists."""

from __future__ import annotations

from synthetic import fields, prose, tables
from synthetic.english import asking, headings, matrices, routing, sheets
from synthetic.english.sheets import family, maybe, some

FAMILIES = (
    family(
        "budget",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            *some(r, (matrices.measured, matrices.single), 1, 2),
            *some(r, (sheets.text, asking.essays, fields.totals, routing.approvals), 0, 2),
        ],
    ),
    family(
        "schedule",
        0.9,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.7),
            r.choice((matrices.calendar, matrices.roster)),
            *some(r, (matrices.calendar, matrices.roster, fields.totals, sheets.text), 0, 2),
        ],
    ),
    family(
        "statistics",
        0.9,
        lambda r: [
            headings.title,
            *maybe(r, sheets.text, 0.4),
            matrices.measured,
            *some(r, (matrices.measured, sheets.text, prose.notes), 0, 2),
        ],
    ),
    family(
        "statement",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, sheets.beside), 1, 2),
            *some(r, (matrices.single, matrices.single, tables.summary), 1, 3),
            *maybe(r, sheets.text),
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "specification",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.stacks), 0, 2),
            *some(r, (matrices.single, asking.groups, matrices.single, matrices.measured), 2, 4),
            *maybe(r, routing.approvals),
        ],
    ),
    family(
        "list",
        0.8,
        lambda r: [
            headings.opening,
            *maybe(r, fields.lines),
            matrices.roster,
            *some(r, (matrices.roster, sheets.text, fields.totals), 0, 2),
        ],
    ),
    family(
        "expense_statement",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks), 1, 2),
            r.choice((matrices.calendar, matrices.measured)),
            *some(r, (matrices.roster, matrices.single), 0, 1),
            fields.totals,
            *some(r, (routing.captions, routing.approvals, sheets.text), 1, 2),
        ],
    ),
)
