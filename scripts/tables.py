"""Pages of docs/ with a part generated from the code, between two marks; the rest is written by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
_END = "<!-- table: end -->"


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page with a generated part. `script`: the module that generates the part, named in the mark and in messages."""

    page: Path
    script: str
    table: Callable[[], str]

    def with_table(self, text: str) -> str:
        """Return the page with its generated part replaced."""
        begin = f"<!-- table: begin (scripts/{self.script}.py) -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(_END)
        return f"{before}{begin}\n{self.table()}\n{_END}{after}"

    def main(self) -> int:
        """Write the page; with --check only report whether it is current."""
        text = self.page.read_text("utf-8")
        wanted = self.with_table(text)
        if "--check" not in sys.argv:
            self.page.write_text(wanted, "utf-8")
        elif text != wanted:
            print(f"{self.page.name} is not current: run python -m scripts.{self.script}", file=sys.stderr)
            return 1
        return 0
