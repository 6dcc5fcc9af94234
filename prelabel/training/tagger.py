"""Training of a word tagger: one loop for every model. Command: `prelabel train ser`; manual: docs/how-to/training.md.

On a CPU, the same options and pages give the same weights, also after an interruption.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import nn

from prelabel.errors import SettingError
from prelabel.kie.tag.device import device_of
from prelabel.page import Page
from prelabel.training.learners import CompactLearner, Example, Learner
from prelabel.training.sources import Source, fixed, mixed, parse, parse_valid, split
from prelabel.training.state import TrainingState
from prelabel.training.tagger_options import TaggerTraining
from prelabel.training.training_run import Row, TrainingRun
from prelabel.training.validation import validate

#: Default number of pages of an epoch if a source has no end; the least one if there are few annotated pages.
_EPOCH, _FEWEST = 2000, 160


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Progress of a training. `row`: the metrics of an epoch that has just ended."""

    epoch: int
    epochs: int
    pages: int
    of_pages: int
    row: Row | None = None


Watch = Callable[[TrainingProgress], None]


def train(training: TaggerTraining, out: Path, watch: Watch = lambda _: None) -> Path:
    """Train from the beginning, and return the folder of the best model. Raises SettingError or ModelUnavailable."""
    prepared = _Prepared.of(training)
    run = TrainingRun.begin(out, prepared.config(), keep=training.keep)
    return _run_epochs(prepared, run, watch)


