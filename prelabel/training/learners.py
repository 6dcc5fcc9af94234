"""Differences between the models that `prelabel.training.tagger` trains: how pages become examples, and some losses.

The loop knows nothing of a model but this interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from prelabel.errors import SettingError
from prelabel.evaluation.kie import bio_tags
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.compact import CompactTagger, save
from prelabel.kie.tag.network import Network, Shape, collate
from prelabel.kie.tag.tagger import OTHER, Tagger, plain_label
from prelabel.page import Page
from prelabel.registry.tagger_files import SHIPPED_COMPACT

#: Targets that the loss leaves out.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a page with the number of each word's tag. `cost`: its length, in what a batch adds up."""

    cost: int
    window: Any
    targets: Sequence[int] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What suits a model where nobody says otherwise."""

    rate: float
    batch_tokens: int
    decay: float


class Learner(Protocol):
    """A model in training. `network` may stand on any device; `tags` are BIO."""

    defaults: Defaults
    tags: tuple[str, ...]

    @property
    def network(self) -> nn.Module:
        """What is trained."""
        ...

    def examples(self, page: Page) -> list[Example]:
        """The page's windows."""
        ...

    def loss(self, batch: Sequence[Example], smoothing: float) -> Tensor:
        """Mean loss of the network over all words of these examples."""
        ...

    def tagger(self, network: nn.Module) -> Tagger:
        """What these weights say of pages; for validation."""
        ...

    def save(self, network: nn.Module, folder: Path, notes: Mapping[str, Any]) -> None:
        """Write a model folder that `prelabel` loads."""
        ...


def bio(labels: Sequence[str]) -> tuple[str, ...]:
    """The tags of a label set.

    >>> bio(("KEY",))
    ('O', 'B-KEY', 'I-KEY')
    """
    return ("O", *(f"{prefix}-{label}" for label in labels for prefix in "BI"))


class CompactLearner:
    """The compact tagger, from nothing or from weights of its own kind."""

    defaults = Defaults(rate=1.5e-3, batch_tokens=2048, decay=0.02)

    def __init__(self, network: Network, tags: tuple[str, ...], device: torch.device) -> None:
        self._network = network.to(device)
        self.tags = tags
        self._device = device
        self._encoder = CompactTagger(Network(Shape(len(tags), width=4, layers=1)), tags, "", torch.device("cpu"))
        self._numbers = numbered(tags)

    @classmethod
    def load(cls, start: str, labels: Sequence[str], data: Sequence[str], device: torch.device) -> CompactLearner:
        """`start`: "" for random weights, "shipped" or a folder. `labels`, `data`: see `tags_for`."""
        if not start:
            tags = tags_for((), labels, data)
            return cls(Network(Shape(len(tags))), tags, device)
        tagger = CompactTagger.load(SHIPPED_COMPACT if start == "shipped" else Path(start).expanduser(), "cpu")
        tags = tags_for(tagger.tags, labels, data)
        if tags == tagger.tags:
            return cls(tagger.network, tags, device)
        network = Network(replace(tagger.network.shape, tags=len(tags)))
        body = {name: value for name, value in tagger.network.state_dict().items() if not name.startswith("tags.")}
        network.load_state_dict(body, strict=False)
        return cls(network, tags, device)

    @property
    def network(self) -> Network:
        return self._network

    def examples(self, page: Page) -> list[Example]:
        """Windows of at most `prelabel.kie.tag.compact.WINDOW` words."""
        targets = targets_of(page, self._numbers)
        windows = self._encoder.encode(tag_input(page)).payload
        return [Example(len(w.words), w.features, [targets[i] for i in w.words]) for w in windows]

    def loss(self, batch: Sequence[Example], smoothing: float) -> Tensor:
        inputs = collate([example.window for example in batch]).to(self._device)
        scores = self._network(inputs)
        return cross_entropy(scores, [example.targets for example in batch], smoothing)

    def tagger(self, network: nn.Module) -> CompactTagger:
        assert isinstance(network, Network)  # noqa: S101  (the loop hands back what this learner gave it)
        return CompactTagger(network, self.tags, "", self._device)

    def save(self, network: nn.Module, folder: Path, notes: Mapping[str, Any]) -> None:
        assert isinstance(network, Network)  # noqa: S101
        save(network, self.tags, folder, dict(notes))


def numbered(tags: Sequence[str]) -> dict[str, int]:
    """BIO tag -> its number, letter case aside; a tag without prefix stands for B and I alike."""
    found: dict[str, int] = {}
    for number, tag in enumerate(tag.upper() for tag in tags):
        label = plain_label(tag)
        names = ("O",) if label == OTHER else (tag,) if tag != label else (f"B-{tag}", f"I-{tag}")
        found |= {name: number for name in names if name not in found}
    return found


def targets_of(page: Page, numbers: Mapping[str, int]) -> list[int]:
    """The number of each word's tag. `numbers`: as `numbered` gives them."""
    return [numbers[tag.upper()] for tag in bio_tags(page)]


def tags_for(known: tuple[str, ...], labels: Sequence[str], data: Sequence[str]) -> tuple[str, ...]:
    """The tags to train: those that a model knows (`known`), as long as nobody names other `labels`; else new ones.

    Raises SettingError where `data` have a label that is not among them.
    """
    there = {plain_label(tag).upper() for tag in known} - {OTHER}
    wanted = there if known and not labels else {*(labels or data)}
    if strange := [label for label in data if label not in wanted]:
        raise SettingError(
            f"the data have labels that {'--labels' if labels else 'the model'} lacks: {', '.join(strange)}; "
            f"name all: --labels {','.join(dict.fromkeys([*sorted(wanted), *strange]))}"
        )
    return known if wanted == there else bio(labels or data)


def cross_entropy(scores: Tensor, targets: Sequence[Sequence[int] | npt.NDArray[np.int64]], smoothing: float) -> Tensor:
    """Mean over all targets but `IGNORED` ones. `scores`: (windows, places, tags); targets shorter than places."""
    wanted = np.full(scores.shape[:2], IGNORED, np.int64)
    for row, numbers in zip(wanted, targets, strict=True):
        row[: len(numbers)] = numbers
    target = torch.from_numpy(wanted).to(scores.device)
    return functional.cross_entropy(
        scores.flatten(0, 1).float(), target.flatten(), ignore_index=IGNORED, label_smoothing=smoothing
    )
