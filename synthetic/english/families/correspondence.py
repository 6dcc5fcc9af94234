"""Papers from desk to desk: memos, fax covers, transmittals, replies, calls, routing slips, letters, notices."""

from __future__ import annotations

from synthetic import fields, prose
from synthetic.english import asking, checks, headings, matrices, routing, sheets
from synthetic.english.sheets import family, maybe, some
from synthetic.english.telling import letter

FAMILIES = (
    family(
        "memo",
        2.0,
        lambda r: [
            *maybe(r, headings.opening, 0.7),
            routing.memo,
            *some(r, (sheets.text, letter, asking.essays, asking.groups), 1, 5),
            *maybe(r, asking.copies),
        ],
    ),
    family(
        "fax_cover",
        1.5,
        lambda r: [
            headings.opening,
            routing.memo,
            *maybe(r, checks.across, 0.3),
            *maybe(r, routing.memo, 0.3),
            *some(r, (sheets.text, letter, prose.notes, asking.essays), 1, 3),
        ],
    ),
    family(
        "transmittal",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (routing.memo, sheets.beside, prose.party), 1, 2),
            *some(r, (checks.across, checks.listed), 1, 3),
            *maybe(r, matrices.roster),
            *maybe(r, asking.essays),
            routing.captions,
        ],
    ),
    family(
        "reply_form",
        1.0,
        lambda r: [
            *maybe(r, headings.opening, 0.8),
            sheets.text,
            *some(r, (checks.listed, checks.across, asking.blanks), 1, 3),
            *some(r, (fields.rows, fields.stacks, routing.captions), 1, 2),
            *maybe(r, sheets.text),
        ],
    ),
    family(
        "telephone_call",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *maybe(r, checks.across),
            asking.essays,
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
            *maybe(r, checks.listed),
            *some(r, (routing.approvals, asking.essays, sheets.text), 0, 2),
        ],
    ),
    family(
        "letter_with_fields",
        1.0,
        lambda r: [
            headings.sender,
            *maybe(r, routing.memo, 0.4),
            *some(r, (sheets.text, sheets.text, letter, fields.rows, matrices.single), 3, 7),
            routing.closing,
            *maybe(r, asking.copies),
        ],
    ),
    family(
        "distribution_list",
        0.7,
        lambda r: [
            *some(r, (headings.title, routing.memo), 1, 2),
            *maybe(r, sheets.text),
            *some(r, (asking.copies, matrices.roster), 1, 3),
        ],
    ),
    family(
        "meeting_notice",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo), 1, 2),
            *some(r, (asking.essays, asking.numbered, sheets.text), 1, 4),
            asking.copies,
        ],
    ),
)
