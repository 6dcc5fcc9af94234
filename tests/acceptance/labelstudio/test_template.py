"""The dump from which devstack's servers start, against a real migration of the installed Label Studio."""

from __future__ import annotations

from pathlib import Path

import pytest

from devstack import label_studio_template as template
from devstack.label_studio import DATABASE, installed_version, migrate


@pytest.mark.slow
def test_the_dump_is_what_a_real_migration_makes(tmp_path: Path) -> None:
    """Tables, indexes and rows are compared line by line; only the times of the migration are left out."""
    migrate(tmp_path)
    migrated = template.dump(tmp_path / DATABASE)
    template.restore(installed_version(), tmp_path / "restored")
    assert template.dump(tmp_path / "restored").splitlines() == migrated.splitlines()
