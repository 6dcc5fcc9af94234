"""Figures of key information extraction on pages that can be computed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import SettingError
from prelabel.evaluation.kie import (
    PROTOCOLS,
    PageScores,
    bio_tags,
    check_labels,
    figures,
    grouped,
    regrouped,
    reordered,
    score_page,
    with_predicted_labels,
)
from prelabel.evaluation.scores import Scores
from prelabel.evaluation.spans import spans
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.page import Box, Entity, Link, Page, Word

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
EMPTY = Page(100, 100, 100, 100).with_labels((), ()).with_links((), ())


class Told:
    """A tagger with a given tag for each text and high certainty."""

    name = "told"
    digest = ""
    tags: tuple[str, ...] = TAGS

    def __init__(self, tags: dict[str, str]) -> None:
        self._told = tags

    def encode(self, page: TagInput) -> Encoded:
        return Encoded(len(page.words), len(page.words), page.words)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        return [rows(*(self._told[text] for text in page.payload)) for page in batch]

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        return lambda: self.forward(batch)


def rows(*tags: str) -> Probabilities:
    made = np.full((len(tags), len(TAGS)), 0.0001, np.float32)
    made[range(len(tags)), [TAGS.index(tag) for tag in tags]] = 0.9994
    return made


def judged(page: Page, tagger: Told, *, raster: bool = False) -> PageScores:
    return score_page(AnnotatedPage("a", page), tagger, AlignmentRule(), raster=raster)


def form() -> Page:
    """Return a page: a heading, "Name: Ann Lee", "Date: May". In the annotation, questions precede answers."""
    places = {
        "Form": (0, 0),
        "Name:": (0, 40),
        "Date:": (0, 80),
        "Ann": (80, 40),
        "Lee": (115, 40),
        "May": (80, 80),
    }
    words = tuple(Word(text, Box(x, y, x + 30, y + 10)) for text, (x, y) in places.items())
    labels = ("HEADER", "QUESTION", "QUESTION", "ANSWER", "ANSWER")
    members: tuple[tuple[int, ...], ...] = ((0,), (1,), (2,), (3, 4), (5,))
    entities = tuple(Entity(label, indices) for label, indices in zip(labels, members, strict=True))
    links = (Link(0, 1), Link(0, 2), Link(1, 3), Link(2, 4))
    return replace(Page(300, 300, 300, 300, words=words), entities=entities, links=links)


RIGHT = {
    "Form": "B-HEADER",
    "Name:": "B-QUESTION",
    "Date:": "B-QUESTION",
    "Ann": "B-ANSWER",
    "Lee": "I-ANSWER",
    "May": "B-ANSWER",
}


@pytest.mark.parametrize("raster", [False, True])
def test_a_tagger_that_is_right_has_all(raster: bool) -> None:
    made = judged(form(), Told(RIGHT), raster=raster).scores

    assert set(made) == set(PROTOCOLS)
    assert {name: scores.f1 for name, scores in made.items()} == dict.fromkeys(PROTOCOLS, 1.0)
    assert made["T4"] == Scores(4, 4, 4)
    assert made["T3"] == made["T6"] == Scores(2, 2, 2)


def test_an_answer_that_begins_too_often() -> None:
    made = judged(form(), Told(RIGHT | {"Lee": "B-ANSWER"})).scores

    assert made["T1"] == Scores(4, 6, 5)  # "Ann" and "Lee" for "Ann Lee"
    assert made["T2"] == Scores(5, 5, 5)  # segments are given
    assert made["T5"] == Scores(2, 2, 2)
    assert made["grouping"] == Scores(4, 6, 5)
    assert made["T6"] == Scores(1, 3, 2)
    assert made["T6_relaxed"] == Scores(2, 3, 2)  # half of the words is enough, once


def test_a_question_taken_for_text() -> None:
    made = judged(form(), Told(RIGHT | {"Date:": "O"})).scores

    assert made["T1"] == made["T2"] == Scores(4, 4, 5)
    assert made["T3"] == Scores(2, 2, 2)  # labels are given
    assert made["T5"].matched == made["T6"].matched == 1
    assert made["grouping"] == Scores(5, 5, 5)


def test_links_of_headers_are_no_key_values() -> None:
    page = replace(form(), links=(Link(0, 1), Link(0, 2)))
    made = judged(page, Told(RIGHT)).scores

    assert made["T3"] == made["T5"] == made["T6"] == Scores(0, 2, 0)
    assert made["T4"] == Scores(2, 4, 2)


def test_a_page_without_words_and_one_without_links() -> None:
    made = judged(EMPTY, Told({})).scores
    assert set(made.values()) == {Scores(0, 0, 0)}

    page = replace(form(), entities=(Entity("HEADER", (0,)),), links=())
    made = judged(page, Told({**dict.fromkeys(RIGHT, "O"), "Form": "B-HEADER"}), raster=True).scores
    assert made["T1"] == Scores(1, 1, 1)
    assert made["T6"].f1 == 1.0


def test_raster_order_carries_tags_along_with_their_words() -> None:
    # Given two answers of two lines each, side by side: a, b below it; c, d below it
    words = tuple(
        Word(t, Box(x, y, x + 20, y + 10)) for t, x, y in zip("abcd", (0, 0, 90, 90), (0, 12, 0, 12), strict=True)
    )
    page = replace(EMPTY, words=words, labels=None, entities=(Entity("ANSWER", (0, 1)), Entity("ANSWER", (2, 3))))
    tags = bio_tags(page)
    assert tags == ["B-ANSWER", "I-ANSWER", "B-ANSWER", "I-ANSWER"]
    # When the words are read line by line: a c b d
    listed = reordered(page, [0, 2, 1, 3])
    # Then the entities have the same words, which BIO spans can no longer express
    assert [[listed.words[i].text for i in e.words] for e in listed.entities or ()] == [["a", "b"], ["c", "d"]]
    assert sorted((s.first, s.last) for s in spans([tags[i] for i in (0, 2, 1, 3)])) == [(0, 0), (1, 3)]
    # And grouping finds them
    again = regrouped(listed, AlignmentRule(), rows("B-ANSWER", "B-ANSWER", "I-ANSWER", "I-ANSWER"), TAGS)
    assert {e.words for e in again.entities or ()} == {(0, 2), (1, 3)}


def test_a_segment_has_the_label_of_the_highest_sum() -> None:
    page = form()
    made = with_predicted_labels(page, rows("B-HEADER", "O", "I-QUESTION", "O", "I-ANSWER", "O"), TAGS)
    assert [e.label for e in made.entities or ()][:3] == ["HEADER", "OTHER", "QUESTION"]
    # B and I of a label add up: 0.3 + 0.3 against 0.4 of O
    shares = np.zeros((6, len(TAGS)), np.float32)
    shares[:, [0, 5, 6]] = 0.4, 0.3, 0.3
    made = with_predicted_labels(page, shares, TAGS)
    assert {e.label for e in made.entities or ()} == {"ANSWER"}


def test_words_of_a_label_that_the_tagger_lacks_keep_its_own() -> None:
    page = replace(form(), entities=(Entity("TOTAL", (0,)), Entity("ANSWER", (3, 4))))
    made = regrouped(page, AlignmentRule(), rows("B-HEADER", "O", "O", "O", "I-ANSWER", "O"), TAGS)
    assert [(e.label, e.words) for e in made.entities or ()] == [("HEADER", (0,)), ("ANSWER", (3, 4))]


def test_figures_are_micro_averages_with_an_interval() -> None:
    pages = [
        PageScores(name, {"T1": scores}, EMPTY) for name, scores in (("a", Scores(9, 10, 10)), ("b", Scores(0, 1, 1)))
    ]
    made = figures(pages, {"T1": "what it is"}, seed=0)["T1"].to_json()
    assert made == {
        **{"f1": 81.82, "low": 0.0, "high": 90.0, "precision": 81.82, "recall": 81.82},
        **{"right": 9, "found": 11, "truth": 11},
    }


def test_a_group_repeats_figures_under_its_own_name() -> None:
    made = figures([judged(form(), Told(RIGHT))], PROTOCOLS, seed=0)
    assert list(grouped(made, "T7")) == ["T7_T1", "T7_T3", "T7_T6_relaxed"]
    row = grouped(made, "T8")["T8_T3"]
    assert row.scores == made["T3"].scores
    assert row.protocol == f"synthetic Korean, templates kept out of training: {PROTOCOLS['T3']}"


def test_labels_and_pairs_of_a_page_are_kept_for_its_picture() -> None:
    made = judged(form(), Told(RIGHT | {"Date:": "O"}))
    # Words are in raster order: Form, Name: Ann Lee, Date: May
    assert made.labels == ("HEADER", "QUESTION", "ANSWER", "ANSWER", "QUESTION", "ANSWER")
    assert [x.label for x in made.page.labels or ()] == ["HEADER", "QUESTION", "ANSWER", "ANSWER", "OTHER", "ANSWER"]
    assert made.pairs.truth == [
        (Box(0, 40, 30, 50), Box(80, 40, 145, 50)),
        (Box(0, 80, 30, 90), Box(80, 80, 110, 90)),
    ]
    assert made.pairs.matched == [(0, 0)]


def test_labels_that_the_tagger_does_not_know() -> None:
    check_labels([AnnotatedPage("a", form())], Told({}))
    for labels, says in (((), "no labels but OTHER"), (("TOTAL",), "TOTAL")):
        page = replace(form(), entities=tuple(Entity(label, (0,)) for label in labels), links=())
        with pytest.raises(SettingError, match=says):
            check_labels([AnnotatedPage("a", page)], Told({}))
