"""Measurements of `benchmarks.extract`: a tagger one page at a time and batched, peak of the device, parts of a page.

Seconds are wall time; CPU seconds are those of this process (all threads).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import torch
from transformers import LayoutLMConfig, LayoutLMForTokenClassification

from benchmarks.measure import steady_rate
from prelabel.kie.extract import add_key_values, group_words, link_entities, tag_input
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.link.linker import Linker
from prelabel.kie.link.roles import role_probabilities
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.kie.tag.tagger import Encoded, Probabilities, Tagger, TagInput
from prelabel.kie.tag.tokens import WordPieces
from prelabel.page import Page
from prelabel.registry.tagger_files import SHIPPED_VOCAB, Checkpoint
from workers.batcher import Batcher

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
NAMES = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}
#: Threads that encode while one computes; the tokenizer releases the GIL.
ENCODERS = 4
#: Seconds between two queries of the driver for the utilization of the GPU.
_QUERY_S = 0.1
#: Least number of batches for a steady rate; with fewer, the rate of the whole run counts.
_BATCHES = 15


@dataclass(slots=True)
class Way:
    """Result of one way to process the pages.

    `flops`: of all tokens without padding. `waste`: share of padding, 0..1. `busy`: share of the steady state in which
    this process used the GPU. `driver_busy`: utilization by the driver, None if unknown. `starved`: share of the time
    in which the computing thread waited for encoded pages.
    """

    name: str
    dtype: str
    pages: int
    wall_s: float
    cpu_s: float
    pages_per_s: float
    flops: float
    waste: float
    busy: float | None = None
    driver_busy: float | None = None
    starved: float | None = None

    def peak_share(self, peak: float, *, on_cpu: bool) -> float:
        """Return the share of `peak` operations a second; on a CPU, which others may use too, by CPU seconds."""
        return self.flops / (self.cpu_s if on_cpu else self.wall_s) / peak


@dataclass(slots=True)
class Parts:
    """CPU milliseconds on one core: by part, one number a page."""

    by_part: dict[str, list[float]] = field(default_factory=dict)

    def mean(self, *parts: str) -> float:
        """Return the sum of the means of these parts."""
        return sum(statistics.mean(self.by_part[part]) for part in parts)

    @contextmanager
    def measured(self, part: str) -> Iterator[None]:
        """Measure the body of the `with` statement as one page of a part."""
        started = time.process_time()
        yield
        self.by_part.setdefault(part, []).append(1000 * (time.process_time() - started))


def base(device: torch.device, dtype: torch.dtype) -> LayoutLMTagger:
    """Make LayoutLM base with random weights: 12 layers of 768, 30,522 tokens."""
    torch.manual_seed(0)
    model = LayoutLMForTokenClassification(LayoutLMConfig(num_labels=len(TAGS)))
    checkpoint = Checkpoint("layoutlm-base", Path(), TAGS, "", {}, SHIPPED_VOCAB)
    return LayoutLMTagger(model, WordPieces(SHIPPED_VOCAB, lowercase=True), checkpoint, device, dtype)


def matmul_peak(device: torch.device, dtype: torch.dtype) -> float:
    """Measure the floating point operations a second (on a CPU: CPU second) of a large matrix product."""
    size, rounds = (8192, 20) if device.type == "cuda" else (1024, 8)
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    best = 0.0
    with torch.inference_mode():
        for _ in range(4):  # the first warms up
            _synchronize(device)
            started = clock()
            for _ in range(rounds):
                a @ b
            _synchronize(device)
            best = max(best, rounds * 2 * size**3 / (clock() - started))
    return best


def one_at_a_time(name: str, tagger: Any, inputs: Sequence[TagInput], dtype: str, device: torch.device) -> Way:
    """Encode and compute one page after the other."""
    tagger.forward([tagger.encode(inputs[0])])
    _reset(tagger)
    flops, started, cpu = 0.0, time.perf_counter(), time.process_time()
    for page in inputs:
        encoded = tagger.encode(page)
        tagger.forward([encoded])
        flops += tagger_flops(tagger, encoded)
    _synchronize(device)
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    return Way(name, dtype, len(inputs), wall_s, cpu_s, len(inputs) / wall_s, flops, tagger.packer.waste)


def batched(
    tagger: Any,
    inputs: Sequence[TagInput],
    dtype: str,
    device: torch.device,
    tokens: int,
    pages: int,
    ready: Callable[[], None] = lambda: None,
) -> Way:
    """Process the pages like the gpu worker: threads encode, and a batcher computes pages of many threads together.

    `ready` is called after the warm-up.
    """
    marks = _Marks(tagger._model, device)
    batcher: Batcher[Encoded, Probabilities] = Batcher(tagger.launch, max_items=pages, max_cost=tokens, wait_s=0.02)
    ends: list[float] = []
    flops: list[float] = []

    def submit(page: TagInput) -> Any:
        encoded = tagger.encode(page)
        flops.append(tagger_flops(tagger, encoded))
        future = batcher.submit(encoded, cost=encoded.cost)
        future.add_done_callback(lambda _: ends.append(time.perf_counter()))
        return future

    def run(chosen: Sequence[TagInput]) -> None:
        with ThreadPoolExecutor(ENCODERS) as pool:
            for future in list(pool.map(submit, chosen)):
                future.result()

    run(inputs[: 2 * pages if device.type == "cuda" else 1])  # warms up
    ready()
    _reset(tagger)
    ends.clear()
    flops.clear()
    marks.spans.clear()
    waited, started, cpu = batcher.waited_s, time.perf_counter(), time.process_time()
    with _DriverQueries(device) as queries:
        run(inputs)
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    starved = (batcher.waited_s - waited) / wall_s
    batcher.close()
    # All pages of a batch end together: a steady rate needs many batches.
    rate = (steady_rate(ends) if len(ends) > _BATCHES * pages else None) or len(inputs) / wall_s
    return Way(
        "batched", dtype, len(inputs), wall_s, cpu_s, rate, sum(flops), tagger.packer.waste,
        marks.busy(), queries.mean(), starved,
    )  # fmt: skip


def tagger_flops(tagger: Any, encoded: Encoded) -> float:
    """Return the operations of LayoutLM's layers for a page without padding: two a weight and token, and attention."""
    config = tagger._model.config
    width, inner = config.hidden_size, config.intermediate_size
    lengths = [len(window.ids) for window in encoded.payload]
    per_token = 2 * (4 * width * width + 2 * width * inner)
    return float(config.num_hidden_layers * sum(n * per_token + 4 * n * n * width for n in lengths))


