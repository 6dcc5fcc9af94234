"""Writes the table of docs/settings.md from `prelabel.settings`; with --check it only says if the table is current."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from prelabel.settings import ProjectSettings, Settings
from scripts.tables import TablePage


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


SETTINGS_PAGE = TablePage(Path(__file__).parent.parent / "docs" / "settings.md", "settings_table", table)

if __name__ == "__main__":
    sys.exit(SETTINGS_PAGE.main())
