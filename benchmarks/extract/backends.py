"""Forward pass of the compact tagger in numpy and in torch on one CPU core, by words of a page and pages of a batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.extract.pages import rows
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.numpy_scorer import NumpyScorer
from prelabel.kie.tag.tagger import Encoded
from prelabel.kie.tag.threads import limit_threads
from prelabel.kie.tag.torch_scorer import TorchScorer
from prelabel.page import Page
from prelabel.registry.tagger_files import SHIPPED_COMPACT, read_compact

#: Words of a page, and pages of a batch.
WORDS, BATCHES = (20, 50, 150, 300, 500), (1, 16)
#: The best of so many rounds counts: other work on the machine only adds.
_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class BackendCost:
    """Milliseconds a page. `words`: 0 for the benchmark's pages of many lengths. `apart`: of two probabilities."""

    words: int
    batch: int
    numpy_cpu_ms: float
    numpy_wall_ms: float
    torch_cpu_ms: float
    torch_wall_ms: float
    apart: float


def backends(pages: Sequence[Page]) -> list[BackendCost]:
    """Measure both backends on pages of one length, and on these pages."""
    checkpoint = read_compact(SHIPPED_COMPACT)
    ours = CompactTagger(NumpyScorer.load(checkpoint), checkpoint.tags)
    theirs = CompactTagger(TorchScorer.load(checkpoint, "cpu"), checkpoint.tags)
    threads = torch.get_num_threads()
    limit_threads(1)
    found = []
    for words in (*WORDS, 0):
        chosen = [rows(seed, words=words) for seed in range(max(BATCHES))] if words else pages[: max(BATCHES)]
        encoded = [ours.encode(tag_input(page)) for page in chosen]
        pairs = zip(ours.forward(encoded), theirs.forward(encoded), strict=True)
        apart = max(float(np.abs(mine - other).max(initial=0)) for mine, other in pairs)
        for batch in BATCHES:
            costs = _cost(ours, encoded, batch), _cost(theirs, encoded, batch)
            found.append(BackendCost(words, batch, *costs[0], *costs[1], apart))
    limit_threads(threads)
    return found


def _cost(tagger: CompactTagger, pages: Sequence[Encoded], batch: int) -> tuple[float, float]:
    """Return (CPU, wall) milliseconds a page, each the best of all rounds."""

    def run() -> None:
        for first in range(0, len(pages), batch):
            tagger.forward(pages[first : first + batch])

    run()
    return _best(run, time.process_time, len(pages)), _best(run, time.perf_counter, len(pages))


def _best(run: Callable[[], None], clock: Callable[[], float], pages: int) -> float:
    spans = []
    for _ in range(_ROUNDS):
        began = clock()
        run()
        spans.append(clock() - began)
    return 1000 * min(spans) / pages


def backends_table(found: Sequence[BackendCost]) -> list[str]:
    """Return the lines of a table for people."""
    lines = [f"{'compact tagger, ms a page':<30}{'batch':>6}{'numpy CPU':>11}{'wall':>8}{'torch CPU':>11}{'wall':>8}"]
    for each in found:
        name = f"{each.words} words" if each.words else "pages of many lengths"
        times = each.numpy_cpu_ms, each.numpy_wall_ms, each.torch_cpu_ms, each.torch_wall_ms
        lines.append(
            f"{name:<30}{each.batch:>6}" + "".join(f"{t:>{n}.2f}" for t, n in zip(times, (11, 8, 11, 8), strict=True))
        )
    return [*lines, f"probabilities differ by {max(each.apart for each in found):.1e} at most"]
