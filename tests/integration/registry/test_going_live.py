"""A real gpu worker takes the champion of a project from the registry, and the one of before after a rollback."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from devstack.workers import Workers
from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.ledger.ledger import Ledger
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.versions.aliases import Aliases
from prelabel.registry.versions.folders import version_files
from prelabel.registry.versions.record import Origin
from prelabel.registry.versions.store import Registry
from prelabel.settings import Settings
from tests.support.planted_models import renamed_tagger

#: The start of a worker loads torch or not, and models; a change of the champion takes two heartbeats.
START_S, CHANGE_S, HEARTBEAT_S = 90.0, 10.0, 1.0


def until(true: Callable[[], object], within_s: float, what: str) -> None:
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, f"not in {within_s:g} s: {what}"
        time.sleep(0.1)


def test_promotion_and_rollback_go_live_in_seconds(redis_url: str, tmp_path: Path) -> None:
    # Given a project that serves its champion, and another version
    projects = tmp_path / "projects.toml"
    projects.write_text('[project.6]\nser = "registry"\nlinker = "registry"\n', "utf-8")
    env = {
        "REDIS_URL": redis_url,
        "LABEL_STUDIO_URL": "http://going-live",
        "LABEL_STUDIO_API_KEY": "0" * 40,
        "BUCKET": str(tmp_path / "bucket"),
        "MODELS_CACHE": str(tmp_path / "cache"),
        "PROJECTS_FILE": str(projects),
        "HEARTBEAT": str(HEARTBEAT_S),
    }
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in env.items()})  # type: ignore[arg-type]
    workers = Ledger.from_settings(settings).workers
    registry = Registry(open_bucket(settings), Keys.from_settings(settings).models_folder(settings.server_id, 6))
    for label in ("TOTAL", "SUM"):
        tagger = Path(renamed_tagger(tmp_path / label, ANSWER=label))
        registry.push(version_files([tagger, SHIPPED_LINKER]), Origin("kim", 1.0, "0.1"))
    registry.change("promote", 1, lambda now: now.promoted(1), who="kim", why="first")

    def serves(label: str) -> bool:
        found = workers.newest_tagger(settings.models_name(6))
        return found is not None and found.labels[-1] == label

    started = Workers(tmp_path)
    try:
        started.start("gpu", env)
        until(lambda: serves("TOTAL"), START_S, "the champion is announced")
        # When the other one is promoted, and taken back
        registry.change("promote", 2, lambda now: now.promoted(2), who="kim", why="better")
        until(lambda: serves("SUM"), CHANGE_S, "the new champion is announced")
        registry.change("rollback", 1, Aliases.rolled_back, who="kim", why="worse")
        until(lambda: serves("TOTAL"), CHANGE_S, "the one of before is announced again")
        # And without the bucket it serves on
        shutil.rmtree(tmp_path / "bucket")
        time.sleep(3 * HEARTBEAT_S)
        assert serves("TOTAL")
    finally:
        started.stop()
