"""Evaluation of key information extraction on pages with known labels and links.

`PROTOCOLS` describes each figure in one line, docs/reference/measures.md in more detail. The truth of a page is a
`Page` in annotation order with entities (OTHER included) and links, as `prelabel.datasets.funsd` reads it. Most figures
need the words of the annotation; with words of OCR only T6 can be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PageError, SettingError
from prelabel.evaluation.bootstrap import f1_interval
from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.scores import Scores, set_scores
from prelabel.evaluation.spans import spans
from prelabel.evaluation.text_pairs import SIMILAR, matched_pairs, pair_scores, right_pairs
from prelabel.evaluation.word_pairs import HALF, WordPair, matched_word_pairs, word_pair_scores
from prelabel.geometry import transform, union
from prelabel.images.file import image_bytes
from prelabel.kie.extract import extract, group_words, link_entities, tag, tag_input
from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.linker import Linker
from prelabel.kie.link.loading import linker_for
from prelabel.kie.link.roles import certain_roles, role_probabilities
from prelabel.kie.tag.loading import label_set, plain_labels
from prelabel.kie.tag.tagger import OTHER, Probabilities, Tagger, plain_label
from prelabel.lines import raster_order
from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_page
from prelabel.page import Box, Entity, KeyValue, Link, Page
from prelabel.settings import Settings

#: Added to probabilities, so that B and I of a label remain possible if the tagger gives both a probability of 0.
_TINY = 1e-9

#: Figures with the words of the annotation. All are micro F1.
PROTOCOLS = {
    "T1": "SER by word, words in {order} order: BIO spans of the entities found, label and both ends equal",
    "T2": "SER on gold segments: label of each segment",
    "T3": "RE question -> answer, gold entities and labels",
    "T4": "RE, all links, gold entities and labels",
    "T5": "RE question -> answer, gold segments, predicted labels",
    "T6": "key-values end to end, gold words in raster order: the same words on both sides",
    "T6_relaxed": "key-values end to end, gold words in raster order: word sets overlap by half on both sides",
    "grouping": "entities of gold words in raster order, labels given, begins predicted: the same words",
}
#: Figures with words that an OCR engine reads; the others need gold words.
OCR_PROTOCOLS = {
    "T6": "key-values end to end, words of OCR: the same texts but for case, spaces and colons",
    "T6_relaxed": f"key-values end to end, words of OCR: texts at least {SIMILAR:.0%} alike on both sides",
}
#: Figures that are repeated under other names: description, names of the figures.
GROUPS = {
    "T7": ("the shipped models, on pages that they were not trained on", ("T1", "T3", "T6_relaxed")),
    "T8": ("synthetic Korean, templates kept out of training", ("T1", "T3")),
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Boxes of keys and values in pixels of the image of a page. `matched`: (truth, found), as in T6_relaxed."""

    truth: Sequence[tuple[Box, Box]] = ()
    found: Sequence[tuple[Box, Box]] = ()
    matched: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class PageScores:
    """Scores of one page: figure -> counts, and the page as it was extracted end to end.

    `labels`: the true label of each word of `page`; None for words of OCR. `right`: whether each key-value of `page` is
    right, see `right_pairs`. `error`: the reason why OCR could not read the page; then nothing was found.
    """

    name: str
    scores: Mapping[str, Scores]
    page: Page
    labels: tuple[str, ...] | None = None
    pairs: Pairs = field(default_factory=Pairs)
    image: Path | None = None
    error: PageError | None = None
    right: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over all pages, with its 95 % interval, 0..1."""

    scores: Scores
    low: float
    high: float
    protocol: str

    def to_json(self) -> dict[str, Any]:
        """Return percentages and counts."""
        shares = {"f1": self.scores.f1, "low": self.low, "high": self.high}
        more = {"precision": self.scores.precision, "recall": self.scores.recall}
        counts = {"right": self.scores.matched, "found": self.scores.predicted, "truth": self.scores.truth}
        return {name: round(100 * share, 2) for name, share in (shares | more).items()} | counts


def check_labels(pages: Iterable[AnnotatedPage], tagger: Tagger) -> None:
    """Check that annotations and tagger have a label in common: every figure would be empty otherwise.

    Raises SettingError if they have none.
    """
    there = {entity.label for each in pages for entity in each.page.entities or ()} - {OTHER}
    known = {label.upper() for label in label_set(tagger)} - {OTHER}
    if not there & known:
        raise SettingError(
            f"the annotations have {', '.join(sorted(there)) or 'no labels but OTHER'}, the tagger {tagger.name} has "
            f"{', '.join(sorted(known))}: name labelled pages, or the tagger that fits them with --tagger"
        )


def score_gold(
    pages: Iterable[AnnotatedPage], tagger: Tagger, linker: Linker, *, raster: bool, link_threshold: float
) -> Iterator[PageScores]:
    """Yield all figures of every page with the words of the annotation. `raster`: T1 uses them in the order of OCR."""
    for each in pages:
        yield score_page(each, tagger, linker, raster=raster, link_threshold=link_threshold)


def score_read(
    pages: Iterable[AnnotatedPage], images: Mapping[str, Path], tagger: Tagger, choice: Choice, settings: Settings
) -> Iterator[PageScores]:
    """Yield T6 of every page with the words that the engines read. `images`: name of a page -> its image."""
    link_threshold = settings.for_project(0).link_threshold
    for each in pages:
        wanted = key_values(each.page.words, each.page.entities or (), each.page.links or ())
        page, error = Page(each.page.width_px, each.page.height_px, each.page.width_px, each.page.height_px), None
        try:
            data = image_bytes(images[each.name], max_bytes=settings.max_image_bytes)
            page = read_page(data, choice, max_pixels=settings.max_image_pixels)
        except PageError as failed:
            error = failed
        probabilities = tag(page, tagger)
        page = extract(page, probabilities, tagger.tags, linker=linker_for(settings), link_threshold=link_threshold)
        found, texts = page.key_values or (), [(pair.key, pair.value) for pair in wanted]
        scores = {"T6": pair_scores(found, texts, similar=1.0), "T6_relaxed": pair_scores(found, texts)}
        shown = [(transform(page.to_shown, pair.key_box), transform(page.to_shown, pair.value_box)) for pair in found]
        pairs = Pairs([(pair.key_box, pair.value_box) for pair in wanted], shown, matched_pairs(found, texts))
        yield PageScores(each.name, scores, page, None, pairs, images[each.name], error, _right(found, wanted))


def score_page(
    each: AnnotatedPage, tagger: Tagger, linker: Linker, *, raster: bool, link_threshold: float = 0.0
) -> PageScores:
    """Compute the figures of `PROTOCOLS` for one page of gold words, entities and links."""
    truth = each.page
    order = raster_order([word.box for word in truth.words])
    listed = reordered(truth, order)
    probabilities, listed_probabilities = tagger.forward([tagger.encode(tag_input(page)) for page in (truth, listed)])
    tags, wanted_tags = tuple(tag.upper() for tag in tagger.tags), bio_tags(truth)
    tagged = group_words(*(listed, listed_probabilities) if raster else (truth, probabilities), tags, linker)
    labelled = with_predicted_labels(truth, probabilities, tags)
    linked = link_entities(truth, certain_roles(truth.entities or ()), linker, link_threshold=link_threshold)
    roles = role_probabilities(truth.entities or (), probabilities, tags)
    linked_as_predicted = link_entities(labelled, roles, linker, link_threshold=link_threshold)
    ended = extract(listed, listed_probabilities, tags, linker=linker, link_threshold=link_threshold)
    found, wanted = _word_pairs(ended), _word_pairs(listed)
    matched = matched_word_pairs(found, wanted, HALF)
    scores = {
        "T1": set_scores(spans(bio_tags(tagged)), spans([wanted_tags[i] for i in order] if raster else wanted_tags)),
        "T2": set_scores(_labels(labelled), _labels(truth)),
        "T3": set_scores(_answers(linked), _answers(truth)),
        "T4": set_scores(_all_links(linked), _all_links(truth)),
        "T5": set_scores(_answers(linked_as_predicted), _answers(truth)),
        "T6": word_pair_scores(found, wanted),
        "T6_relaxed": Scores(len(matched), len(found), len(wanted)),
        "grouping": set_scores(_groups(regrouped(listed, linker, listed_probabilities, tags)), _groups(listed)),
    }
    pairs = Pairs(_boxes(listed, wanted), _boxes(listed, found), matched)
    labels = tuple(plain_label(wanted_tags[i]) for i in order)
    right = _right(ended.key_values or (), key_values(listed.words, listed.entities or (), listed.links or ()))
    return PageScores(each.name, scores, ended, labels, pairs, each.image, right=right)


def reliability(results: Iterable[PageScores]) -> Reliability:
    """Return how reliable the confidences of the key-values of all pages are."""
    made = Reliability()
    for result in results:
        made.add([pair.confidence for pair in result.page.key_values or ()], result.right)
    return made


def _right(found: Sequence[KeyValue], wanted: Sequence[KeyValue]) -> list[bool]:
    return right_pairs(*([(pair.key, pair.value) for pair in pairs] for pairs in (found, wanted)))


def figures(results: Sequence[PageScores], protocols: Mapping[str, str], *, seed: int) -> dict[str, Figure]:
    """Add up the figures of all pages, in the order of the protocols."""
    made = {}
    for name, protocol in protocols.items():
        by_page = [result.scores[name] for result in results]
        made[name] = Figure(sum(by_page, Scores(0, 0, 0)), *f1_interval(by_page, seed=seed), protocol)
    return made


def grouped(figures: Mapping[str, Figure], group: str) -> dict[str, Figure]:
    """Return the figures of a group of `GROUPS`: "T7_T1", ..."""
    what, names = GROUPS[group]
    return {f"{group}_{name}": replace(figures[name], protocol=f"{what}: {figures[name].protocol}") for name in names}


def bio_tags(truth: Page) -> list[str]:
    """Return one tag a word: B for the first word of an entity, I for its others, O for words in no entity or OTHER."""
    tags = ["O"] * len(truth.words)
    for entity in truth.entities or ():
        for place, word in enumerate(sorted(entity.words)):
            tags[word] = "O" if entity.label == OTHER else f"{'I' if place else 'B'}-{entity.label}"
    return tags


def reordered(truth: Page, order: Sequence[int]) -> Page:
    """Return the page with its words, and the words of each entity, in this order (a permutation)."""
    places = {old: new for new, old in enumerate(order)}
    entities = (replace(e, words=tuple(sorted(places[i] for i in e.words))) for e in truth.entities or ())
    labels = tuple(truth.labels[i] for i in order) if truth.labels else None
    return replace(truth, words=tuple(truth.words[i] for i in order), labels=labels, entities=tuple(entities))


def with_predicted_labels(truth: Page, probabilities: Probabilities, tags: Sequence[str]) -> Page:
    """Give each gold segment the label with the highest probability, summed over its words.

    `probabilities`: (words, tags); the probabilities of all tags of a label (B, I, ...) are added.
    """
    names = plain_labels(tuple(tags))
    shares = probabilities @ np.array([[plain_label(tag) == name for name in names] for tag in tags], dtype=np.float32)
    entities = (Entity(names[int(shares[list(e.words)].sum(0).argmax())], e.words) for e in truth.entities or ())
    return replace(truth, entities=tuple(entities))


def regrouped(truth: Page, linker: Linker, probabilities: Probabilities, tags: Sequence[str]) -> Page:
    """Group words with known labels; only the tagger's probabilities of B and I decide where an entity begins.

    `probabilities`: (words, tags). Words with a label that the tagger lacks keep their predicted probabilities.
    """
    labels = [plain_label(tag) for tag in bio_tags(truth)]
    given = np.array([[plain_label(tag) == label for tag in tags] for label in labels], dtype=bool)
    given = given.reshape(len(labels), len(tags))
    kept = np.where(given | ~given.any(1, keepdims=True), probabilities + _TINY, 0)
    sure: Probabilities = (kept / kept.sum(1, keepdims=True)).astype(np.float32)
    return replace(truth, entities=linker.group(truth.words, sure, tags)[1])


def _labels(page: Page) -> set[tuple[int, str]]:
    return {(number, e.label) for number, e in enumerate(page.entities or ()) if e.label != OTHER}


def _all_links(page: Page) -> set[tuple[int, int]]:
    return {(x.source, x.target) for x in page.links or ()}


def _answers(page: Page) -> set[tuple[int, int]]:
    return {(x.source, x.target) for x in _question_links(page)}


def _question_links(page: Page) -> list[Link]:
    entities = page.entities or ()
    ends = ("QUESTION", "ANSWER")
    return [x for x in page.links or () if (entities[x.source].label, entities[x.target].label) == ends]


def _word_pairs(page: Page) -> list[WordPair]:
    words = [frozenset(entity.words) for entity in page.entities or ()]
    return [(words[x.source], words[x.target]) for x in _question_links(page)]


def _boxes(page: Page, pairs: Sequence[WordPair]) -> list[tuple[Box, Box]]:
    def around(words: frozenset[int]) -> Box:
        return union(page.words[i].box for i in words)

    return [(around(key), around(value)) for key, value in pairs]


def _groups(page: Page) -> set[tuple[str, frozenset[int]]]:
    return {(e.label, frozenset(e.words)) for e in page.entities or () if e.label != OTHER}
