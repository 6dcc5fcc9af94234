"""What `benchmarks.extract` measures: a tagger one page at a time and batched, the device's peak, parts of a page.

Seconds are wall time, CPU seconds those of this process (all threads).
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
from prelabel.kie.extract import apply_tags, entity_shares, relate, tag_input, word_shares
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.kie.tag.tagger import Encoded, Probabilities, Tagger, TagInput
from prelabel.kie.tag.tokens import WordPieces
from prelabel.page import Page
from prelabel.registry.tagger_files import SHIPPED_VOCAB, Checkpoint
from workers.batcher import Batcher

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
NAMES = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}
#: Threads that encode beside the one that computes; tokenising gives Python's lock away.
ENCODERS = 4
#: Seconds between two looks at what the driver says of the GPU.
_LOOK_S = 0.1
#: Fewest batches of which a steady state is taken; the rate is that of the whole run otherwise.
_BATCHES = 15


@dataclass(slots=True)
class Way:
    """One way through the pages. `flops`: of all tokens without padding; `waste`: share of padding, 0..1.

    `busy`: share of the steady state in which the GPU had work of ours; `driver_busy`: the driver's own share, None
    where it cannot be asked. `starved`: share in which the computing thread waited for encoded pages.
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
        """Of `peak` floating point operations a second; a CPU's second is one of its own, as others may use it, too."""
        return self.flops / (self.cpu_s if on_cpu else self.wall_s) / peak


@dataclass(slots=True)
class Parts:
    """CPU milliseconds of one page on one core, a number a page, by part."""

    by_part: dict[str, list[float]] = field(default_factory=dict)

    def mean(self, *parts: str) -> float:
        return sum(statistics.mean(self.by_part[part]) for part in parts)

    @contextmanager
    def measured(self, part: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.by_part.setdefault(part, []).append(1000 * (time.process_time() - started))


def base(device: torch.device, dtype: torch.dtype) -> LayoutLMTagger:
    """LayoutLM base, untrained: 12 layers of 768, 30,522 tokens."""
    torch.manual_seed(0)
    model = LayoutLMForTokenClassification(LayoutLMConfig(num_labels=len(TAGS)))
    checkpoint = Checkpoint("layoutlm-base", Path(), TAGS, "", {}, SHIPPED_VOCAB)
    return LayoutLMTagger(model, WordPieces(SHIPPED_VOCAB, lowercase=True), checkpoint, device, dtype)


def matmul_peak(device: torch.device, dtype: torch.dtype) -> float:
    """Floating point operations a second of one large product; on a CPU, a second of CPU time."""
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
    """Encode a page, compute it, take the next."""
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
    """As the gpu worker does it: threads encode, a batcher computes the pages of many of them together.

    `ready` is called when all is warm.
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
    with _Looks(device) as looks:
        run(inputs)
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    starved = (batcher.waited_s - waited) / wall_s
    batcher.close()
    # pages of a batch end together: a steady rate takes many batches
    rate = (steady_rate(ends) if len(ends) > _BATCHES * pages else None) or len(inputs) / wall_s
    return Way(
        "batched", dtype, len(inputs), wall_s, cpu_s, rate, sum(flops), tagger.packer.waste,
        marks.busy(), looks.mean(), starved,
    )  # fmt: skip


def tagger_flops(tagger: Any, encoded: Encoded) -> float:
    """Of one page's windows through LayoutLM's layers, without padding: two a weight and token, and attention."""
    config = tagger._model.config
    width, inner = config.hidden_size, config.intermediate_size
    lengths = [len(window.ids) for window in encoded.payload]
    per_token = 2 * (4 * width * width + 2 * width * inner)
    return float(config.num_hidden_layers * sum(n * per_token + 4 * n * n * width for n in lengths))


def parts_of_a_page(tagger: CompactTagger, pages: Sequence[Page], linker: Any = None) -> Parts:
    """The shipped tagger and linker: features, network, grouping (these are SER) and links with key-values (RE)."""
    linker = linker or AlignmentRule()
    parts = Parts()
    for chosen in (pages[:3] if len(pages) > 1 else (), pages):  # the first ones warm up
        parts.by_part.clear()
        for page in chosen:
            with parts.measured("features"):
                encoded = tagger.encode(tag_input(page))
            with parts.measured("network"):
                probabilities = tagger.forward([encoded])[0]
            with parts.measured("grouping"):
                tagged = apply_tags(page, linker, probabilities, tagger.tags)
            with parts.measured("relations"):
                shares = entity_shares(tagged.entities or (), word_shares(probabilities, tagger.tags))
                relate(tagged, linker, shares)
    return parts


def encoding(tagger: Tagger, pages: Sequence[Page]) -> Parts:
    """LayoutLM's pre-processing: tokens, boxes, windows."""
    parts = Parts()
    tagger.encode(tag_input(pages[0]))
    for page in pages:
        with parts.measured("encode"):
            tagger.encode(tag_input(page))
    return parts


class _Marks:
    """In the GPU's queue, before and after each pass through the model."""

    def __init__(self, model: Any, device: torch.device) -> None:
        self.spans: list[list[Any]] = []
        if device.type == "cuda":
            model.layoutlm.register_forward_pre_hook(lambda *_: self.spans.append([_mark()]))
            model.classifier.register_forward_hook(lambda *_: self.spans[-1].append(_mark()))

    def busy(self) -> float | None:
        """Between the first and the last tenth of the passes: time in a pass by all time, 0..1."""
        kept = self.spans[len(self.spans) // 10 : len(self.spans) - len(self.spans) // 10]
        if len(kept) < 3:
            return None
        torch.cuda.synchronize()
        whole = kept[0][0].elapsed_time(kept[-1][1])
        return float(sum(begin.elapsed_time(end) for begin, end in kept) / whole)


class _Looks:
    """Asks the driver again and again how busy the GPU is."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._found: list[int] = []
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Looks:
        if self._device.type == "cuda":
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def mean(self) -> float | None:
        """Over all looks but the first and last tenth, 0..1."""
        kept = self._found[len(self._found) // 10 : len(self._found) - len(self._found) // 10]
        return statistics.mean(kept) / 100 if kept else None

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
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
