"""Writes the table of docs/settings.md from `prelabel.settings`; with --check it only says if the table is current.

The table stands between two marks, so that the rest of the page is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from prelabel.settings import ProjectSettings, Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
BEGIN, END = "<!-- table: begin (scripts/settings_table.py) -->", "<!-- table: end -->"


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = " ".join(str(part) for part in value)
    if isinstance(value, float):
        value = f"{value:g}"
    return f"`{value}`" if value != "" else "(empty)"


def table() -> str:
    """One row a setting, in the order of the code."""
    rows = ["| name | default | a project's own | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        own = "yes" if name in ProjectSettings.model_fields else ""
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{name.upper()}` | {_default(field)} | {own} | {meaning} |")
    return "\n".join(rows)


def page_with_table(text: str) -> str:
    """The page with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> int:
    text = PAGE.read_text("utf-8")
    wanted = page_with_table(text)
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, "utf-8")
    elif text != wanted:
        print("docs/settings.md is not current: run python -m scripts.settings_table", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
