"""Counts of the champion and the challenger on the same pages, and the reliability of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.evaluation.gate.decision import PagePair
from prelabel.evaluation.kie import bio_tags, reordered
from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.scores import Scores
from prelabel.evaluation.text_pairs import pair_scores, right_pairs
from prelabel.kie.extract import extract, tag
from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.tag.tagger import OTHER, plain_label
from prelabel.lines import raster_order
from prelabel.page import KeyValue, Page
from prelabel.project.models import Models

#: Share of Hangul among the letters from which on a page counts as Korean.
_KOREAN = 0.1
_HANGUL = ("가", "힣")


@dataclass(frozen=True, slots=True)
class Contender:
    """The models of one side. `name`: as people read it; `digest`: of its tagger and linker."""

    name: str
    models: Models

    @property
    def digest(self) -> str:
        """What distinguishes its models from others."""
        made = self.models.announcement
        return f"{made.name} {made.digest}, {made.linker}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A page with both models: its counts, and (confidences, right) of the key-values of each side."""

    pair: PagePair
    sure: tuple[tuple[Sequence[float], Sequence[bool]], tuple[Sequence[float], Sequence[bool]]]


def judge(
    pages: Iterable[AnnotatedPage], champion: Models, challenger: Models, *, link_threshold: float
) -> Iterator[Judged]:
    """Yield each page with both models, words of the annotation in the order of OCR."""
    for each in pages:
        order = raster_order([word.box for word in each.page.words])
        truth = reordered(each.page, order)
        wanted = key_values(truth.words, truth.entities or (), truth.links or ())
        labels = [plain_label(found) for found in bio_tags(truth)]
        ended = [_extracted(truth, models, link_threshold) for models in (champion, challenger)]
        first, second = (_scores(page.key_values or (), wanted) for page in ended)
        counts = [_label_scores(page, labels) for page in ended]
        names = sorted({*counts[0], *counts[1]})
        kinds = {name: (counts[0].get(name, _NONE), counts[1].get(name, _NONE)) for name in names}
        kinds[language_of(truth)] = first, second
        sure = [_sure(page.key_values or (), wanted) for page in ended]
        yield Judged(PagePair(each.name, first, second, kinds), (sure[0], sure[1]))


def reliabilities(judged: Iterable[Judged]) -> tuple[Reliability, Reliability]:
    """Return how reliable the confidences of the champion and of the challenger are."""
    made = Reliability(), Reliability()
    for page in judged:
        for side, sure in zip(made, page.sure, strict=True):
            side.add(*sure)
    return made


def language_of(page: Page) -> str:
    """Return "Korean pages" or "other pages", by the share of Hangul among the letters."""
    letters = [sign for word in page.words for sign in word.text if sign.isalpha()]
    hangul = sum(_HANGUL[0] <= sign <= _HANGUL[1] for sign in letters)
    return "Korean pages" if letters and hangul >= _KOREAN * len(letters) else "other pages"


_NONE = Scores(0, 0, 0)


def _extracted(truth: Page, models: Models, link_threshold: float) -> Page:
    bare = Page(truth.width_px, truth.height_px, truth.width_px, truth.height_px, words=truth.words)
    tags = tuple(found.upper() for found in models.tagger.tags)
    return extract(bare, tag(bare, models.tagger), tags, linker=models.linker, link_threshold=link_threshold)


def _scores(found: Sequence[KeyValue], wanted: Sequence[KeyValue]) -> Scores:
    return pair_scores(found, [(pair.key, pair.value) for pair in wanted])


def _sure(found: Sequence[KeyValue], wanted: Sequence[KeyValue]) -> tuple[list[float], list[bool]]:
    pairs = ([(pair.key, pair.value) for pair in side] for side in (found, wanted))
    return [pair.confidence for pair in found], right_pairs(*pairs)


def _label_scores(page: Page, labels: Sequence[str]) -> dict[str, Scores]:
    """Count the words of each label, OTHER apart. `labels`: the true label of each word."""
    there = [found.label if found else OTHER for found in page.labels or ()] or [OTHER] * len(labels)
    return {
        f"label {label}": Scores(
            sum(a == b == label for a, b in zip(there, labels, strict=True)),
            there.count(label),
            labels.count(label),
        )
        for label in {*there, *labels} - {OTHER}
    }
