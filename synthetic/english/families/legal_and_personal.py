"""Families of legal and personal papers: affidavits, agreements, notices, applications, questionnaires, careers."""

from __future__ import annotations

from synthetic.blocks import fields, prose
from synthetic.english.blocks import check_boxes, data_tables, headings, long_fields, page_layout, routing
from synthetic.english.blocks.page_layout import family, maybe, some

FAMILIES = (
    family(
        "affidavit",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            long_fields.blanks,
            *maybe(r, data_tables.roster),
            *some(r, (long_fields.blanks, page_layout.paragraph), 1, 2),
            *r.choice(((routing.captions,), (fields.signature,), (routing.closing,))),
        ],
    ),
    family(
        "agreement",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (long_fields.blanks, fields.rows, long_fields.groups), 1, 2),
            *some(r, (page_layout.paragraph, prose.notes, page_layout.paragraph, long_fields.numbered), 2, 5),
            *some(r, (routing.captions, fields.signature, routing.approvals), 1, 2),
        ],
    ),
    family(
        "legal_notice",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (routing.memo, page_layout.beside), 1, 2),
            *maybe(r, check_boxes.across),
            long_fields.numbered,
            *some(r, (routing.captions, page_layout.paragraph, fields.rows), 1, 2),
        ],
    ),
    family(
        "contract_sheet",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (long_fields.essays, data_tables.names_and_figures, long_fields.groups), 1, 3),
            routing.approvals,
        ],
    ),
    family(
        "grant_application",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (long_fields.numbered, fields.stacks, fields.grid), 2, 4),
            *maybe(r, data_tables.roster),
            *maybe(r, check_boxes.yes_no),
            *some(r, (page_layout.paragraph, routing.captions), 1, 2),
        ],
    ),
    family(
        "career",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.stacks, fields.lines), 1, 2),
            *some(r, (data_tables.roster, long_fields.essays, long_fields.groups), 2, 4),
        ],
    ),
    family(
        "questionnaire",
        1.2,
        lambda r: [
            headings.opening,
            *maybe(r, page_layout.paragraph, 0.7),
            *some(
                r,
                (check_boxes.yes_no, check_boxes.listed, check_boxes.across, long_fields.numbered, long_fields.essays),
                3,
                5,
            ),
            *maybe(r, page_layout.paragraph),
        ],
    ),
    family(
        "personal_record",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.grid, fields.stacks, fields.lines, long_fields.groups), 2, 4),
            *some(r, (check_boxes.across, data_tables.roster), 0, 2),
            *maybe(r, routing.boxed),
            routing.captions,
        ],
    ),
)
