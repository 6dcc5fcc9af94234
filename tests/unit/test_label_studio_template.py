"""The dump of Label Studio's empty database: of the locked version, complete, and without anybody's data."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from devstack import label_studio_template as template
from scripts import lock

VERSION = lock.pins((lock.LOCKS / "label-studio.txt").read_text("utf-8"))["label-studio"][0][0]
#: Tables in which migrations themselves write rows.
WRITTEN_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission", "core_asyncmigrationstatus"}


def test_there_is_one_dump_and_it_is_of_the_locked_version() -> None:
    assert sorted(template.FOLDER.glob("*.sql.xz")) == [template.path(VERSION)]
    assert VERSION == lock.LABEL_STUDIO


def test_a_restored_database_has_migrations_and_no_data(tmp_path: Path) -> None:
    # Given a folder in which an earlier start was killed
    database = tmp_path / "label_studio.sqlite3"
    (tmp_path / "label_studio.sqlite3.making").write_bytes(b"half")
    # When the database is restored
    template.restore(VERSION, database)
    # Then it is whole, and only migrations have written into it
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
    assert {name for name, count in rows.items() if count} == WRITTEN_BY_MIGRATIONS | {"sqlite_sequence"}
    assert rows["django_migrations"] > 300
    assert rows["htx_user"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["label_studio.sqlite3"]


def test_a_dump_of_a_restored_database_is_the_same_and_has_one_time(tmp_path: Path) -> None:
    template.restore(VERSION, tmp_path / "database")
    text = template.dump(tmp_path / "database")
    assert set(re.findall(r"'20\d\d-\d\d-\d\d [^']*'", text)) == {"'2025-01-01 00:00:00'"}
    template.restore(VERSION, tmp_path / "again")
    assert template.dump(tmp_path / "again") == text
