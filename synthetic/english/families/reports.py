"""Papers that tell what was found: in the field, in a laboratory, in a plant, on a project, after an accident."""

from __future__ import annotations

from synthetic import fields
from synthetic.english import asking, checks, headings, matrices, routing, sheets
from synthetic.english.sheets import family, maybe, some

FAMILIES = (
    family(
        "field_report",
        1.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, asking.essays), 2, 4),
            *maybe(r, asking.numbered, 0.3),
            *maybe(r, asking.copies, 0.7),
        ],
    ),
    family(
        "progress_report",
        1.4,
        lambda r: [
            *maybe(r, headings.title),
            routing.memo,
            *maybe(r, checks.listed),
            *some(r, (asking.essays, asking.groups, asking.essays, matrices.roster), 2, 5),
        ],
    ),
    family(
        "laboratory_report",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (matrices.measured, matrices.single), 1, 2),
            *some(r, (asking.essays, sheets.text, fields.rows), 0, 2),
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
            checks.across,
            r.choice((matrices.roster, matrices.measured)),
            asking.essays,
            *maybe(r, asking.copies),
        ],
    ),
    family(
        "data_sheet",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, checks.across), 1, 3),
            *some(r, (asking.essays, matrices.measured, checks.listed), 1, 3),
            *maybe(r, fields.signature),
        ],
    ),
    family(
        "inspection",
        0.9,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 2),
            *some(r, (checks.yes_no, checks.yes_no, matrices.measured), 1, 2),
            asking.essays,
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "incident",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.rows, fields.grid), 1, 3),
            *maybe(r, checks.across),
            asking.essays,
            *some(r, (asking.essays, checks.yes_no, fields.signature), 0, 2),
        ],
    ),
    family(
        "formula",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.lines, fields.rows), 1, 2),
            *some(r, (matrices.single, matrices.roster, asking.groups), 1, 3),
            *some(r, (fields.rows, routing.captions, routing.boxed), 0, 2),
        ],
    ),
    family(
        "evaluation",
        0.8,
        lambda r: [
            headings.title,
            *some(r, (fields.rows, routing.memo), 1, 2),
            *some(r, (asking.numbered, asking.essays, checks.yes_no, matrices.measured), 2, 4),
        ],
    ),
)
