"""Train a word tagger: one loop for every model. `prelabel train ser` is its command; docs/training.md its manual.

Same numbers, same pages, same machine = same weights on a CPU, whether the run was interrupted or not.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from prelabel.errors import SettingError
from prelabel.evaluation.kie import bio_tags
from prelabel.evaluation.pairs import Scores
from prelabel.evaluation.spans import spans
from prelabel.evaluation.wordsets import set_scores
from prelabel.page import Entity, Page
from prelabel.ser.device import device_of
from prelabel.ser.entities import OTHER, group
from prelabel.ser.extracting import tag_input
from prelabel.ser.tagger import Tagger, plain_label
from prelabel.training.learners import CompactLearner, Example, Learner
from prelabel.training.runs import STATE_TENSORS, Row, Run
from prelabel.training.sources import Source, mixed, parse, split

#: Pages of an epoch where a source has no end and nobody says how many.
_EPOCH = 2000
#: The plateau schedule halves the rate after so many epochs without a better score.
_PATIENCE = 2


@dataclass(frozen=True, slots=True)
class SerTraining:
    """All that decides a training; written into its run's config.json. 0 or "": what suits model and data."""

    #: Sources of pages, see `prelabel.training.sources`; `valid` ones only judge, else a part of the others does.
    data: tuple[str, ...]
    valid: tuple[str, ...] = ()
    #: "compact", or a LayoutLM v1: a folder or a hub name.
    model: str = "compact"
    #: compact only: "shipped" or a folder whose weights to begin with.
    start: str = ""
    #: LayoutLM only: vocab.txt or tokenizer.json of another vocabulary than the model's.
    vocab: str = ""
    #: All labels but OTHER; else those of the model that it begins with, else those of the data.
    labels: tuple[str, ...] = ()
    epochs: int = 10
    pages_per_epoch: int = 0
    valid_pages: int = 200
    seed: int = 0
    #: Words (compact) or tokens (LayoutLM) of a batch, padding included, and pages that are sorted by length together.
    batch_tokens: int = 0
    pool: int = 64
    rate: float = 0.0
    #: "warmup-cosine" or "plateau" (ReduceLROnPlateau on the validation's score).
    schedule: str = "warmup-cosine"
    warm_up: float = 0.03
    decay: float = 0.02
    smoothing: float = 0.02
    #: Weight of the past in the averaged weights, which are those that count; 0: the last weights count.
    average: float = 0.998
    clip: float = 1.0
    #: "auto", "cpu", "cuda" or "cuda:N"; "auto" (half on a GPU), "fp32", "bf16" or "fp16"; CPU threads.
    device: str = "auto"
    precision: str = "auto"
    threads: int = 1
    keep: int = 3

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SerTraining:
        """What `asdict` gave, after a way through JSON."""
        known = {field.name for field in fields(cls)}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**{name: value for name, value in (values | lists).items() if name in known})


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a training stands. `row`: the metrics of an epoch that has just ended."""

    epoch: int
    epochs: int
    pages: int
    of_pages: int
    row: Row | None = None


Watch = Callable[[Moment], None]


def train(training: SerTraining, out: Path, watch: Watch = lambda _: None) -> Path:
    """Train from the beginning. Returns the folder of the best model; raises ConfigurationError with the cure."""
    prepared = _Prepared.of(training)
    run = Run.begin(out, prepared.config(), keep=training.keep)
    return _go(prepared, run, watch)


def resume(out: Path, watch: Watch = lambda _: None) -> Path:
    """Go on with a run that was interrupted, from its newest checkpoint, as if it had not been."""
    run = Run.open(out)
    return _go(_Prepared.of(SerTraining.from_json(run.config["training"])), run, watch)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Everything that may fail before anything is written. `training` has no 0 or "" left that means something."""

    training: SerTraining
    sources: tuple[Source, ...]
    valid: tuple[Page, ...]
    learner: Learner
    device: torch.device

    @classmethod
    def of(cls, training: SerTraining) -> _Prepared:
        torch.manual_seed(training.seed)
        torch.set_num_threads(training.threads)
        sources = tuple(parse(text) for text in training.data)
        if not sources:
            raise SettingError("no data to train on; name a source, such as --data synthetic")
        judges = tuple(parse(text) for text in training.valid)
        if not judges:
            halves = [split(source) for source in sources]
            sources, judges = tuple(a for a, _ in halves), tuple(b for _, b in halves)
        device = device_of(training.device)
        learner = learner_for(training, sources, device)
        endless = any(source.annotated is None for source in sources)
        whole = sum(len(source.annotated or ()) for source in sources)
        filled = replace(
            training,
            rate=training.rate or learner.defaults.rate,
            batch_tokens=training.batch_tokens or learner.defaults.batch_tokens,
            pages_per_epoch=training.pages_per_epoch or (_EPOCH if endless else whole),
            precision=_precision(training.precision, device),
        )
        valid = tuple(page for judge in judges for page in judge.valid(-(-training.valid_pages // len(judges))))
        return cls(filled, sources, valid, learner, device)

    def config(self) -> dict[str, Any]:
        pages = [{"name": s.name, "share": s.share, "pages": s.annotated and len(s.annotated)} for s in self.sources]
        return {
            "command": "prelabel train ser",
            "training": asdict(self.training),
            "tags": list(self.learner.tags),
            "sources": pages,
            "valid_pages": len(self.valid),
            "device": str(self.device),
        }


def learner_for(training: SerTraining, sources: Sequence[Source], device: torch.device) -> Learner:
    """The model to train. SettingError or ModelUnavailable where it cannot be had or does not fit the data."""
    data = tuple(dict.fromkeys(label for source in sources for label in source.labels))
    if not data:
        raise SettingError("the data have no label but OTHER: annotate pages first")
    labels = tuple(label.upper() for label in training.labels)
    if training.model == "compact":
        return CompactLearner.load(training.start, labels, data, device)
    if training.start:
        raise SettingError(f"--start is for the compact tagger; --model {training.model} says where to begin")
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


def _go(prepared: _Prepared, run: Run, watch: Watch) -> Path:
    """The loop over the epochs that are left."""
    training, learner = prepared.training, prepared.learner
    state = _State(prepared)
    rows: list[Row] = []
    if (found := run.last()) is not None:
        rows = found[1]
        state.load(found[0], run.state())
    for epoch in range(len(rows) + 1, training.epochs + 1):
        began = time.monotonic()
        loss = state.epoch(epoch, watch)
        shares = validate(learner.tagger(state.average), prepared.valid)
        state.plateau(shares["score"])
        row = {"epoch": epoch, "loss": loss, "rate": state.rate, **shares, "seconds": time.monotonic() - began}
        row = {name: round(value, 6) for name, value in row.items()}
        notes = {"command": "prelabel train ser", **asdict(training), "epoch": epoch, "score": row["score"]}

        def write(folder: Path, notes: dict[str, Any] = notes) -> None:
            learner.save(state.average, folder, notes)
            state.save(folder)

        rows.append(run.commit([*rows, row], write, state.numbers()))
        watch(Moment(epoch, training.epochs, training.pages_per_epoch, training.pages_per_epoch, row))
    return run.best


class _State:
    """Weights, their average, optimizer, schedule and random numbers: what a checkpoint must hold to go on."""

    def __init__(self, prepared: _Prepared) -> None:
        self._prepared = prepared
        training, network = prepared.training, prepared.learner.network
        self._network = network
        self.average = copy.deepcopy(network).eval()
        self._optimizer = torch.optim.AdamW(
            network.parameters(), training.rate, weight_decay=training.decay, fused=True
        )
        self._schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self._optimizer, "max", factor=0.5, patience=_PATIENCE
        )
        self._scaler = torch.amp.GradScaler(prepared.device.type, enabled=training.precision == "fp16")
        self._steps = 0

    @property
    def rate(self) -> float:
        """The learning rate now."""
        return float(self._optimizer.param_groups[0]["lr"])

    def epoch(self, number: int, watch: Watch) -> float:
        """One epoch; returns its mean loss."""
        training, learner = self._prepared.training, self._prepared.learner
        start = (number - 1) * training.pages_per_epoch
        pages = islice(mixed(self._prepared.sources, training.seed, start), training.pages_per_epoch)
        total, count = torch.zeros((), device=self._prepared.device), 0
        self._network.train()
        for done, batch in batches(pages, learner, training, Random(f"{training.seed} {number}")):
            if training.schedule == "warmup-cosine":
                self._set_rate(
                    training.rate
                    * warmup_cosine((start + done) / (training.epochs * training.pages_per_epoch), training.warm_up)
                )
            total += self._step(batch)
            count += 1
            watch(Moment(number, training.epochs, round(done), training.pages_per_epoch))
        loss = float(total) / max(count, 1)
        if not math.isfinite(loss):
            raise SettingError(
                f"the loss of epoch {number} is no number; begin anew with a lower --rate"
                + ("" if training.precision == "fp32" else " or --precision fp32")
            )
        return loss

    def _step(self, batch: Sequence[Example]) -> Tensor:
        """One step down the gradient of a batch; returns its loss."""
        training, device = self._prepared.training, self._prepared.device
        half = torch.float16 if training.precision == "fp16" else torch.bfloat16
        with torch.autocast(device.type, half, enabled=training.precision != "fp32"):
            loss = self._prepared.learner.loss(batch, training.smoothing)
        self._optimizer.zero_grad()
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.unscale_(self._optimizer)
        nn.utils.clip_grad_norm_(self._network.parameters(), training.clip)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._steps += 1
        _follow(self.average, self._network, min(training.average, self._steps / (self._steps + 10)))
        return loss.detach()

    def plateau(self, score: float) -> None:
        """Tell the plateau schedule of an epoch's score."""
        if self._prepared.training.schedule == "plateau":
            self._schedule.step(score)

    def _set_rate(self, rate: float) -> None:
        for settings in self._optimizer.param_groups:
            settings["lr"] = rate

    def numbers(self) -> dict[str, Any]:
        """All but tensors, ready for JSON."""
        return {
            "steps": self._steps,
            "rate": self.rate,
            "schedule": self._schedule.state_dict(),
            "scaler": self._scaler.state_dict(),
        }

    def save(self, folder: Path) -> None:
        """Write all tensors."""
        tensors = {f"network.{name}": value for name, value in self._network.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for number, values in self._optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": value for name, value in values.items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if self._prepared.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self._prepared.device)
        save_file({name: value.clone().contiguous() for name, value in tensors.items()}, folder / STATE_TENSORS)

    def load(self, checkpoint: Path, numbers: dict[str, Any]) -> None:
        """Take up what `save` and `numbers` gave."""
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "optimizer": {}, "random": {}}
        for name, value in load_file(checkpoint / STATE_TENSORS).items():
            kind, _, rest = name.partition(".")
            parts[kind][rest] = value
        self._network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in parts["optimizer"].items():
            number, _, rest = name.partition(".")
            state.setdefault(int(number), {})[rest] = value
        self._optimizer.load_state_dict({"state": state, "param_groups": self._optimizer.state_dict()["param_groups"]})
        self._set_rate(numbers["rate"])
        self._schedule.load_state_dict(numbers["schedule"])
        self._scaler.load_state_dict(numbers["scaler"])
        self._steps = numbers["steps"]
        torch.set_rng_state(parts["random"]["cpu"])
        if "cuda" in parts["random"]:
            torch.cuda.set_rng_state(parts["random"]["cuda"], self._prepared.device)


def batches(
    pages: Iterable[Page], learner: Learner, training: SerTraining, rng: Random
) -> Iterator[tuple[float, list[Example]]]:
    """(pages done, examples) of nearly the same length, at most `batch_tokens` with padding, in random order."""
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


def validate(tagger: Tagger, pages: Sequence[Page]) -> dict[str, float]:
    """Shares 0..1: `words` with the right label; F1 of `spans` (T1) and of grouped `entities`; `score`: their mean."""
    right, words = 0, 0
    by_span = by_entity = Scores(0, 0, 0)
    for page in pages:
        [rows] = tagger.forward([tagger.encode(tag_input(page))])
        tags, wanted = [tagger.tags[i].upper() for i in rows.argmax(1)], bio_tags(page)
        labels, entities = group(page.words, rows, tagger.tags)
        words += len(wanted)
        right += sum(a.label.upper() == plain_label(tag) for a, tag in zip(labels, wanted, strict=True))
        by_span += set_scores(spans(tags), spans(wanted))
        by_entity += set_scores(_entities(entities), _entities(page.entities or ()))
    score = (by_span.f1 + by_entity.f1) / 2
    return {"words": right / max(words, 1), "spans": by_span.f1, "entities": by_entity.f1, "score": score}


def _entities(entities: Iterable[Entity]) -> set[tuple[str, frozenset[int]]]:
    return {(e.label.upper(), frozenset(e.words)) for e in entities if e.label != OTHER}


def warmup_cosine(done: float, warm_up: float) -> float:
    """Linear warm-up over the first `warm_up` of the training, then half a cosine down to 1 %."""
    if done < warm_up:
        return done / warm_up
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min((done - warm_up) / (1 - warm_up), 1.0)))


def _follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), network.parameters(), strict=True):
            slow.lerp_(fast, 1 - keep)
