"""Table of docs/reference/failures.md, generated from `prelabel.errors`; --check only compares."""

from __future__ import annotations

import sys

from prelabel.errors import FAILURES
from scripts.tables import DOCS, TablePage


def table() -> str:
    """Return one row for each code, in the order of the tree."""
    rows = ["| reason | class | what it means | what to do |", "|---|---|---|---|"]
    for code, error in FAILURES.items():
        meaning = (error.__doc__ or "").splitlines()[0]
        rows.append(f"| `{code}` | {error.failure_class} | {meaning} | {error.cure} |")
    return "\n".join(rows)


FAILURE_PAGE = TablePage(DOCS / "reference" / "failures.md", "failure_table", table)

if __name__ == "__main__":
    sys.exit(FAILURE_PAGE.main())
