"""Train the compact tagger on synthetic pages: `python -m prelabel.training.compact --out FOLDER --seed 0`.

Every page is new: page i of a training is the generator's page `seed * 10**7 + i`. Nothing else is read.
"""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from torch import Tensor
from torch.nn import functional

from prelabel.ser.compact import CompactTagger, save
from prelabel.ser.extracting import tag_input
from prelabel.ser.features import WindowFeatures
from prelabel.ser.network import Network, Shape, collate
from prelabel.training.synthetic import LABELS, SyntheticPage, generate

log = logging.getLogger(__name__)

TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))
#: Seeds from here on are kept out of every training.
HELD_OUT = 9 * 10**9


@dataclass(frozen=True, slots=True)
class Training:
    """All numbers of one training; they are written into the model's config.json."""

    seed: int = 0
    pages: int = 20_000
    batch: int = 8
    #: Pages that are sorted by length together before they are cut into batches.
    pool: int = 64
    rate: float = 1.5e-3
    warm_up: float = 0.03
    decay: float = 0.02
    smoothing: float = 0.02
    #: Weight of the past in the averaged weights that are kept in the end.
    average: float = 0.998
    clip: float = 1.0


def train(training: Training, out: Path, every_s: float = 120.0) -> None:
    """One pass over `training.pages` new pages; writes the averaged network to `out`, in between every `every_s`."""
    torch.manual_seed(training.seed)
    network = Network(Shape(len(TAGS)))
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), training.rate, weight_decay=training.decay, fused=True)
    steps = math.ceil(training.pages / training.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps, training.warm_up))
    began = saved = time.monotonic()
    network.train()
    for step, batch in enumerate(_batches(training), 1):
        loss = _loss(network, batch, training.smoothing)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), training.clip)
        optimizer.step()
        schedule.step()
        _follow(average, network, min(training.average, 1 - 1 / (step + 1)))
        if time.monotonic() - saved > every_s:
            saved = time.monotonic()
            save(average, TAGS, out, _notes(training, step))
            log.info("pages %d, loss %.3f, %.0f s", step * training.batch, loss.item(), saved - began)
    save(average, TAGS, out, _notes(training, steps))
    log.info("done: %d pages in %.0f s, %s", training.pages, time.monotonic() - began, out)


def tag_accuracy(tagger: CompactTagger, pages: Sequence[SyntheticPage]) -> float:
    """Share of words with the right tag, 0..1."""
    right = total = 0
    for page in pages:
        rows = tagger.forward([tagger.encode(tag_input(page.page))])[0]
        right += sum(tagger.tags[row.argmax()] == tag for row, tag in zip(rows, page.tags, strict=True))
        total += len(page.tags)
    return right / max(total, 1)


def _batches(training: Training) -> Iterator[list[tuple[WindowFeatures, list[int]]]]:
    """Batches of pages of nearly the same length, in random order within a pool."""
    encoder = CompactTagger(Network(Shape(len(TAGS), width=4, layers=1)), TAGS, "", torch.device("cpu"))
    rng = random.Random(training.seed)
    for start in range(0, training.pages, training.pool):
        pool = []
        for number in range(start, min(start + training.pool, training.pages)):
            made = generate(training.seed * 10**7 + number)
            for window in encoder.encode(tag_input(made.page)).payload:
                pool.append((window.features, [TAGS.index(made.tags[i]) for i in window.words]))
        pool.sort(key=lambda pair: len(pair[1]))
        batches = [pool[i : i + training.batch] for i in range(0, len(pool), training.batch)]
        rng.shuffle(batches)
        yield from batches


def _loss(network: Network, batch: Sequence[tuple[WindowFeatures, list[int]]], smoothing: float) -> Tensor:
    inputs = collate([features for features, _ in batch])
    target = torch.full(inputs.mask.shape, -100)
    for row, (_, tags) in enumerate(batch):
        target[row, : len(tags)] = torch.tensor(tags)
    scores = network(inputs).flatten(0, 1)
    return functional.cross_entropy(scores, target.flatten(), ignore_index=-100, label_smoothing=smoothing)


def _rate(done: float, warm_up: float) -> float:
    """Linear warm-up, then half a cosine down to 1 %."""
    if done < warm_up:
        return done / warm_up
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min((done - warm_up) / (1 - warm_up), 1.0)))


def _follow(average: Network, network: Network, keep: float) -> None:
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), network.parameters(), strict=True):
            slow.lerp_(fast, 1 - keep)


def _notes(training: Training, steps: int) -> dict[str, object]:
    return {"command": "python -m prelabel.training.compact", **asdict(training), "steps": steps}


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option("--seed", default=0, show_default=True)
@click.option("--pages", default=Training().pages, show_default=True, help="Synthetic pages, each seen once.")
@click.option("--threads", default=1, show_default=True, help="CPU threads.")
def main(out: Path, seed: int, pages: int, threads: int) -> None:
    """Train the compact tagger from nothing on synthetic pages."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(threads)
    train(Training(seed=seed, pages=pages), out)
    tagger = CompactTagger.load(out, "cpu")
    log.info("tags right on held-out pages: %.4f", tag_accuracy(tagger, [generate(HELD_OUT + i) for i in range(100)]))


if __name__ == "__main__":
    main()
