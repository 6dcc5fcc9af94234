"""The learned grouper: boosted trees decide where words belong together, along the lines first, then down the page.

An entity's label is the one that its words like best together. It reads no order and no names of labels, so it serves
every tagger and label set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from prelabel.kie.group.features import Floats, Indices, Runs, Scene, across, down, runs, scene
from prelabel.kie.group.label_probabilities import OTHER, Shares, shares_of
from prelabel.kie.group.rule import is_mark
from prelabel.kie.tag.tagger import Probabilities
from prelabel.kie.trees import predict, stack_columns
from prelabel.page import Box, Entity, Word, WordLabel

#: Words and runs are joined from these chances on. Of six pairs tried, entity F1 is within 0.3 points of its best there
#: on synthetic pages, Korean families never seen, and NAF; FUNSD's pages would have 0.9 more at 0.3 and 0.65.
ACROSS, DOWN = 0.4, 0.5
_TINY = 1e-3


@dataclass(frozen=True, slots=True)
class Grouper:
    """It may be used by many threads."""

    across: lightgbm.Booster
    down: lightgbm.Booster

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """As `entities.group`: one label a word, and the entities that the words form."""
        shares = shares_of(probabilities, tags)
        kept = unmarked(words, shares)
        choices = np.full(len(words), shares.other, np.int64)
        entities = []
        if len(kept):
            inside = shares.of(kept)
            for members in self._groups(scene([words[i] for i in kept], inside)):
                label = int(np.log(inside.labels[members] + _TINY).sum(0).argmax())
                places = kept[members]
                choices[places] = label
                if label != shares.other:
                    sure = round(float(shares.labels[places, label].mean()), 4)
                    entities.append(Entity(shares.names[label], tuple(places.tolist()), sure))
        confidences = shares.labels[np.arange(len(words)), choices]
        labels = (WordLabel(shares.names[c], round(float(p), 4)) for c, p in zip(choices, confidences, strict=True))
        return tuple(labels), tuple(entities)

    def _groups(self, scene: Scene) -> list[list[int]]:
        """Words by group in reading order, groups by their first words from top to bottom."""
        pairs, columns = across(scene)
        found = runs(scene, pairs[predict(self.across, stack_columns(columns)) >= ACROSS])
        pairs, columns = down(scene, found)
        chances = predict(self.down, stack_columns(columns))
        likely = chances >= DOWN
        return _joined(found, pairs[likely], chances[likely])


def unmarked(words: Sequence[Word], shares: Shares) -> Indices:
    """The words but for stray marks that count as OTHER: those stand between words that belong together."""
    if shares.other < 0:
        return np.arange(len(words))
    other = shares.labels.argmax(1) == shares.other
    return np.array([i for i, word in enumerate(words) if not (other[i] and is_mark(word.text))], np.int64)


def _joined(runs: Runs, pairs: Indices, chances: Floats) -> list[list[int]]:
    """Runs joined to their likeliest upper ones. `pairs`: (pairs, 2) runs, upper and lower."""
    upper = {}
    for place in np.argsort(chances, kind="stable"):
        above, below = pairs[place].tolist()
        upper[below] = above
    found: dict[int, list[int]] = {}
    for run in range(len(runs.words)):
        top = run
        while top in upper:
            top = upper[top]
        found.setdefault(top, []).append(run)
    return [[word for run in members for word in runs.words[run]] for members in found.values()]


def feature_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the features across and down."""
    nothing = Shares((OTHER,), np.ones((1, 1), np.float32), np.ones((1, 1), np.float32), 0)
    alone = scene([Word("", Box(0, 0, 1, 1))], nothing)
    pairs, columns = across(alone)
    return tuple(columns), tuple(down(alone, runs(alone, pairs))[1])
