"""Tests of the gpu worker: pages of many tasks share forward passes; pages that must run alone do not."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import ModelUnavailable
from prelabel.kie.extract import tag_input
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.tagger import Probabilities
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.project.models import Models, load
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.registry.versions.aliases import Aliases
from prelabel.registry.versions.folders import version_files
from prelabel.registry.versions.record import Origin
from prelabel.registry.versions.store import Registry
from prelabel.settings import Settings
from synthetic import generate
from tests.support.planted_models import renamed_tagger
from workers import gpu
from workers.own_models import OwnModels


def test_pages_share_forward_passes_unless_they_must_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a gpu worker and a ledger that records its calls
    torch.set_num_threads(1)
    charges: list[tuple[tuple[int, ...], str]] = []
    leases = SimpleNamespace(charge=lambda claims, how: charges.append((tuple(c.task_id for c in claims), how)))
    process = SimpleNamespace(ledger=SimpleNamespace(leases=leases))
    monkeypatch.setattr(gpu, "this_process", lambda: process)
    tagger = CompactTagger.load(SHIPPED_COMPACT, "cpu")
    settings = Settings(batch_wait_ms=5000, _env_file=None)
    worker = gpu.BatchedTaggers(Models(tagger, AlignmentRule()), OwnModels(settings), settings)
    pages = [tag_input(generate(seed).page) for seed in range(6)]

    # When tasks hand in pages at once, the last two alone
    def hand_in(number: int) -> Probabilities:
        alone = number >= 4
        with worker.page_in_hand(Claim(1, number, "token", "version"), alone=alone):
            return worker.submit(tagger, pages[number], alone=alone).result(30)

    with ThreadPoolExecutor(6) as tasks:
        rows = list(tasks.map(hand_in, range(6)))

    # Then each page gets the same result as without the others
    for page, found in zip(pages, rows, strict=True):
        assert np.abs(tagger.forward([tagger.encode(page)])[0] - found).max(initial=0) < 1e-4
    # and the pages that run alone are charged one at a time, the others never
    first, second = charges[0][0], charges[2][0]
    assert charges == [(first, "alone"), (first, ""), (second, "alone"), (second, "")]
    assert {first, second} == {(4,), (5,)}


def test_one_worker_serves_the_taggers_of_several_projects(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    # Given a project with a tagger of its own, and one whose tagger is missing
    own = renamed_tagger(tmp_path / "own", ANSWER="TOTAL")
    projects = tmp_path / "projects.toml"
    projects.write_text(f'[project.7]\nser = "{own}"\n[project.8]\nser = "{tmp_path}/none"\n', "utf-8")
    settings = Settings(batch_wait_ms=500, linker="alignment", projects_file=str(projects), _env_file=None)
    general, models = load(settings), OwnModels(settings)
    worker = gpu.BatchedTaggers(general, models, settings)
    models.refresh()
    models.refresh()

    # Then it announces what it has, and says once what it lacks
    announced = worker.announced(7)
    assert announced is not None
    assert announced.labels == ("OTHER", "HEADER", "QUESTION", "TOTAL")
    assert (worker.announced(6), worker.announced(8)) == (general.announcement, None)
    assert len([each for each in caplog.records if "/none" in each.message]) == 1

    # and pages of both share a batch, each with its own tagger
    loaded = worker.models(7, announced)
    assert worker.models(7, announced).tagger is loaded.tagger
    page = tag_input(generate(1).page)
    futures = [worker.submit(each.tagger, page, alone=False) for each in (general, loaded, general)]
    rows = [future.result(30) for future in futures]
    assert np.abs(rows[0] - rows[1]).max() < 1e-6, "the same weights"
    assert loaded.tagger.tags != general.tagger.tags

    # When the tagger is trained anew, the worker takes the new one without a restart, and never one that it did not
    # announce
    shutil.rmtree(own)
    renamed_tagger(tmp_path / "own", ANSWER="SUM")
    models._loaded.clear()
    with pytest.raises(ModelUnavailable, match="have just changed"):
        worker.models(7, announced)
    models.refresh()
    renewed = worker.announced(7)
    assert renewed is not None
    assert worker.models(7, renewed).tagger.tags[-2:] == ("B-SUM", "I-SUM")


def test_a_promotion_and_a_rollback_need_no_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a project that takes its models from the registry, which has two versions
    projects = tmp_path / "projects.toml"
    projects.write_text('[project.7]\nser = "registry"\nlinker = "registry"\n', "utf-8")
    settings = Settings(
        projects_file=str(projects),
        bucket=str(tmp_path / "bucket"),
        models_cache=str(tmp_path / "cache"),
        linker="alignment",
        _env_file=None,
    )
    models = OwnModels(settings)
    worker = gpu.BatchedTaggers(load(settings), models, settings)
    models.refresh()
    assert worker.announced(7) is None, "nobody is champion"
    prefix = Keys.from_settings(settings).models_folder(settings.server_id, 7)
    registry = Registry(open_bucket(settings), prefix)
    for label in ("TOTAL", "SUM"):
        files = version_files([Path(renamed_tagger(tmp_path / label, ANSWER=label)), SHIPPED_LINKER])
        registry.push(files, Origin("kim", 1.0, "0.1"))

    def announced(number: int) -> Announcement:
        registry.change("promote", number, lambda now: now.promoted(number), who="kim", why="")
        monkeypatch.setattr("workers.own_models._AGAIN_S", 0.0)
        models._problems.clear()
        models.refresh()
        found = worker.announced(7)
        assert found is not None
        return found

    # When the first serves and the second is promoted
    first = announced(1)
    assert worker.models(7, first).tagger.tags[-1] == "I-TOTAL"
    second = announced(2)
    assert worker.models(7, second).tagger.tags[-1] == "I-SUM"
    # Then pages in flight keep the first, which stays loaded
    assert {first, second} <= set(worker.loaded())
    assert worker.models(7, first).tagger.tags[-1] == "I-TOTAL"
    # And the way back is one change
    registry.change("rollback", None, Aliases.rolled_back, who="kim", why="")
    models.refresh()
    assert worker.announced(7) == first
    # And the bucket may go away, also for a worker that starts without it
    shutil.rmtree(tmp_path / "bucket")
    restarted = OwnModels(settings)
    for each in (models, restarted):
        each.refresh()
        assert list(each.announced.values()) == [first]
    assert restarted.load(7, first).tagger.tags[-1] == "I-TOTAL"
