"""Papers that ask for something: checks, goods, samples, travel, changes, projects, print work, transfers."""

from __future__ import annotations

from synthetic import fields, prose, tables
from synthetic.english import asking, checks, headings, matrices, routing, sheets
from synthetic.english.sheets import family, maybe, some

FAMILIES = (
    family(
        "check_request",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.stacks, routing.memo), 1, 2),
            *maybe(r, checks.across),
            *some(r, (matrices.roster, asking.essays, matrices.single), 1, 2),
            routing.approvals,
            *maybe(r, routing.boxed),
        ],
    ),
    family(
        "requisition",
        1.2,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, sheets.beside, fields.grid), 1, 3),
            *r.choice(((matrices.roster,), (tables.items,), (matrices.roster, fields.totals))),
            *maybe(r, sheets.text),
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
            *some(r, (matrices.calendar, asking.groups, checks.listed, matrices.roster), 1, 3),
            *maybe(r, sheets.text),
            routing.boxed,
        ],
    ),
    family(
        "travel_request",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines, fields.stacks), 1, 3),
            *r.choice(((matrices.single,), (matrices.measured,), (matrices.roster, fields.totals))),
            *maybe(r, asking.essays),
            *some(r, (routing.approvals, routing.captions), 1, 2),
        ],
    ),
    family(
        "change_proposal",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.lines), 1, 2),
            *some(r, (checks.listed, checks.across), 1, 3),
            *maybe(r, asking.essays),
            *some(r, (matrices.single, asking.groups), 0, 2),
            routing.approvals,
            *maybe(r, routing.approvals),
        ],
    ),
    family(
        "project_proposal",
        1.4,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, routing.memo, sheets.beside), 1, 2),
            *some(r, (asking.essays, asking.essays, asking.groups, checks.across), 2, 4),
            *maybe(r, matrices.calendar, 0.3),
            *some(r, (routing.approvals, fields.rows, routing.boxed), 1, 2),
        ],
    ),
    family(
        "print_order",
        0.8,
        lambda r: [
            headings.opening,
            *some(r, (fields.rows, fields.grid, asking.groups), 2, 4),
            *some(r, (checks.across, matrices.roster, prose.party), 1, 2),
            *maybe(r, asking.essays),
            *maybe(r, routing.captions),
        ],
    ),
    family(
        "registration",
        1.0,
        lambda r: [
            headings.opening,
            *maybe(r, sheets.text, 0.7),
            *some(r, (fields.rows, fields.stacks, fields.lines), 1, 2),
            *some(r, (asking.groups, checks.across, checks.listed, sheets.text), 1, 4),
            *maybe(r, fields.totals, 0.3),
            *maybe(r, sheets.text),
        ],
    ),
    family(
        "records_transfer",
        0.7,
        lambda r: [
            headings.opening,
            *some(r, (fields.stacks, fields.lines, fields.rows), 1, 2),
            matrices.roster,
            *some(r, (routing.captions, sheets.text, routing.boxed), 0, 2),
        ],
    ),
    family(
        "goods_order",
        1.0,
        lambda r: [
            headings.opening,
            *some(r, (sheets.beside, prose.party, fields.grid), 1, 2),
            tables.items,
            fields.totals,
            *some(r, (sheets.text, prose.notes, routing.captions, fields.signature), 0, 3),
        ],
    ),
)
