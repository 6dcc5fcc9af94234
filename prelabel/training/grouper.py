"""Training of the grouper on tagged pages, some of them with labels that are moved towards the truth.

The first part of `prelabel train relations`: the linker is then trained on the entities of this grouper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from prelabel.errors import SettingError
from prelabel.kie.group.features import Floats, Indices, pairs_across, pairs_down, word_layout, word_runs
from prelabel.kie.group.grouper import Grouper, without_stray_marks
from prelabel.kie.group.label_probabilities import LabelProbabilities, label_probabilities
from prelabel.kie.tag.tagger import OTHER
from prelabel.kie.trees import Trees, stack_columns
from prelabel.page import Page
from prelabel.training.tagged_pages import TaggedPage
from prelabel.training.trees import TreeOptions, train_trees

#: Probability that the labels of a page are used as predicted. Otherwise they are moved towards the truth by one of
#: these parts, to resemble those of a better tagger.
_AS_PREDICTED = 0.6
_TOWARDS = (0.3, 0.7, 1.0)

#: Features and truths, pair by pair.
Rows = tuple[Floats, Floats]


def train_grouper(pages: Iterable[TaggedPage], options: TreeOptions) -> Grouper:
    """Train a grouper. Raises SettingError if no entity has two words."""
    rng = Random(options.seed)
    beside: list[Rows] = []
    below: list[Rows] = []
    for each in pages:
        if each.page.words:
            a, b = _examples(
                each.page, _towards_truth(each.page, label_probabilities(each.probabilities, each.tags), rng)
            )
            beside.append(a)
            below.append(b)
    return Grouper(_trees(beside, options), _trees(below, options))


def _towards_truth(page: Page, predicted: LabelProbabilities, rng: Random) -> LabelProbabilities:
    """Move the labels of some pages towards the truth; labels that the tagger lacks stay as predicted."""
    if rng.random() < _AS_PREDICTED:
        return predicted
    part = rng.choice(_TOWARDS)
    truth = predicted.by_label.copy()
    names = {name.upper(): place for place, name in enumerate(predicted.names)}
    labels = [OTHER] * len(page.words)
    for entity in page.entities or ():
        for word in entity.words:
            labels[word] = entity.label.upper()
    for word, label in enumerate(labels):
        if label in names:
            truth[word] = 0
            truth[word, names[label]] = 1
    return replace(predicted, by_label=(1 - part) * predicted.by_label + part * truth)


def _examples(page: Page, labels: LabelProbabilities) -> tuple[Rows, Rows]:
    """Return the pairs with at least one end in an entity (across), and those with the lower end in one (down)."""
    kept = without_stray_marks(page.words, labels)
    owner: Indices = np.full(len(page.words), -1)
    for number, entity in enumerate(page.entities or ()):
        if entity.label.upper() != OTHER:
            owner[list(entity.words)] = number
    if not len(kept):
        nothing = np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
        return nothing, nothing
    here = word_layout([page.words[i] for i in kept], labels.of(kept))
    owner = owner[kept]
    pairs, columns = pairs_across(here)
    same = owner[pairs[:, 0]] == owner[pairs[:, 1]]
    counted = (owner[pairs] >= 0).any(1)
    beside = stack_columns(columns)[counted], same[counted].astype(np.float32)
    lines = word_runs(here, pairs[same & counted])
    owners = owner[lines.firsts]
    below, columns = pairs_down(here, lines)
    upper, lower = owners[below[:, 0]], owners[below[:, 1]]
    counted = lower >= 0
    return beside, (stack_columns(columns)[counted], (upper == lower)[counted].astype(np.float32))


def _trees(rows: Sequence[Rows], options: TreeOptions) -> Trees:
    there = [(features, truth) for features, truth in rows if len(truth)]
    truths = np.concatenate([truth for _, truth in there]) if there else np.zeros(0)
    if not 0 < truths.sum() < len(truths):
        raise SettingError("too few entities of several words to learn grouping from; add data, such as synthetic=0.3")
    return train_trees([features for features, _ in there], [truth for _, truth in there], options)
