"""Learned linker: boosted trees judge candidate links in two stages; the second sees first-stage results of neighbours.

A folder holds `config.json`, a LightGBM model as text for each kind of link and stage, and the models of the grouper
whose entities the linker was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from prelabel.errors import ModelUnavailable
from prelabel.kie.group.grouper import Grouper, feature_names
from prelabel.kie.link.candidates import KINDS, Pairs, pairs
from prelabel.kie.link.context_features import context_features
from prelabel.kie.link.decoding import Decoding
from prelabel.kie.link.features import pair_features
from prelabel.kie.link.layout import Floats, Layout, layout
from prelabel.kie.link.roles import certain_roles
from prelabel.kie.tag.tagger import Probabilities
from prelabel.kie.trees import Trees, stack_columns
from prelabel.page import Entity, Link, Word, WordLabel
from prelabel.registry.linker_files import ACROSS, DOWN, read_linker, stage_file
from prelabel.registry.model_files import CONFIG, DIGITS

#: First-stage probability above which a candidate is passed to the second stage.
SECOND_STAGE_FROM = 0.004


@dataclass(frozen=True, slots=True)
class KindModel:
    """Models and limits of one kind of link."""

    first: Trees
    second: Trees
    decoding: Decoding

    def chances(self, layout: Layout, pairs: Pairs) -> Floats:
        """Return one probability a candidate, not yet calibrated."""
        if not len(pairs.heads):
            return np.zeros(0, np.float32)
        features = stack_columns(pair_features(layout, pairs))
        chances = self.first.predict(features)
        worth = np.flatnonzero(chances > SECOND_STAGE_FROM)
        if len(worth):
            context = stack_columns(context_features(layout, pairs, chances))
            chances[worth] = self.second.predict(np.concatenate([features[worth], context[worth]], axis=1))
        return chances


@dataclass(frozen=True, slots=True)
class LearnedLinker:
    """A `Linker` trained on pages; safe to use from many threads. `digest` identifies its files."""

    name: str
    digest: str
    grouper: Grouper
    kinds: Mapping[str, KindModel]

    @classmethod
    def load(cls, folder: Path) -> LearnedLinker:
        """Read a folder that `save` wrote. Raises ModelUnavailable, in one line, if files are missing or do not fit."""
        config, sha256 = read_linker(folder)
        try:
            kinds = {
                kind: KindModel(
                    _trees(stage_file(folder, kind, "first")),
                    _trees(stage_file(folder, kind, "second")),
                    Decoding(**values),
                )
                for kind, values in config["kinds"].items()
            }
            grouper = Grouper(_trees(folder / ACROSS), _trees(folder / DOWN))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error).splitlines()[0]
            raise ModelUnavailable(f"{folder} does not fit this version ({reason}); train it again") from None
        wanted = FEATURES, FEATURES + CONTEXT
        for kind, model in kinds.items():
            sizes = tuple(each.features for each in (model.first, model.second))
            if kind not in KINDS or sizes != tuple(len(names) for names in wanted):
                raise ModelUnavailable(f"{folder} was trained for other features of {kind}; train it again")
        if (grouper.across.features, grouper.down.features) != tuple(len(names) for names in feature_names()):
            raise ModelUnavailable(f"{folder} was trained for other features of words; train it again")
        return cls("learned", sha256[:DIGITS], grouper, kinds)

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """Return one label a word, and the entities that the words form. `probabilities`: (words, tags)."""
        return self.grouper.group(words, probabilities, tags)

    def link(
        self, words: Sequence[Word], entities: Sequence[Entity], role_probabilities: Probabilities
    ) -> tuple[Link, ...]:
        """Return links with calibrated confidences 0..1, ordered by source, then target."""
        here = layout(words, entities, role_probabilities)
        found = []
        for kind, model in self.kinds.items():
            candidates = pairs(here, kind)
            sure = model.decoding.confidence(model.chances(here, candidates))
            for i in np.flatnonzero(model.decoding.kept(candidates, sure)):
                source, target = here.entities[candidates.heads[i]], here.entities[candidates.tails[i]]
                found.append(Link(int(source), int(target), round(float(sure[i]), 4)))
        return tuple(sorted(found, key=lambda link: (link.source, link.target)))


def save(grouper: Grouper, kinds: Mapping[str, KindModel], folder: Path, notes: Mapping[str, Any]) -> None:
    """Write config.json and the models as text. `notes`: the options of the training."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, trees in ((ACROSS, grouper.across), (DOWN, grouper.down)):
        (folder / name).write_text(trees.text, "utf-8")
    for kind, model in kinds.items():
        for stage, trees in (("first", model.first), ("second", model.second)):
            stage_file(folder, kind, stage).write_text(trees.text, "utf-8")
    decoding = {kind: asdict(model.decoding) for kind, model in kinds.items()}
    config = {"model_type": "prelabel-linker", "kinds": decoding, "training": dict(notes)}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _trees(file: Path) -> Trees:
    return Trees(file.read_text("utf-8"))


def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the feature names of the first stage and of the context, taken from a page without entities."""
    nothing = layout((), (), certain_roles(()))
    none = pairs(nothing, "answers")
    return tuple(pair_features(nothing, none)), tuple(context_features(nothing, none, np.zeros(0, np.float32)))


FEATURES, CONTEXT = _names()
