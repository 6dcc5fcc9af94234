"""What differs between the models that `prelabel.training.ser` trains: how pages become examples, and the loss of some.

The loop knows nothing of a model but this interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from prelabel.errors import SettingError
from prelabel.evaluation.kie import bio_tags
from prelabel.page import Page
from prelabel.ser.checkpoint import SHIPPED_COMPACT
from prelabel.ser.compact import CompactTagger, save
from prelabel.ser.entities import OTHER
from prelabel.ser.extracting import tag_input
from prelabel.ser.network import Network, Shape, collate
from prelabel.ser.tagger import Tagger, plain_label

#: Targets that the loss leaves out.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a page with the number of each word's tag. `cost`: its length, in what a batch adds up."""

    cost: int
    window: Any
    targets: list[int]


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
        """The page's windows. SettingError where it has a label that is none of ours."""
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
    def load(cls, start: str, labels: Sequence[str], device: torch.device) -> CompactLearner:
        """`start`: "" for random weights, "shipped" or a folder; its labels must then be those of the data."""
        if not start:
            tags = bio(labels)
            return cls(Network(Shape(len(tags))), tags, device)
        tagger = CompactTagger.load(SHIPPED_COMPACT if start == "shipped" else Path(start).expanduser(), "cpu")
        return cls(tagger.network, tagger.tags, device)

    @property
    def network(self) -> Network:
        return self._network

    def examples(self, page: Page) -> list[Example]:
        """Windows of at most `prelabel.ser.compact.WINDOW` words."""
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
    """The number of each word's tag. SettingError names a label that the model lacks."""
    try:
        return [numbers[tag.upper()] for tag in bio_tags(page)]
    except KeyError as error:
        known = ", ".join(dict.fromkeys(plain_label(tag) for tag in numbers))
        raise SettingError(
            f"the pages have the label {plain_label(error.args[0])}, the model only {known}: name all of them with "
            "--labels to begin with a new head, or leave those pages out"
        ) from None


def cross_entropy(scores: Tensor, targets: Sequence[Sequence[int]], smoothing: float) -> Tensor:
    """Mean over all targets but `IGNORED` ones. `scores`: (windows, places, tags); targets shorter than places."""
    wanted = np.full(scores.shape[:2], IGNORED, np.int64)
    for row, numbers in zip(wanted, targets, strict=True):
        row[: len(numbers)] = numbers
    target = torch.from_numpy(wanted).to(scores.device)
    return functional.cross_entropy(
        scores.flatten(0, 1).float(), target.flatten(), ignore_index=IGNORED, label_smoothing=smoothing
    )
