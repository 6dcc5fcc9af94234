"""Probabilities of labels, from those of tags: the probability of each label, and that a word begins an entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from prelabel.kie.tag.tagger import OTHER, Probabilities, plain_label

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LabelProbabilities:
    """Probabilities of the words of a page.

    `names`: plain labels. `by_label`: (words, labels). `begins_by_label`: (words, labels) probability that the word
    begins an entity, given the label. `other`: the column of OTHER, -1 if there is none.
    """

    names: tuple[str, ...]
    by_label: Floats
    begins_by_label: Floats
    other: int

    @property
    def begins(self) -> Floats:
        """The probability that a word begins an entity, given that the word is in one."""
        inside = np.arange(len(self.names)) != self.other
        in_entity = self.by_label[:, inside].sum(1)
        begins: Floats = (self.by_label * self.begins_by_label)[:, inside].sum(1) / np.maximum(in_entity, 1e-4)
        return begins

    def of(self, words: npt.NDArray[np.int64]) -> LabelProbabilities:
        """Return the probabilities of some words only."""
        return replace(self, by_label=self.by_label[words], begins_by_label=self.begins_by_label[words])


def label_probabilities(probabilities: Probabilities, tags: Sequence[str]) -> LabelProbabilities:
    """Add up the probabilities of the tags of each label. `probabilities`: (words, tags).

    In a label set without B tags, every word begins an entity with a probability of one half.
    """
    names = tuple(dict.fromkeys(plain_label(tag) for tag in tags))
    labels = np.zeros((len(probabilities), len(names)), np.float32)
    begins = np.zeros_like(labels)
    for column, tag in enumerate(tags):
        label = names.index(plain_label(tag))
        labels[:, label] += probabilities[:, column]
        if tag[:2] in {"B-", "S-"}:
            begins[:, label] += probabilities[:, column]
    other = names.index(OTHER) if OTHER in names else -1
    if not any(tag[:2] == "B-" for tag in tags):
        return LabelProbabilities(names, labels, np.full_like(labels, 0.5), other)
    begins_by_label: Floats = np.divide(begins, np.maximum(labels, 1e-6), dtype=np.float32)
    return LabelProbabilities(names, labels, begins_by_label, other)
