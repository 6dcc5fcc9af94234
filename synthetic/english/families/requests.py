"""Families of requests: for checks, goods, samples, travel, changes, projects, print work, transfers."""

from __future__ import annotations

from synthetic.blocks import fields, prose, tables
from synthetic.english.blocks import check_boxes, data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import family, maybe, some

FAMILIES = (
    family(
        "check_request",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, routing.memo), 1, 2),
            *maybe(r, check_boxes.across),
            *some(r, (data_tables.roster, long_fields.essays, data_tables.names_and_figures), 1, 2),
            routing.approvals,
            *maybe(r, routing.boxed),
        ],
    ),
    family(
        "requisition",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, page_layout.beside, fields.grid), 1, 3),
            *r.choice(((data_tables.roster,), (tables.items,), (data_tables.roster, fields.totals))),
            *maybe(r, page_layout.paragraph),
            *some(r, (fields.stacks, routing.approvals, routing.captions), 1, 2),
        ],
    ),
    family(
        "sample_request",
        1.0,
        lambda r: [
            *maybe(r, routing.memo),
            headings.title,
            fields.rows,
            *some(r, (data_tables.calendar, long_fields.groups, check_boxes.listed, data_tables.roster), 1, 3),
            *maybe(r, page_layout.paragraph),
            routing.boxed,
        ],
    ),
    family(
        "travel_request",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 3),
            *r.choice(((data_tables.names_and_figures,), (data_tables.numeric,), (data_tables.roster, fields.totals))),
            *maybe(r, long_fields.essays),
            *some(r, (routing.approvals, routing.captions), 1, 2),
        ],
    ),
    family(
        "change_proposal",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (check_boxes.listed, check_boxes.across), 1, 3),
            *maybe(r, long_fields.essays),
            *some(r, (data_tables.names_and_figures, long_fields.groups), 0, 2),
            routing.approvals,
            *maybe(r, routing.approvals),
        ],
    ),
    family(
        "project_proposal",
        1.4,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo, page_layout.beside), 1, 2),
            *some(r, (long_fields.essays, long_fields.essays, long_fields.groups, check_boxes.across), 2, 4),
            *maybe(r, data_tables.calendar, 0.3),
            *some(r, (routing.approvals, fields.rows, routing.boxed), 1, 2),
        ],
    ),
    family(
        "print_order",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.grid, long_fields.groups), 2, 4),
            *some(r, (check_boxes.across, data_tables.roster, prose.party), 1, 2),
            *maybe(r, long_fields.essays),
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "registration",
        1.0,
        lambda r: [
            headings.opening,
            *maybe(r, page_layout.paragraph, 0.7),
            *some(r, (fields.rows, fields.stacks, fields.lines), 1, 2),
            *some(r, (long_fields.groups, check_boxes.across, check_boxes.listed, page_layout.paragraph), 1, 4),
            *maybe(r, fields.totals, 0.3),
            *maybe(r, page_layout.paragraph),
        ],
    ),
    family(
        "records_transfer",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.lines, fields.rows), 1, 2),
            data_tables.roster,
            *some(r, (routing.captions, page_layout.paragraph, routing.boxed), 0, 2),
        ],
    ),
    family(
        "goods_order",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (page_layout.beside, prose.party, fields.grid), 1, 2),
            tables.items,
            fields.totals,
            *some(r, (page_layout.paragraph, prose.notes, routing.captions, fields.signature), 0, 3),
        ],
    ),
)
