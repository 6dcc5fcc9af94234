"""Learned grouper: boosted trees decide which words belong together, first along the lines, then down the page.

The label of an entity is the most probable one of all its words together. The grouper depends neither on the order of
the words nor on the names of the labels, so it serves every tagger and label set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from prelabel.kie.group.features import (
    Floats,
    Indices,
    WordLayout,
    WordRuns,
    pairs_across,
    pairs_down,
    word_layout,
    word_runs,
)
from prelabel.kie.group.label_probabilities import LabelProbabilities, label_probabilities
from prelabel.kie.group.rule import is_mark
from prelabel.kie.tag.tagger import OTHER, Probabilities
from prelabel.kie.trees import Trees, stack_columns
from prelabel.page import Box, Entity, Word, WordLabel

#: Lowest probabilities at which words and word runs are joined. Of six pairs tried, entity F1 is within 0.3 points of
#: its best on synthetic pages, unseen Korean families and NAF; FUNSD's pages would have 0.9 more at 0.3 and 0.65.
ACROSS, DOWN = 0.4, 0.5
_TINY = 1e-3


@dataclass(frozen=True, slots=True)
class Grouper:
    """The models for words on a line (`across`) and for word runs below each other (`down`); safe for many threads."""

    across: Trees
    down: Trees

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """Return one label a word, and the entities that the words form; see `rule.group`."""
        labels = label_probabilities(probabilities, tags)
        kept = without_stray_marks(words, labels)
        choices = np.full(len(words), labels.other, np.int64)
        entities = []
        if len(kept):
            inside = labels.of(kept)
            for members in self._groups(word_layout([words[i] for i in kept], inside)):
                label = int(np.log(inside.by_label[members] + _TINY).sum(0).argmax())
                indices = kept[members]
                choices[indices] = label
                if label != labels.other:
                    confidence = round(float(labels.by_label[indices, label].mean()), 4)
                    entities.append(Entity(labels.names[label], tuple(indices.tolist()), confidence))
        confidences = labels.by_label[np.arange(len(words)), choices]
        found = (WordLabel(labels.names[c], round(float(p), 4)) for c, p in zip(choices, confidences, strict=True))
        return tuple(found), tuple(entities)

    def _groups(self, layout: WordLayout) -> list[list[int]]:
        """Return the words of each group in reading order; groups are ordered by their first words, top to bottom."""
        pairs, columns = pairs_across(layout)
        found = word_runs(layout, pairs[self.across.predict(stack_columns(columns)) >= ACROSS])
        pairs, columns = pairs_down(layout, found)
        chances = self.down.predict(stack_columns(columns))
        likely = chances >= DOWN
        return _joined(found, pairs[likely], chances[likely])


def without_stray_marks(words: Sequence[Word], labels: LabelProbabilities) -> Indices:
    """Return the indices of all words but stray marks labelled OTHER, which often separate words of one entity."""
    if labels.other < 0:
        return np.arange(len(words))
    other = labels.by_label.argmax(1) == labels.other
    return np.array([i for i, word in enumerate(words) if not (other[i] and is_mark(word.text))], np.int64)


def _joined(runs: WordRuns, pairs: Indices, chances: Floats) -> list[list[int]]:
    """Join each word run to its most probable upper one. `pairs`: (pairs, 2) word runs, upper and lower."""
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
    """Return the names of the features across and down."""
    nothing = LabelProbabilities((OTHER,), np.ones((1, 1), np.float32), np.ones((1, 1), np.float32), 0)
    alone = word_layout([Word("", Box(0, 0, 1, 1))], nothing)
    pairs, columns = pairs_across(alone)
    return tuple(columns), tuple(pairs_down(alone, word_runs(alone, pairs))[1])
