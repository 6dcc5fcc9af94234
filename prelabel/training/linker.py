"""Train grouper and linker: `prelabel train relations`. Pages as people labelled them and as a tagger sees them.

Links are learned between entities as the grouper makes them, in two stages. The second learns from first-stage chances
of pages that the first had not seen (k folds), and thresholds are chosen and confidences calibrated on pages that
neither had seen, with predicted labels. Same numbers = same files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from prelabel.errors import SettingError
from prelabel.kie.group.grouper import Grouper
from prelabel.kie.link.candidates import KINDS, SEVERAL, Pairs
from prelabel.kie.link.context_features import context_features
from prelabel.kie.link.decoding import Decoding, calibrated, thresholds
from prelabel.kie.link.layout import Floats, Indices, Mask
from prelabel.kie.link.learned import CONTEXT, FEATURES, WORTH, KindModel, save
from prelabel.kie.tag.tagger import Tagger
from prelabel.kie.trees import TreeOptions, predict, stack_columns, train_trees
from prelabel.training.grouper import fit_grouper
from prelabel.training.link_examples import Example, examples, gold, linked_kinds, regrouped, relabelled
from prelabel.training.sources import Source, mixed, parse
from prelabel.training.tagged_pages import TaggedPage, tag_pages

METRICS, IMPORTANCES = "metrics.jsonl", "importances.json"


@dataclass(frozen=True, slots=True)
class LinkerTraining:
    """All numbers of one training; they are written into the linker's config.json."""

    #: Sources of pages, see `prelabel.training.sources`.
    data: tuple[str, ...] = ("synthetic",)
    pages: int = 1500
    seed: int = 0
    #: Parts of the pages that are shown with right labels, and with right entities but predicted labels; the others
    #: are grouped by what the tagger predicts, too.
    gold: float = 0.35
    relabelled: float = 0.25
    #: Chance that a predicted label is drawn from its probabilities instead of the likeliest.
    drawn: float = 0.3
    folds: int = 3
    rounds: int = 180
    rate: float = 0.08
    leaves: int = 15
    least: int = 15
    threads: int = 1

    @property
    def tree_options(self) -> TreeOptions:
        return TreeOptions(self.rounds, self.rate, self.leaves, self.least, self.seed, self.threads)


Watch = Callable[[str, int, int], None]


def train(training: LinkerTraining, out: Path, tagger: Tagger, watch: Watch = lambda *_: None) -> Path:
    """Train on `training.pages` pages of its sources and write the linker's folder `out`, metrics and importances.

    `watch` is told what is done, how much, and of how much. Raises SettingError with the cure.
    """
    sources = [parse(text) for text in training.data]
    if not sources:
        raise SettingError("no data to train on; name a source, such as --data synthetic")
    grouper, kinds, rows = fit(_pages(sources, tagger, training, watch), training, watch)
    notes = {"command": "prelabel train relations", **asdict(training), "tagger": [tagger.name, tagger.digest]}
    save(grouper, kinds, out, notes)
    (out / METRICS).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    weights = {kind: importances(model) for kind, model in kinds.items()}
    (out / IMPORTANCES).write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
    return out


def _pages(sources: Sequence[Source], tagger: Tagger, training: LinkerTraining, watch: Watch) -> Iterator[TaggedPage]:
    """Every source gives its share of the pages. One whose people drew no links of a kind says nothing about it."""
    total, done = sum(source.share for source in sources), 0
    for source in sources:
        count = round(training.pages * source.share / total)
        known = set(KINDS) if source.annotated is None else linked_kinds([each.page for each in source.annotated])
        for page in tag_pages(islice(mixed([source], training.seed), count), tagger, known):
            done += 1
            watch("pages", done, training.pages)
            yield page


def fit(
    pages: Iterable[TaggedPage], training: LinkerTraining, watch: Watch = lambda *_: None
) -> tuple[Grouper, dict[str, KindModel], list[dict[str, Any]]]:
    """Grouper, link models of all kinds, and a row of metrics each. SettingError where the pages have none of them."""
    known = list(pages)
    grouper = fit_grouper(known, training.tree_options)
    rows = list(_examples(known, grouper, training))
    kinds, metrics = {}, []
    for kind in KINDS:
        kinds[kind], row = _fit_kind(kind, [page[kind] for page in rows if kind in page], training)
        metrics.append({"kind": kind, **row})
        watch("models", len(kinds), len(KINDS))
    return grouper, kinds, metrics


