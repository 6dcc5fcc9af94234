"""Learners: taggers in training, behind one interface for the training loop in `prelabel.training.tagger`.

Here are the interface, the compact tagger and the functions that learners share; `layoutlm` has LayoutLM v1.
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

from prelabel.evaluation.kie import bio_tags
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.compact import CompactTagger, windows_of
from prelabel.kie.tag.network_files import write_network
from prelabel.kie.tag.shape import Shape
from prelabel.kie.tag.tagger import OTHER, Tagger, plain_label
from prelabel.kie.tag.torch_network import Network, collate
from prelabel.kie.tag.torch_scorer import TorchScorer, load_network
from prelabel.page import Page
from prelabel.registry.tagger_files import SHIPPED_COMPACT, read_compact

#: Target that the loss ignores.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a page. `targets`: the tag number of each place; `cost`: the length that counts in a batch."""

    cost: int
    window: Any
    targets: Sequence[int] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Defaults:
    """Default options of a model."""

    rate: float
    batch_tokens: int
    decay: float


class Learner(Protocol):
    """A model in training. `network` may be on any device; `tags` are BIO."""

    defaults: Defaults
    tags: tuple[str, ...]

    @property
    def network(self) -> nn.Module:
        """The network to train."""
        ...

    def examples(self, page: Page) -> list[Example]:
        """Return the windows of the page."""
        ...

    def loss(self, batch: Sequence[Example], smoothing: float) -> Tensor:
        """Return the mean loss of the network over all words of these examples."""
        ...

    def tagger(self, network: nn.Module) -> Tagger:
        """Return a tagger with these weights, for validation."""
        ...

    def save(self, network: nn.Module, folder: Path, notes: Mapping[str, Any]) -> None:
        """Write a model folder that `prelabel` loads."""
        ...


def bio(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the BIO tags of a label set.

    >>> bio(("KEY",))
    ('O', 'B-KEY', 'I-KEY')
    """
    return ("O", *(f"{prefix}-{label}" for label in labels for prefix in "BI"))


class CompactLearner:
    """A `Learner` of the compact tagger, from random weights or from those of a compact tagger."""

    defaults = Defaults(rate=1.5e-3, batch_tokens=2048, decay=0.02)

    def __init__(self, network: Network, tags: tuple[str, ...], device: torch.device) -> None:
        self._network = network.to(device)
        self.tags = tags
        self._device = device
        self._numbers = numbered(tags)

    @classmethod
    def load(cls, start: str, labels: Sequence[str], data: Sequence[str], device: torch.device) -> CompactLearner:
        """Load the weights: "shipped", a folder, or random ones ("") by `start`. `labels`, `data`: see `tags_for`."""
        if not start:
            tags = tags_for((), labels, data)
            return cls(Network(Shape(len(tags))), tags, device)
        checkpoint = read_compact(SHIPPED_COMPACT if start == "shipped" else Path(start).expanduser())
        known = load_network(checkpoint)
        tags = tags_for(checkpoint.tags, labels, data)
        if tags == checkpoint.tags:
            return cls(known, tags, device)
        network = Network(replace(known.shape, tags=len(tags)))
        body = {name: value for name, value in known.state_dict().items() if not name.startswith("tags.")}
        network.load_state_dict(body, strict=False)
        _keep_known_tags(network, tags, known, checkpoint.tags)
        return cls(network, tags, device)

    @property
    def network(self) -> Network:
        """The network to train."""
        return self._network

    def examples(self, page: Page) -> list[Example]:
        """Return windows of at most `prelabel.kie.tag.compact.WINDOW` words."""
        targets = targets_of(page, self._numbers)
        windows = windows_of(tag_input(page))
        return [Example(len(w.words), w.features, [targets[i] for i in w.words]) for w in windows]

    def loss(self, batch: Sequence[Example], smoothing: float) -> Tensor:
        """Return the mean loss over all words."""
        inputs = collate([example.window for example in batch]).to(self._device)
        scores = self._network(inputs)
        return cross_entropy(scores, [example.targets for example in batch], smoothing)

    def tagger(self, network: nn.Module) -> CompactTagger:
        """Return a tagger with these weights."""
        assert isinstance(network, Network)  # noqa: S101  (the loop passes copies of `network`)
        return CompactTagger(TorchScorer(network, self._device), self.tags)

    def save(self, network: nn.Module, folder: Path, notes: Mapping[str, Any]) -> None:
        """Write a folder of the compact tagger."""
        assert isinstance(network, Network)  # noqa: S101
        weights = {name: value.half().cpu().numpy() for name, value in network.state_dict().items()}
        write_network(network.shape, weights, self.tags, folder, notes)


def _keep_known_tags(network: Network, tags: Sequence[str], known: Network, known_tags: Sequence[str]) -> None:
    """Copy the outputs of all tags that both networks have, unless OTHER is the only label that they share."""
    there = {tag.upper(): number for number, tag in enumerate(known_tags)}
    shared = [(number, there[tag.upper()]) for number, tag in enumerate(tags) if tag.upper() in there]
    if all(plain_label(tags[number]) == OTHER for number, _ in shared):
        return
    with torch.no_grad():
        for new, old in shared:
            network.tags.weight[new] = known.tags.weight[old]
            network.tags.bias[new] = known.tags.bias[old]


def numbered(tags: Sequence[str]) -> dict[str, int]:
    """Return BIO tag, in capitals, -> its number; a tag without prefix counts as both B and I."""
    found: dict[str, int] = {}
    for number, tag in enumerate(tag.upper() for tag in tags):
        label = plain_label(tag)
        names = ("O",) if label == OTHER else (tag,) if tag != label else (f"B-{tag}", f"I-{tag}")
        found |= {name: number for name in names if name not in found}
    return found


def targets_of(page: Page, numbers: Mapping[str, int]) -> list[int]:
    """Return the tag number of each word. `numbers`: the result of `numbered`."""
    return [numbers[tag.upper()] for tag in bio_tags(page)]


def tags_for(known: tuple[str, ...], labels: Sequence[str], data: Sequence[str]) -> tuple[str, ...]:
    """Return the tags to train: those of the `labels` given, else the `known` ones, else those of the `data`.

    The known ones are those of the model; they stay where the data have no further labels.
    """
    there = {plain_label(tag).upper() for tag in known} - {OTHER}
    wanted = {*(labels or (data if {*data} - there else there))}
    return known if wanted == there else bio(labels or data)


def cross_entropy(scores: Tensor, targets: Sequence[Sequence[int] | npt.NDArray[np.int64]], smoothing: float) -> Tensor:
    """Return the mean over all targets but `IGNORED` ones. `scores`: (windows, places, tags)."""
    wanted = np.full(scores.shape[:2], IGNORED, np.int64)
    for row, numbers in zip(wanted, targets, strict=True):
        row[: len(numbers)] = numbers
    target = torch.from_numpy(wanted).to(scores.device)
    return functional.cross_entropy(
        scores.flatten(0, 1).float(), target.flatten(), ignore_index=IGNORED, label_smoothing=smoothing
    )
