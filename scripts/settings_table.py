"""Table of docs/reference/settings.md, generated from `prelabel.settings`; --check only compares."""

from __future__ import annotations

import sys

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from prelabel.settings import ProjectSettings, Settings
from scripts.tables import DOCS, TablePage


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = " ".join(str(part) for part in value)
    if isinstance(value, float):
        value = f"{value:.0f}" if value.is_integer() else f"{value:g}"
    return f"`{value}`" if value != "" else "(empty)"


def table() -> str:
    """Return one row for each setting, in the order of the code."""
    rows = ["| name | default | a project's own | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        own = "yes" if name in ProjectSettings.model_fields else ""
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{name.upper()}` | {_default(field)} | {own} | {meaning} |")
    return "\n".join(rows)


SETTINGS_PAGE = TablePage(DOCS / "reference" / "settings.md", "settings_table", table)

if __name__ == "__main__":
    sys.exit(SETTINGS_PAGE.main())