def _examples(pages: Iterable[TaggedPage], grouper: Grouper, training: LinkerTraining) -> Iterator[dict[str, Example]]:
    """One view of every page, drawn by the training's shares."""
    rng = Random(training.seed)
    for each in pages:
        drawn = rng.random()
        if drawn < training.gold:
            view = gold(each.page)
        elif drawn < training.gold + training.relabelled:
            view = relabelled(each.page, each.probabilities, each.tags, rng, training.drawn)
        else:
            view = regrouped(each.page, grouper, each.probabilities, each.tags)
        found = examples(view, predicted=drawn >= training.gold)
        yield {kind: example for kind, example in found.items() if kind in each.kinds}


def importances(model: KindModel) -> dict[str, dict[str, float]]:
    """Stage -> gain of each feature as a share of all, highest first."""
    found = {}
    for stage, booster, names in (("first", model.first, FEATURES), ("second", model.second, FEATURES + CONTEXT)):
        gains = booster.feature_importance("gain")
        shares = zip(names, (gains / max(gains.sum(), 1e-9)).round(5).tolist(), strict=True)
        found[stage] = dict(sorted(shares, key=lambda pair: -pair[1]))
    return found


def _fit_kind(kind: str, pages: Sequence[Example], training: LinkerTraining) -> tuple[KindModel, dict[str, Any]]:
    folds = _folds([page.origin for page in pages], training)
    if len({fold for fold, page in zip(folds, pages, strict=True) if page.truth.any()}) < training.folds:
        raise SettingError(f"too few pages with links of {kind} to train on; add data, such as synthetic=0.3")
    unseen = _cross([page.features for page in pages], [page.truth for page in pages], folds, training)
    worth = [chances > WORTH for chances in unseen]
    stacks = [_stack(page, chances, kept) for page, chances, kept in zip(pages, unseen, worth, strict=True)]
    truths = [page.truth[kept] for page, kept in zip(pages, worth, strict=True)]
    for chances, kept, better in zip(unseen, worth, _cross(stacks, truths, folds, training), strict=True):
        chances[kept] = better
    decoding, row = _decoding(pages, unseen, several=kind in SEVERAL)
    first = train_trees([page.features for page in pages], [page.truth for page in pages], training.tree_options)
    return KindModel(first, train_trees(stacks, truths, training.tree_options), decoding), row


def _folds(origins: Sequence[int], training: LinkerTraining) -> Indices:
    """A fold for every page; variants of one page are in the same."""
    known, place = np.unique(np.array(origins, np.int64), return_inverse=True)
    order = np.random.default_rng(training.seed).permutation(len(known))
    folds: Indices = order[place] % training.folds
    return folds


def _cross(
    features: Sequence[Floats], truths: Sequence[Floats], folds: Indices, training: LinkerTraining
) -> list[Floats]:
    """Chances of every page by a model that has learned from the other folds."""
    found: list[Floats] = [np.zeros(0, np.float32)] * len(features)
    for fold in range(training.folds):
        learned = [i for i in range(len(features)) if folds[i] != fold]
        booster = train_trees([features[i] for i in learned], [truths[i] for i in learned], training.tree_options)
        for i in (i for i in range(len(features)) if folds[i] == fold):
            found[i] = predict(booster, features[i])
    return found


def _stack(page: Example, chances: Floats, kept: Mask) -> Floats:
    context = stack_columns(context_features(page.layout, page.pairs, chances))
    joined: Floats = np.concatenate([page.features[kept], context[kept]], axis=1)
    return joined


def _decoding(pages: Sequence[Example], chances: Sequence[Floats], *, several: bool) -> tuple[Decoding, dict[str, Any]]:
    """Calibration and thresholds on pages with predicted labels, where there are any."""
    judged = [i for i, page in enumerate(pages) if page.predicted] or list(range(len(pages)))
    wanted = sum(pages[i].wanted for i in judged)
    truth = np.concatenate([pages[i].truth for i in judged])
    raw = np.concatenate([chances[i] for i in judged])
    asked = raw > WORTH
    slope, offset = calibrated(raw[asked], truth[asked])
    starts = np.cumsum([0, *(len(pages[i].layout.roles) for i in judged)])
    together = Pairs(
        np.concatenate([pages[i].pairs.heads + start for i, start in zip(judged, starts, strict=False)]),
        np.concatenate([pages[i].pairs.tails + start for i, start in zip(judged, starts, strict=False)]),
    )
    confidence = Decoding(slope=slope, offset=offset).confidence(raw)
    best, more = thresholds(together, confidence, truth, wanted, several=several)
    decoding = Decoding(best, more, slope, offset)
    kept = decoding.kept(together, confidence)
    right, found = float(truth[kept].sum()), int(kept.sum())
    row = {"pages": len(pages), "judged": len(judged), "f1": 2 * right / max(found + wanted, 1)}
    return decoding, {**row, "precision": right / max(found, 1), "recall": right / max(wanted, 1), **asdict(decoding)}
