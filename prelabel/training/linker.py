"""Training of grouper and linker: `prelabel train relations`, on pages with gold and with predicted labels.

The linker has two stages, trained on the entities of the grouper. The second stage learns from first-stage
probabilities on pages that the first stage was not trained on (k folds). Thresholds and calibration use pages that
neither stage was trained on, with predicted labels. The same options give the same files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
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
from prelabel.kie.link.learned import CONTEXT, FEATURES, SECOND_STAGE_FROM, KindModel, save
from prelabel.kie.tag.tagger import Tagger
from prelabel.kie.trees import stack_columns
from prelabel.training.grouper import train_grouper
from prelabel.training.link_examples import Example, examples, gold, linked_kinds, regrouped, relabelled
from prelabel.training.sources import Source, fixed, mixed, parse
from prelabel.training.tagged_pages import TaggedPage, tag_pages
from prelabel.training.trees import TreeOptions, gains, train_trees

METRICS, IMPORTANCES = "metrics.jsonl", "importances.json"


@dataclass(frozen=True, slots=True)
class LinkerTraining:
    """Options of a training of grouper and linker; they are written into the config.json of the linker."""

    #: Sources of pages, see `prelabel.training.sources`.
    data: tuple[str, ...] = ("synthetic",)
    pages: int = 1500
    seed: int = 0
    #: Parts of the pages with gold labels, and with gold entities but predicted labels; the other pages have predicted
    #: labels and entities.
    gold: float = 0.35
    relabelled: float = 0.25
    #: Probability that a predicted label is drawn from its probabilities; otherwise the most probable one is taken.
    drawn: float = 0.3
    folds: int = 3
    rounds: int = 180
    rate: float = 0.08
    leaves: int = 15
    least: int = 15
    threads: int = 1

    @property
    def tree_options(self) -> TreeOptions:
        """The options of all trees."""
        return TreeOptions(self.rounds, self.rate, self.leaves, self.least, self.seed, self.threads)


Watch = Callable[[str, int, int], None]


def train(training: LinkerTraining, out: Path, tagger: Tagger, watch: Watch = lambda *_: None) -> Path:
    """Train on `training.pages` pages, and write the linker, metrics and feature importances into the folder `out`.

    `watch` is called with a name, the number done and the total number. Raises SettingError.
    """
    training = replace(training, data=tuple(map(fixed, training.data)))
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
    """Yield pages of every source by its share. A source without annotated links of a kind gives no examples of it."""
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
    """Return the grouper, the models of all kinds of links, and a row of metrics for each kind.

    Raises SettingError if the pages have too few links of a kind.
    """
    known = list(pages)
    grouper = train_grouper(known, training.tree_options)
    rows = list(_examples(known, grouper, training))
    kinds, metrics = {}, []
    for kind in KINDS:
        kinds[kind], row = _fit_kind(kind, [page[kind] for page in rows if kind in page], training)
        metrics.append({"kind": kind, **row})
        watch("models", len(kinds), len(KINDS))
    return grouper, kinds, metrics


def _examples(pages: Iterable[TaggedPage], grouper: Grouper, training: LinkerTraining) -> Iterator[dict[str, Example]]:
    """Yield the examples of one view of every page; the kind of view is drawn by the options."""
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
    """Return stage -> gain of each feature as a share of the total gain, highest first."""
    found = {}
    for stage, trees, names in (("first", model.first, FEATURES), ("second", model.second, FEATURES + CONTEXT)):
        gain = gains(trees)
        shares = zip(names, (gain / max(gain.sum(), 1e-9)).round(5).tolist(), strict=True)
        found[stage] = dict(sorted(shares, key=lambda pair: -pair[1]))
    return found


def _fit_kind(kind: str, pages: Sequence[Example], training: LinkerTraining) -> tuple[KindModel, dict[str, Any]]:
    folds = _folds([page.origin for page in pages], training)
    if len({fold for fold, page in zip(folds, pages, strict=True) if page.truth.any()}) < training.folds:
        raise SettingError(f"too few pages with links of {kind} to train on; add data, such as synthetic=0.3")
    unseen = _cross([page.features for page in pages], [page.truth for page in pages], folds, training)
    worth = [chances > SECOND_STAGE_FROM for chances in unseen]
    stacks = [_stack(page, chances, kept) for page, chances, kept in zip(pages, unseen, worth, strict=True)]
    truths = [page.truth[kept] for page, kept in zip(pages, worth, strict=True)]
    for chances, kept, better in zip(unseen, worth, _cross(stacks, truths, folds, training), strict=True):
        chances[kept] = better
    decoding, row = _decoding(pages, unseen, several=kind in SEVERAL)
    first = train_trees([page.features for page in pages], [page.truth for page in pages], training.tree_options)
    return KindModel(first, train_trees(stacks, truths, training.tree_options), decoding), row


def _folds(origins: Sequence[int], training: LinkerTraining) -> Indices:
    """Return the fold of every page; variants of one page are in one fold."""
    known, place = np.unique(np.array(origins, np.int64), return_inverse=True)
    order = np.random.default_rng(training.seed).permutation(len(known))
    folds: Indices = order[place] % training.folds
    return folds


def _cross(
    features: Sequence[Floats], truths: Sequence[Floats], folds: Indices, training: LinkerTraining
) -> list[Floats]:
    """Return the probabilities of every page by a model that was trained on the other folds."""
    found: list[Floats] = [np.zeros(0, np.float32)] * len(features)
    for fold in range(training.folds):
        learned = [i for i in range(len(features)) if folds[i] != fold]
        trees = train_trees([features[i] for i in learned], [truths[i] for i in learned], training.tree_options)
        for i in (i for i in range(len(features)) if folds[i] == fold):
            found[i] = trees.predict(features[i])
    return found


def _stack(page: Example, chances: Floats, kept: Mask) -> Floats:
    context = stack_columns(context_features(page.layout, page.pairs, chances))
    joined: Floats = np.concatenate([page.features[kept], context[kept]], axis=1)
    return joined


def _decoding(pages: Sequence[Example], chances: Sequence[Floats], *, several: bool) -> tuple[Decoding, dict[str, Any]]:
    """Calibrate and choose thresholds on pages with predicted labels; without such pages, on all pages."""
    judged = [i for i, page in enumerate(pages) if page.predicted] or list(range(len(pages)))
    wanted = sum(pages[i].wanted for i in judged)
    truth = np.concatenate([pages[i].truth for i in judged])
    raw = np.concatenate([chances[i] for i in judged])
    asked = raw > SECOND_STAGE_FROM
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
