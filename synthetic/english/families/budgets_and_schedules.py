"""Families that are mostly tables: budgets, schedules, statistics, statements, specifications, lists."""

from __future__ import annotations

from synthetic.blocks import fields, prose, tables
from synthetic.english.blocks import data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import family, maybe, some

FAMILIES = (
    family(
        "budget",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            *some(r, (data_tables.numeric, data_tables.names_and_figures), 1, 2),
            *some(r, (page_layout.paragraph, long_fields.essays, fields.totals, routing.approvals), 0, 2),
        ],
    ),
    family(
        "schedule",
        0.9,
        lambda r: [
            headings.opening,
            *maybe(r, fields.rows, 0.7),
            r.choice((data_tables.calendar, data_tables.roster)),
            *some(r, (data_tables.calendar, data_tables.roster, fields.totals, page_layout.paragraph), 0, 2),
        ],
    ),
    family(
        "statistics",
        0.9,
        lambda r: [
            headings.title,
            *maybe(r, page_layout.paragraph, 0.4),
            data_tables.numeric,
            *some(r, (data_tables.numeric, page_layout.paragraph, prose.notes), 0, 2),
        ],
    ),
    family(
        "statement",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, page_layout.beside), 1, 2),
            *some(r, (data_tables.names_and_figures, data_tables.names_and_figures, tables.summary), 1, 3),
            *maybe(r, page_layout.paragraph),
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "specification",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.stacks), 0, 2),
            *some(
                r,
                (data_tables.names_and_figures, long_fields.groups, data_tables.names_and_figures, data_tables.numeric),
                2,
                4,
            ),
            *maybe(r, routing.approvals),
        ],
    ),
    family(
        "list",
        0.8,
        lambda r: [
            headings.opening,
            *maybe(r, fields.lines),
            data_tables.roster,
            *some(r, (data_tables.roster, page_layout.paragraph, fields.totals), 0, 2),
        ],
    ),
    family(
        "expense_statement",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks), 1, 2),
            r.choice((data_tables.calendar, data_tables.numeric)),
            *some(r, (data_tables.roster, data_tables.names_and_figures), 0, 1),
            fields.totals,
            *some(r, (routing.captions, routing.approvals, page_layout.paragraph), 1, 2),
        ],
    ),
)