def resume(out: Path, watch: Watch = lambda _: None) -> Path:
    """Resume an interrupted training run from its newest checkpoint, and return the folder of the best model."""
    run = TrainingRun.open(out)
    return _run_epochs(_Prepared.of(TaggerTraining.from_json(run.config["training"])), run, watch)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Inputs of a training, made before anything is written, as making them may fail. `training`: without defaults."""

    training: TaggerTraining
    sources: tuple[Source, ...]
    valid: tuple[Page, ...]
    learner: Learner
    device: torch.device

    @classmethod
    def of(cls, training: TaggerTraining) -> _Prepared:
        """Read the sources, load the model and fill in all defaults. Raises SettingError or ModelUnavailable."""
        torch.manual_seed(training.seed)
        torch.set_num_threads(training.threads)
        data, valid_data = (tuple(map(fixed, texts)) for texts in (training.data, training.valid))
        training = replace(training, data=data, valid=valid_data)
        sources = _only(training.labels, [parse(text) for text in training.data])
        if not sources:
            raise SettingError("no data to train on; name a source, such as --data synthetic")
        judges = _only(training.labels, [parse_valid(text) for text in training.valid])
        if not judges:
            halves = [split(source) for source in sources]
            sources, judges = tuple(a for a, _ in halves), tuple(b for _, b in halves)
        device = device_of(training.device)
        learner = learner_for(training, sources, device)
        if training.dropout >= 0:
            for layer in learner.network.modules():
                if isinstance(layer, nn.Dropout):
                    layer.p = training.dropout
        endless = any(source.annotated is None for source in sources)
        whole = sum(len(source.annotated or ()) for source in sources)
        filled = replace(
            training,
            rate=training.rate or learner.defaults.rate,
            decay=training.decay or learner.defaults.decay,
            batch_tokens=training.batch_tokens or learner.defaults.batch_tokens,
            pages_per_epoch=training.pages_per_epoch or (_EPOCH if endless else max(whole, _FEWEST)),
            precision=_precision(training.precision, device),
        )
        valid = tuple(page for judge in judges for page in judge.valid(-(-training.valid_pages // len(judges))))
        return cls(filled, sources, valid, learner, device)

    def config(self) -> dict[str, Any]:
        """Return the content of config.json."""
        sources = [
            {
                "name": s.name,
                "share": s.share,
                "pages": s.annotated and len(s.annotated),
                "left_out": s.left_out,
                "entities": dict(s.counts),
            }
            for s in self.sources
        ]
        return {
            "command": "prelabel train ser",
            "training": asdict(self.training),
            "tags": list(self.learner.tags),
            "sources": sources,
            "valid_pages": len(self.valid),
            "device": str(self.device),
        }


def _only(labels: Sequence[str], sources: Sequence[Source]) -> tuple[Source, ...]:
    """Let other labels than these count as OTHER, where any are given."""
    only = frozenset(label.upper() for label in labels) or None
    return tuple(replace(source, only=only) for source in sources)


def learner_for(training: TaggerTraining, sources: Sequence[Source], device: torch.device) -> Learner:
    """Load the model to train. Raises SettingError or ModelUnavailable if it is missing or does not fit the data."""
    labels = tuple(label.upper() for label in training.labels)
    data = tuple(dict.fromkeys(label for source in sources for label in source.labels))
    if not data and labels:
        there = sorted({label for source in sources for label in replace(source, only=None).labels})
        raise SettingError(f"the data have none of --labels {','.join(labels)}; they have {', '.join(there)}")
    if not data:
        raise SettingError("the data have no label except OTHER: annotate pages first")
    if training.model == "compact":
        return CompactLearner.load(training.start, labels, data, device)
    if training.start:
        raise SettingError(f"--start is for the compact tagger: --model {training.model} names the initial weights")
    from prelabel.training.layoutlm import LayoutLMLearner

    return LayoutLMLearner.load(training.model, training.vocab, labels, data, device)


def _precision(name: str, device: torch.device) -> str:
    if name == "auto":
        if device.type != "cuda":
            return "fp32"
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    if name == "fp16" and device.type != "cuda":
        raise SettingError("--precision fp16 needs a GPU; write fp32 or bf16")
    return name


def _run_epochs(prepared: _Prepared, run: TrainingRun, watch: Watch) -> Path:
    """Run the remaining epochs, and return the folder of the best model."""
    training, learner = prepared.training, prepared.learner
    state = TrainingState(training, learner, prepared.device)
    rows: list[Row] = []
    if (found := run.last()) is not None:
        state.load(*found)
        rows = found[1]["rows"]
    for epoch in range(len(rows) + 1, training.epochs + 1):
        began = time.monotonic()
        loss = _epoch(epoch, prepared, state, watch)
        shares = validate(learner.tagger(state.average), prepared.valid)
        state.judged(shares["score"])
        row = {"epoch": epoch, "loss": loss, "rate": state.rate, **shares, "seconds": time.monotonic() - began}
        row = {name: round(value, 6) for name, value in row.items()}
        notes = {"command": "prelabel train ser", **asdict(training), "epoch": epoch, "score": row["score"]}

        def write(folder: Path, notes: dict[str, Any] = notes) -> None:
            learner.save(state.average, folder, notes)
            state.save(folder)

        rows.append(run.commit([*rows, row], write, state.numbers()))
        watch(TrainingProgress(epoch, training.epochs, training.pages_per_epoch, training.pages_per_epoch, row))
    return run.best


def _epoch(number: int, prepared: _Prepared, state: TrainingState, watch: Watch) -> float:
    """Train on the pages of one epoch, and return the mean loss of its steps."""
    training = prepared.training
    count, start = training.pages_per_epoch, (number - 1) * training.pages_per_epoch
    pages = islice(mixed(prepared.sources, training.seed, start), count)
    losses = []
    for done, batch in batches(pages, prepared.learner, training, Random(f"{training.seed} {number}")):
        losses.append(state.step(batch, (start + done) / (training.epochs * count)))
        watch(TrainingProgress(number, training.epochs, round(done), count))
    mean = float(torch.stack(losses).mean()) if losses else 0.0
    if not math.isfinite(mean):
        lower = "a lower --rate" if training.precision == "fp32" else "a lower --rate or --precision fp32"
        raise SettingError(f"the loss of epoch {number} is no longer a number; start again with {lower}")
    return mean


def batches(
    pages: Iterable[Page], learner: Learner, training: TaggerTraining, rng: Random
) -> Iterator[tuple[float, list[Example]]]:
    """Yield (pages done, examples of similar length): at most `batch_tokens` with padding, in random order."""
    source, done = iter(pages), 0
    while pool := list(islice(source, training.pool)):
        examples = sorted((e for page in pool for e in learner.examples(page)), key=lambda e: e.cost)
        made: list[list[Example]] = []
        for example in examples:
            if not made or (len(made[-1]) + 1) * example.cost > training.batch_tokens:
                made.append([])
            made[-1].append(example)
        rng.shuffle(made)
        for number, batch in enumerate(made, 1):
            yield done + len(pool) * number / len(made), batch
        done += len(pool)
