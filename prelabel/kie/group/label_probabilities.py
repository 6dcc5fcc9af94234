"""Tag probabilities as grouping needs them: the share of each label, and the chance that a word begins an entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from prelabel.kie.tag.tagger import Probabilities, plain_label

OTHER = "OTHER"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shares:
    """`names`: plain labels; `labels`: (words, labels) shares; `starts`: (words, labels) chance of a begin given the
    label; `other`: the column of OTHER, -1 where there is none.
    """

    names: tuple[str, ...]
    labels: Floats
    starts: Floats
    other: int

    @property
    def begins(self) -> Floats:
        """The chance that a word begins an entity, given that it is in one."""
        inside = np.arange(len(self.names)) != self.other
        share = self.labels[:, inside].sum(1)
        begins: Floats = (self.labels * self.starts)[:, inside].sum(1) / np.maximum(share, 1e-4)
        return begins

    def of(self, words: npt.NDArray[np.int64]) -> Shares:
        """The same of some words."""
        return replace(self, labels=self.labels[words], starts=self.starts[words])


def shares_of(probabilities: Probabilities, tags: Sequence[str]) -> Shares:
    """`probabilities`: (words, tags). Plain label sets have no B tags: there, a word is as likely to begin as not."""
    names = tuple(dict.fromkeys(plain_label(tag) for tag in tags))
    labels = np.zeros((len(probabilities), len(names)), np.float32)
    starts = np.zeros_like(labels)
    for column, tag in enumerate(tags):
        place = names.index(plain_label(tag))
        labels[:, place] += probabilities[:, column]
        if tag[:2] in {"B-", "S-"}:
            starts[:, place] += probabilities[:, column]
    other = names.index(OTHER) if OTHER in names else -1
    if not any(tag[:2] == "B-" for tag in tags):
        return Shares(names, labels, np.full_like(labels, 0.5), other)
    return Shares(names, labels, starts / np.maximum(labels, 1e-6), other)
