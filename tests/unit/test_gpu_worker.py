"""The gpu worker: pages of many tasks share passes; who is in one is written down before and crossed out after."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from prelabel.ledger import Claim
from prelabel.relations.alignment import AlignmentRule
from prelabel.roster import Announcement
from prelabel.ser.checkpoint import SHIPPED_COMPACT
from prelabel.ser.compact import CompactTagger
from prelabel.ser.extracting import tag_input
from prelabel.ser.tagger import Probabilities
from prelabel.settings import Settings
from prelabel.training.synthetic import generate
from workers import gpu


def test_pages_share_passes_and_are_charged_while_they_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a gpu worker whose ledger keeps what it is told
    torch.set_num_threads(1)
    charges: list[tuple[tuple[int, ...], str]] = []
    ledger = SimpleNamespace(charge=lambda claims, how: charges.append((tuple(c.task_id for c in claims), how)))
    monkeypatch.setattr(gpu, "resources", lambda: SimpleNamespace(ledger=ledger))
    tagger = CompactTagger.load(SHIPPED_COMPACT, "cpu")
    settings = Settings(batch_wait_ms=5000, _env_file=None)
    worker = gpu.BatchedTagger(tagger, AlignmentRule(), Announcement("compact", "", ()), settings)
    pages = [tag_input(generate(seed).page) for seed in range(6)]

    # When tasks hand in pages at once, the last one alone
    def hand_in(number: int) -> Future[Probabilities]:
        return worker.submit(Claim(1, number, "token", "version"), pages[number], alone=number == 5)

    with ThreadPoolExecutor(5) as tasks:
        futures = [*tasks.map(hand_in, range(5)), hand_in(5)]
    rows = [future.result(30) for future in futures]

    # Then each gets what its page gets without the others
    for page, found in zip(pages, rows, strict=True):
        assert np.abs(tagger.forward([tagger.encode(page)])[0] - found).max(initial=0) < 1e-4
    # and every page was charged once and discharged once
    begun = [(ids, how) for ids, how in charges if how]
    ended = [ids for ids, how in charges if not how]
    assert sorted(i for ids, _ in begun for i in ids) == sorted(i for ids in ended for i in ids) == list(range(6))
    assert begun[-1] == ((5,), "alone")
    assert len(begun) < 6
