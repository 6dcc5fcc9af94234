"""Tests of the registry of models: whole versions, aliases, damage, copies on this machine."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.bucket.folder import FolderBucket
from prelabel.errors import ConfigurationError, ModelUnavailable, ServiceUnavailable
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.model_files import MODELS
from prelabel.registry.tagger_files import SHIPPED_COMPACT, read_compact
from prelabel.registry.versions.aliases import Aliases
from prelabel.registry.versions.cache import Cache, is_whole, write_version
from prelabel.registry.versions.folders import version_files
from prelabel.registry.versions.mlflow_folder import write_mlmodel
from prelabel.registry.versions.record import Origin, Version, check_path, sealed, unsealed
from prelabel.registry.versions.store import Registry
from tests.support.planted_models import renamed_tagger

ORIGIN = Origin("kim", 1.7e9, "0.1", why="more pages", data="export:a.json", metrics={"T1": 71.2})


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(FolderBucket(tmp_path / "bucket", ""), "models/server/6/")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def push(registry: Registry, tagger: Path = SHIPPED_COMPACT) -> Version:
    return registry.push(version_files([tagger, SHIPPED_LINKER]), ORIGIN)


def promote(registry: Registry, number: int, **more: Any) -> None:
    registry.change("promote", number, lambda now: now.promoted(number), who="kim", why="better", **more)


def test_a_version_comes_back_as_it_was_pushed(registry: Registry, cache: Cache, tmp_path: Path) -> None:
    # Given two versions whose linkers are the same files
    first = push(registry)
    second = push(registry, Path(renamed_tagger(tmp_path / "own", ANSWER="TOTAL")))
    # Then records and files come back whole, each content stored once
    assert registry.numbers() == [1, 2]
    assert (registry.version(1), registry.version(2)) == (first, second)
    assert first.digest != second.digest
    stored = list(registry.bucket.keys("models/server/6/files/"))
    assert len(stored) == len({f.sha256 for f in (*first.files, *second.files)}) == len(first.files) + 1
    folder = cache.folder(registry, second)
    assert read_compact(folder / "tagger").tags[-1] == "I-TOTAL"
    assert is_whole(folder, second)
    assert not is_whole(folder, first)
    # And the last one is the challenger
    assert registry.aliases() == Aliases(challenger=2)


def test_aliases_follow_promotions_rollback_and_pin(registry: Registry) -> None:
    for _ in range(3):
        push(registry)
    promote(registry, 1)
    promote(registry, 3)
    assert registry.aliases() == Aliases(champion=3, previous=1)
    registry.change("rollback", None, Aliases.rolled_back, who="kim", why="worse on faxes")
    assert registry.aliases() == Aliases(champion=1, previous=3)
    registry.change("pin", 2, lambda now: now.with_pin(2), who="lee", why="audit")
    with pytest.raises(ConfigurationError, match="version 2 is pinned"):
        promote(registry, 3)
    registry.change("unpin", None, Aliases.without_pin, who="lee", why="")
    promote(registry, 3)
    # The history has every change with its reason
    assert [(c.what, c.who, c.aliases.champion) for c in registry.history()][3:] == [
        ("promote", "kim", 1),
        ("promote", "kim", 3),
        ("rollback", "kim", 1),
        ("pin", "lee", 2),
        ("unpin", "lee", 2),
        ("promote", "kim", 3),
    ]


def test_a_second_promotion_at_the_same_time_is_told(registry: Registry) -> None:
    # Given two people who have compared with champion 1
    for _ in range(3):
        push(registry)
    promote(registry, 1)
    seen = registry.aliases()
    # When the first promotes, and somebody pushes meanwhile
    promote(registry, 2, seen=seen)
    push(registry)
    # Then the second is told, and nothing is lost
    with pytest.raises(ConfigurationError, match="kim has changed the champion in the meantime"):
        promote(registry, 3, seen=seen)
    assert registry.aliases() == Aliases(champion=2, challenger=4, previous=1)


class _Crowd(FolderBucket):
    """A bucket in which somebody else writes the same number first, once."""

    other: Registry | None = None

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        if self.other and "/history/" in key:
            other, self.other = self.other, None
            promote(other, 2)
        return super().put_new(key, data, content_type)


def test_a_promotion_between_look_and_write_is_not_lost(tmp_path: Path) -> None:
    bucket = _Crowd(tmp_path / "bucket", "")
    registry = Registry(bucket, "models/server/6/")
    for _ in range(3):
        push(registry)
    promote(registry, 1)
    bucket.other = Registry(FolderBucket(tmp_path / "bucket", ""), "models/server/6/")
    with pytest.raises(ConfigurationError, match="in the meantime"):
        promote(registry, 3)
    assert registry.aliases() == Aliases(champion=2, challenger=3, previous=1)
    # A push is no decision about the champion: it goes on
    bucket.other = None
    promote(registry, 3)
    bucket.other = Registry(FolderBucket(tmp_path / "bucket", ""), "models/server/6/")
    assert push(registry).number == 4
    assert registry.aliases() == Aliases(champion=2, challenger=4, previous=3)


@pytest.mark.parametrize("kind", ["record", "history", "file", "file gone", "cache"])
def test_damage_is_one_line_and_the_champion_goes_on(
    kind: str, registry: Registry, cache: Cache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a champion that this machine has, and a second version
    push(registry)
    promote(registry, 1)
    _, folder = cache.champion(registry)
    own = push(registry, Path(renamed_tagger(tmp_path / "own", ANSWER="TOTAL")))
    root = tmp_path / "bucket" / "models" / "server" / "6"
    config = next(file for file in own.files if file.path == "tagger/config.json")
    # When something is damaged
    if kind == "cache":
        (folder / "tagger" / "config.json").write_text("{}", "utf-8")
        assert cache.champion(registry)[1] == folder
        assert is_whole(folder, registry.version(1)), "fetched again"
        return
    promote(registry, 2)
    damaged = {
        "record": root / "versions" / "00000002.json",
        "history": root / "history" / "00000004.json",
        "file": root / "files" / config.sha256,
        "file gone": root / "files" / config.sha256,
    }[kind]
    text = damaged.read_text("utf-8")
    damaged.write_text(text[:-9] + text[-8:], "utf-8") if kind != "file gone" else damaged.unlink()
    # Then one line says what, where and the cure
    with pytest.raises(ModelUnavailable) as caught:
        cache.folder(registry, registry.version(registry.aliases().champion or 0))
    message = str(caught.value)
    assert "\n" not in message
    assert damaged.name in message
    assert "put it back from a backup" in message
    # And the champion of before goes on serving
    version, served = cache.champion(registry)
    assert (version.number, served) == (1, folder)
    assert "version 1 goes on serving" in caplog.text


def test_the_champion_serves_while_the_bucket_is_away(registry: Registry, cache: Cache) -> None:
    class Away(FolderBucket):
        def keys(self, prefix: str) -> Any:
            raise ServiceUnavailable("away")

    push(registry)
    promote(registry, 1)
    found = cache.champion(registry)
    away = Registry(Away(Path("/nowhere"), ""), registry.prefix)
    assert cache.champion(away) == found
    with pytest.raises(ServiceUnavailable):
        cache.champion(Registry(away.bucket, "models/server/7/"))


@pytest.mark.parametrize(
    "path",
    [
        *("../tagger/config.json", "tagger/../x.json", "/etc/passwd.txt", "tagger/a/b.json", "tagger/.x.json"),
        *("tagger/pytorch_model.bin", "tagger/model.pkl", "other/config.json", "tagger/a.json/", "tagger\\a.json"),
        *("tagger/..json", "tagger/a..json", "tagger/a.json\n", "tagger/model.safetensors.pkl", "", None),
    ],
)
def test_paths_in_records_stay_in_their_folder(path: Any, registry: Registry) -> None:
    with pytest.raises(ValueError, match="is no file of a model"):
        check_path(path)
    # Also in a record that somebody wrote with a right checksum
    version = push(registry)
    made = version.to_json()
    made["files"][0]["path"] = path
    registry.bucket.put("models/server/6/versions/00000001.json", sealed(made), "")
    with pytest.raises(ModelUnavailable, match="is damaged"):
        registry.version(1)


@settings(max_examples=200)
@given(st.binary(max_size=40), st.integers(0, 2**32))
def test_no_change_of_a_sealed_file_passes(noise: bytes, place: int) -> None:
    made = {"number": 1, "who": "김", "metrics": {"T1": 71.25, "none": None}}
    data = sealed(made)
    assert unsealed(data, "key") == made
    at = place % len(data)
    changed = data[:at] + noise + data[at + len(noise) :]
    found = None
    with suppress(ModelUnavailable):
        found = unsealed(changed, "key")
    assert found in (None, made)


_STEPS = st.lists(st.tuples(st.sampled_from(["push", "promote", "rollback", "pin", "unpin"]), st.integers(1, 4)))


def _changed(now: Aliases, what: str, number: int) -> Aliases:
    if what == "push":
        return now.pushed(number)
    if what == "promote":
        return now.promoted(number)
    if what == "pin":
        return now.with_pin(number)
    return now.rolled_back() if what == "rollback" else now.without_pin()


@given(_STEPS)
def test_no_order_of_changes_loses_the_champion(steps: list[tuple[str, int]]) -> None:
    now = Aliases()
    for what, number in steps:
        before = now
        with suppress(ConfigurationError):
            now = _changed(before, what, number)
        assert before.champion is None or now.champion is not None
        if now.champion != before.champion:
            assert now.previous == before.champion
            assert not before.pinned or what == "pin"
        assert now.challenger is None or what == "push" or now.challenger != now.champion or before.challenger


def test_no_version_without_a_tagger_or_from_other_folders(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it has no tagger"):
        registry.push(version_files([SHIPPED_LINKER]), ORIGIN)
    with pytest.raises(ModelUnavailable, match=r"has no config\.json"):
        version_files([tmp_path])
    with pytest.raises(ModelUnavailable, match="is no folder of a tagger or a linker"):
        version_files([MODELS / "scripts"])
    with pytest.raises(ModelUnavailable, match="is a second tagger"):
        version_files([SHIPPED_COMPACT, SHIPPED_COMPACT])
    # Files that no loader reads stay behind
    shutil.copytree(SHIPPED_COMPACT, tmp_path / "own")
    (tmp_path / "own" / "optimizer.pkl").write_bytes(b"x")
    assert set(version_files([tmp_path / "own"])) == {"tagger/config.json", "tagger/model.safetensors"}
    assert registry.numbers() == []


def test_mlmodel_is_yaml_with_a_flavour_and_the_record(registry: Registry, tmp_path: Path) -> None:
    import yaml

    version = push(registry)
    write_version(registry, version, tmp_path / "pulled")
    file = write_mlmodel(tmp_path / "pulled", version)
    made = yaml.safe_load(file.read_text("utf-8"))
    assert made == json.loads(file.read_text("utf-8"))
    assert made["flavors"] == {"prelabel": {"prelabel_version": "0.1", "tagger": "tagger", "linker": "linker"}}
    assert made["metadata"]["prelabel_digest"] == version.digest
    assert made["utc_time_created"] == "2023-11-14 22:13:20.000000"
