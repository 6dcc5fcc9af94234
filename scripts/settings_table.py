"""Tables of docs/reference/settings.md by purpose, generated from `prelabel.settings`; --check only compares."""

from __future__ import annotations

import sys

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from prelabel.environment.groups import GROUPS, Group
from prelabel.environment.names import variable
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
    """Return a chapter with a table for each group, one row for each setting."""
    return "\n\n".join(_chapter(group) for group in GROUPS)


def _chapter(group: Group) -> str:
    about = [group.about, ""] if group.about else []
    head = [f"## {group.title}", "", *about, "| name | default | a project's own | meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *(_row(field) for field in group.fields)])


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    own = "yes" if name in ProjectSettings.model_fields else ""
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{variable(name)}` | {_default(field)} | {own} | {meaning} |"


SETTINGS_PAGE = TablePage(DOCS / "reference" / "settings.md", "settings_table", table)

if __name__ == "__main__":
    sys.exit(SETTINGS_PAGE.main())
