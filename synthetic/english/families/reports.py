"""Families of reports: from the field, a laboratory, a plant, a project, after an accident."""

from __future__ import annotations

from synthetic.blocks import fields
from synthetic.english.blocks import check_boxes, data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import family, maybe, some

FAMILIES = (
    family(
        "field_report",
        1.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, long_fields.essays), 2, 4),
            *maybe(r, long_fields.numbered, 0.3),
            *maybe(r, long_fields.copies, 0.7),
        ],
    ),
    family(
        "progress_report",
        1.4,
        lambda r: [
            *maybe(r, headings.title),
            routing.memo,
            *maybe(r, check_boxes.listed),
            *some(r, (long_fields.essays, long_fields.groups, long_fields.essays, data_tables.roster), 2, 5),
        ],
    ),
    family(
        "laboratory_report",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (data_tables.numeric, data_tables.names_and_figures), 1, 2),
            *some(r, (long_fields.essays, page_layout.paragraph, fields.rows), 0, 2),
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "study_summary",
        1.0,
        lambda r: [
            headings.title,
            fields.lines,
            fields.rows,
            check_boxes.across,
            r.choice((data_tables.roster, data_tables.numeric)),
            long_fields.essays,
            *maybe(r, long_fields.copies),
        ],
    ),
    family(
        "data_sheet",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, check_boxes.across), 1, 3),
            *some(r, (long_fields.essays, data_tables.numeric, check_boxes.listed), 1, 3),
            *maybe(r, fields.signature),
        ],
    ),
    family(
        "inspection",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 2),
            *some(r, (check_boxes.yes_no, check_boxes.yes_no, data_tables.numeric), 1, 2),
            long_fields.essays,
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "incident",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, fields.grid), 1, 3),
            *maybe(r, check_boxes.across),
            long_fields.essays,
            *some(r, (long_fields.essays, check_boxes.yes_no, fields.signature), 0, 2),
        ],
    ),
    family(
        "formula",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.rows), 1, 2),
            *some(r, (data_tables.names_and_figures, data_tables.roster, long_fields.groups), 1, 3),
            *some(r, (fields.rows, routing.captions, routing.boxed), 0, 2),
        ],
    ),
    family(
        "evaluation",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, routing.memo), 1, 2),
            *some(r, (long_fields.numbered, long_fields.essays, check_boxes.yes_no, data_tables.numeric), 2, 4),
        ],
    ),
)
