"""The empty, migrated database from which every Label Studio of devstack starts, as a dump in this folder.

Label Studio needs half a minute for its migrations, and a second for this dump. `python -m
devstack.label_studio_template` makes the dump anew by a real migration with the installed version; a test compares it
with one. It holds tables and the rows that migrations write, and no user.
"""

from __future__ import annotations

import lzma
import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent
#: Rows are stamped with the time of the migration. The dump has one time, so that it is the same whenever it is made.
_TIME = re.compile(r"'20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?'")
_FIXED_TIME = "'2025-01-01 00:00:00'"


def path(version: str) -> Path:
    """Return where the dump of a version of Label Studio is, or would be."""
    return FOLDER / f"label-studio-{version}.sql.xz"


def dump(database: Path) -> str:
    """Return a database as SQL, with one fixed time in all rows."""
    with closing(sqlite3.connect(database)) as connection:
        return _TIME.sub(_FIXED_TIME, "\n".join(connection.iterdump())) + "\n"


def restore(version: str, database: Path) -> None:
    """Make a database from the dump of `version`; a file of that name is replaced."""
    making = database.with_name(f"{database.name}.making")
    making.unlink(missing_ok=True)
    with closing(sqlite3.connect(making)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(lzma.decompress(path(version).read_bytes()).decode("utf-8"))
    making.rename(database)


def main() -> None:
    from devstack.label_studio import DATABASE, installed_version, migrate

    version = installed_version()
    with tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder))
        text = dump(Path(folder) / DATABASE)
    for old in FOLDER.glob("label-studio-*.sql.xz"):
        old.unlink()
    path(version).write_bytes(lzma.compress(text.encode("utf-8"), preset=9))
    print(f"{path(version).relative_to(FOLDER.parent)}: {len(text):,} characters of SQL")


if __name__ == "__main__":
    main()
