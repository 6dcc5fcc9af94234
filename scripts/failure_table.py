"""Writes the table of docs/failures.md from `prelabel.errors`; with --check it only says if the table is current."""

from __future__ import annotations

import sys
from pathlib import Path

from prelabel.errors import FAILURES
from scripts.tables import TablePage


def table() -> str:
    """One row a code, in the order of the tree."""
    rows = ["| reason | class | what it means | what to do |", "|---|---|---|---|"]
    for code, error in FAILURES.items():
        meaning = (error.__doc__ or "").splitlines()[0]
        rows.append(f"| `{code}` | {error.failure_class} | {meaning} | {error.cure} |")
    return "\n".join(rows)


FAILURE_PAGE = TablePage(Path(__file__).parent.parent / "docs" / "failures.md", "failure_table", table)

if __name__ == "__main__":
    sys.exit(FAILURE_PAGE.main())
