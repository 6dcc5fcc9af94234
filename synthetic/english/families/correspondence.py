"""Families of correspondence: memos, fax covers, transmittals, replies, calls, routing slips, letters, notices."""

from __future__ import annotations

from synthetic.blocks import fields, prose
from synthetic.english.blocks import check_boxes, data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import family, maybe, some
from synthetic.english.blocks.prose_answers import letter_body

FAMILIES = (
    family(
        "memo",
        2.0,
        lambda r: [
            *maybe(r, headings.opening, 0.7),
            routing.memo,
            *some(r, (page_layout.paragraph, letter_body, long_fields.essays, long_fields.groups), 1, 5),
            *maybe(r, long_fields.copies),
        ],
    ),
    family(
        "fax_cover",
        1.5,
        lambda r: [
            headings.opening,
            routing.memo,
            *maybe(r, check_boxes.across, 0.3),
            *maybe(r, routing.memo, 0.3),
            *some(r, (page_layout.paragraph, letter_body, prose.notes, long_fields.essays), 1, 3),
        ],
    ),
    family(
        "transmittal",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (routing.memo, page_layout.beside, prose.party), 1, 2),
            *some(r, (check_boxes.across, check_boxes.listed), 1, 3),
            *maybe(r, data_tables.roster),
            *maybe(r, long_fields.essays),
            routing.captions,
        ],
    ),
    family(
        "reply_form",
        1.0,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            page_layout.paragraph,
            *some(r, (check_boxes.listed, check_boxes.across, long_fields.blanks), 1, 3),
            *some(r, (fields.rows, fields.stacks, routing.captions), 1, 2),
            *maybe(r, page_layout.paragraph),
        ],
    ),
    family(
        "telephone_call",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *maybe(r, check_boxes.across),
            long_fields.essays,
            *some(r, (routing.boxed, fields.signature), 0, 2),
        ],
    ),
    family(
        "routing_slip",
        1.0,
        lambda r: [
            headings.opening,
            *maybe(r, routing.memo),
            routing.approvals,
            *maybe(r, check_boxes.listed),
            *some(r, (routing.approvals, long_fields.essays, page_layout.paragraph), 0, 2),
        ],
    ),
    family(
        "letter_with_fields",
        1.0,
        lambda r: [
            headings.sender,
            *maybe(r, routing.memo, 0.4),
            *some(
                r,
                (page_layout.paragraph, page_layout.paragraph, letter_body, fields.rows, data_tables.names_and_figures),
                3,
                7,
            ),
            routing.closing,
            *maybe(r, long_fields.copies),
        ],
    ),
    family(
        "distribution_list",
        0.7,
        lambda r: [
            *some(r, (headings.title, routing.memo), 1, 2),
            *maybe(r, page_layout.paragraph),
            *some(r, (long_fields.copies, data_tables.roster), 1, 3),
        ],
    ),
    family(
        "meeting_notice",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 2),
            *some(r, (long_fields.essays, long_fields.numbered, page_layout.paragraph), 1, 4),
            long_fields.copies,
        ],
    ),
)
