"""The registry of models in a folder and on an S3 server: one winner of a number, and kills at any moment."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from devstack.s3 import S3Server
from prelabel.bucket.interface import Bucket
from prelabel.bucket.opening import open_bucket
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.registry.versions.cache import Cache, is_whole
from prelabel.registry.versions.folders import version_files
from prelabel.registry.versions.record import Origin
from prelabel.registry.versions.store import Registry
from prelabel.settings import Settings

_numbers = itertools.count(1)
ORIGIN = Origin("kim", 1.7e9, "0.1")


@pytest.fixture(params=["folder", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    if request.param == "folder":
        return open_bucket(Settings(_env_file=None, bucket=str(tmp_path / "data")))
    server: S3Server = request.getfixturevalue("s3")
    values: dict[str, Any] = {k.lower(): v for k, v in server.make_bucket(f"registry-{next(_numbers)}").items()}
    return open_bucket(Settings(_env_file=None, **values))


def test_one_of_many_writers_gets_a_new_key(bucket: Bucket) -> None:
    for key in ("models/a/1.json", "models/a/2.json"):

        def write(data: bytes, key: str = key) -> bool:
            return bucket.put_new(key, data, "application/json")

        contents = [f"writer {number}".encode() for number in range(6)]
        with ThreadPoolExecutor(6) as writers:
            won = list(writers.map(write, contents))
        assert sum(won) == 1
        assert bucket.get(key) == contents[won.index(True)]
        assert not bucket.put_new(key, b"late", "application/json")
    assert list(bucket.keys("models/")) == ["models/a/1.json", "models/a/2.json"]


def test_a_version_in_any_bucket(bucket: Bucket, tmp_path: Path) -> None:
    registry = Registry(bucket, "models/server/6/")
    version = registry.push(version_files([SHIPPED_COMPACT, SHIPPED_LINKER]), ORIGIN)
    registry.change("promote", 1, lambda now: now.promoted(1), who="kim", why="first")
    found, folder = Cache(tmp_path / "cache").champion(registry)
    assert found == version
    assert is_whole(folder, version)
    registry.keep_gate("00000001-against-00000000-1", {"version": 1, "passed": True}, "better\n")
    assert registry.gates(1) == [{"version": 1, "passed": True}]


#: Pushes and promotes until it is killed. Arguments: the folder of the bucket.
_WRITER = """
import sys
from pathlib import Path
from prelabel.bucket.folder import FolderBucket
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.registry.versions.cache import Cache
from prelabel.registry.versions.folders import version_files
from prelabel.registry.versions.record import Origin
from prelabel.registry.versions.store import Registry

root = Path(sys.argv[1])
registry, cache = Registry(FolderBucket(root / "data", ""), "models/server/6/"), Cache(root / "cache")
files = version_files([SHIPPED_COMPACT, SHIPPED_LINKER])
own = root / "config.json"
print("ready", flush=True)
while True:
    last = max(registry.numbers(), default=0) + 1
    own.write_text(files["tagger/config.json"].read_text("utf-8").replace("{", "{" + " " * last, 1), "utf-8")
    version = registry.push(files | {"tagger/config.json": own}, Origin("kim", 1.0, "0.1"))
    registry.change("promote", version.number, lambda now: now.promoted(version.number), who="kim", why="")
    cache.champion(registry)
"""


def test_a_writer_that_is_killed_leaves_whole_versions_only(tmp_path: Path) -> None:
    # Given a process that pushes, promotes and fetches, and is killed at random moments
    registry = Registry(open_bucket(Settings(_env_file=None, bucket=str(tmp_path / "data"))), "models/server/6/")
    cache, chance, champions = Cache(tmp_path / "cache"), random.Random(5), [0]
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.0, 0.25))
            writer.kill()
        # Then every version that is there is whole, and so is the history
        assert all(registry.version(number).files for number in registry.numbers())
        changes = list(registry.history())
        assert [change.number for change in changes] == list(range(1, len(changes) + 1))
        # And the champion is the last or the next one, and can be fetched
        champion = registry.aliases().champion
        if champion is None:
            assert champions == [0]
            continue
        assert champion >= champions[-1]
        champions.append(champion)
        version, folder = cache.champion(registry)
        assert version.number == champion
        assert is_whole(folder, version)
    assert champions[-1] > 1, "the kills came too early to show anything"
