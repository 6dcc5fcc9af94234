"""Tests of the gpu worker: pages of many tasks share forward passes; pages that must run alone do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from prelabel.kie.extract import tag_input
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.tagger import Probabilities
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import Announcement
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.settings import Settings
from synthetic import generate
from workers import gpu


def test_pages_share_forward_passes_unless_they_must_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a gpu worker and a ledger that records its calls
    torch.set_num_threads(1)
    charges: list[tuple[tuple[int, ...], str]] = []
    leases = SimpleNamespace(charge=lambda claims, how: charges.append((tuple(c.task_id for c in claims), how)))
    process = SimpleNamespace(ledger=SimpleNamespace(leases=leases))
    monkeypatch.setattr(gpu, "this_process", lambda: process)
    tagger = CompactTagger.load(SHIPPED_COMPACT, "cpu")
    settings = Settings(batch_wait_ms=5000, _env_file=None)
    worker = gpu.BatchedTagger(tagger, AlignmentRule(), Announcement("compact", "", ()), settings)
    pages = [tag_input(generate(seed).page) for seed in range(6)]

    # When tasks hand in pages at once, the last two alone
    def hand_in(number: int) -> Probabilities:
        alone = number >= 4
        with worker.page_in_hand(Claim(1, number, "token", "version"), alone=alone):
            return worker.submit(pages[number], alone=alone).result(30)

    with ThreadPoolExecutor(6) as tasks:
        rows = list(tasks.map(hand_in, range(6)))

    # Then each page gets the same result as without the others
    for page, found in zip(pages, rows, strict=True):
        assert np.abs(tagger.forward([tagger.encode(page)])[0] - found).max(initial=0) < 1e-4
    # and the pages that run alone are charged one at a time, the others never
    first, second = charges[0][0], charges[2][0]
    assert charges == [(first, "alone"), (first, ""), (second, "alone"), (second, "")]
    assert {first, second} == {(4,), (5,)}
