"""Papers of law, of grants and of persons: affidavits, agreements, notices, claims, applications, surveys, careers."""

from __future__ import annotations

from synthetic import fields, prose
from synthetic.english import asking, checks, headings, matrices, routing, sheets
from synthetic.english.sheets import family, maybe, some

FAMILIES = (
    family(
        "affidavit",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 0, 2),
            asking.blanks,
            *maybe(r, matrices.roster),
            *some(r, (asking.blanks, sheets.text), 1, 2),
            *r.choice(((routing.captions,), (fields.signature,), (routing.closing,))),
        ],
    ),
    family(
        "agreement",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (asking.blanks, fields.rows, asking.groups), 1, 2),
            *some(r, (sheets.text, prose.notes, sheets.text, asking.numbered), 2, 5),
            *some(r, (routing.captions, fields.signature, routing.approvals), 1, 2),
        ],
    ),
    family(
        "legal_notice",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (routing.memo, sheets.beside), 1, 2),
            *maybe(r, checks.across),
            asking.numbered,
            *some(r, (routing.captions, sheets.text, fields.rows), 1, 2),
        ],
    ),
    family(
        "contract_sheet",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (asking.essays, matrices.single, asking.groups), 1, 3),
            routing.approvals,
        ],
    ),
    family(
        "grant_application",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (asking.numbered, fields.stacks, fields.grid), 2, 4),
            *maybe(r, matrices.roster),
            *maybe(r, checks.yes_no),
            *some(r, (sheets.text, routing.captions), 1, 2),
        ],
    ),
    family(
        "career",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.stacks, fields.lines), 1, 2),
            *some(r, (matrices.roster, asking.essays, asking.groups), 2, 4),
        ],
    ),
    family(
        "questionnaire",
        1.2,
        lambda r: [
            headings.opening,
            *maybe(r, sheets.text, 0.7),
            *some(r, (checks.yes_no, checks.listed, checks.across, asking.numbered, asking.essays), 3, 5),
            *maybe(r, sheets.text),
        ],
    ),
    family(
        "personal_record",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.grid, fields.stacks, fields.lines, asking.groups), 2, 4),
            *some(r, (checks.across, matrices.roster), 0, 2),
            *maybe(r, routing.boxed),
            routing.captions,
        ],
    ),
)