def parts_of_a_page(tagger: CompactTagger, pages: Sequence[Page], linker: Linker | None = None) -> Parts:
    """Measure the shipped models: features, network and grouping (SER), links with key-values (RE)."""
    linker = linker or AlignmentRule()
    parts = Parts()
    for chosen in (pages[:3] if len(pages) > 1 else (), pages):  # the first pages are a warm-up
        parts.by_part.clear()
        for page in chosen:
            with parts.measured("features"):
                encoded = tagger.encode(tag_input(page))
            with parts.measured("network"):
                probabilities = tagger.forward([encoded])[0]
            with parts.measured("grouping"):
                tagged = group_words(page, probabilities, tagger.tags, linker)
            with parts.measured("relations"):
                roles = role_probabilities(tagged.entities or (), probabilities, tagger.tags)
                add_key_values(link_entities(tagged, roles, linker))
    return parts


def encoding(tagger: Tagger, pages: Sequence[Page]) -> Parts:
    """Measure the pre-processing of LayoutLM: tokens, boxes, windows."""
    parts = Parts()
    tagger.encode(tag_input(pages[0]))
    for page in pages:
        with parts.measured("encode"):
            tagger.encode(tag_input(page))
    return parts


class _Marks:
    """Time marks in the queue of the GPU, before and after each pass through the model."""

    def __init__(self, model: Any, device: torch.device) -> None:
        self.spans: list[list[Any]] = []
        if device.type == "cuda":
            model.layoutlm.register_forward_pre_hook(lambda *_: self.spans.append([_mark()]))
            model.classifier.register_forward_hook(lambda *_: self.spans[-1].append(_mark()))

    def busy(self) -> float | None:
        """Return the share of the time spent in passes, 0..1, without the first and the last tenth of the passes."""
        kept = self.spans[len(self.spans) // 10 : len(self.spans) - len(self.spans) // 10]
        if len(kept) < 3:
            return None
        torch.cuda.synchronize()
        whole = kept[0][0].elapsed_time(kept[-1][1])
        return float(sum(begin.elapsed_time(end) for begin, end in kept) / whole)


class _DriverQueries:
    """Thread that queries the driver for the utilization of the GPU."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._found: list[int] = []
        self._over = Event()
        self._thread = Thread(target=self._query, daemon=True)

    def __enter__(self) -> _DriverQueries:
        if self._device.type == "cuda":
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def mean(self) -> float | None:
        """Return the mean utilization, 0..1, without the first and the last tenth of the queries."""
        kept = self._found[len(self._found) // 10 : len(self._found) - len(self._found) // 10]
        return statistics.mean(kept) / 100 if kept else None

    def _query(self) -> None:
        while not self._over.wait(_QUERY_S):
            try:
                self._found.append(torch.cuda.utilization(self._device))
            except (ModuleNotFoundError, RuntimeError):  # no NVML for Python here
                return


def _mark() -> Any:
    event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    event.record()
    return event


def _reset(tagger: Any) -> None:
    tagger.packer.filled = tagger.packer.places = 0


def _synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
