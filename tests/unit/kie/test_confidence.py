"""Confidence of key-values: signs that lower it, words of other engines, fields, tables; the curves that ship."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from prelabel.kie.confidence.curves import Curves, shipped
from prelabel.kie.confidence.features import pair_features
from prelabel.kie.confidence.pair_confidence import with_pair_confidence
from prelabel.kie.extract import add_key_values
from prelabel.kie.key_values.documents import document
from prelabel.page import Box, Entity, Link, Page, Reading, Word, WordLabel


def word(text: str, x: float, y: float, sure: float = 0.96, *, engine: str = "tesseract", height: float = 14) -> Word:
    return Word(text, Box(x, y, x + 9 * len(text), y + height), sure, engine)


WORDS = (
    word("Name:", 0, 0, height=14.4),
    word("Kim", 60, 0, height=14.4),
    word("Minsu", 100, 0, height=14.4),
    word("Total:", 0, 40, height=14.4),
    word("1250", 80, 40, height=14.4),
    *(word("usual", 60 * i, 100, height=14.4) for i in range(6)),
)
LABELS = ("QUESTION", "ANSWER", "ANSWER", "QUESTION", "ANSWER", *["OTHER"] * 6)
ENTITIES = (
    Entity("QUESTION", (0,), 0.98),
    Entity("ANSWER", (1, 2), 0.98),
    Entity("QUESTION", (3,), 0.98),
    Entity("ANSWER", (4,), 0.98),
)


def page(words: tuple[Word, ...] = WORDS, link: float = 0.99, label: float = 0.985) -> Page:
    made = Page(600, 200, 600, 200, words=words)
    made = made.with_labels(tuple(WordLabel(name, label) for name in LABELS), ENTITIES)
    return replace(made, links=(Link(0, 1, link), Link(2, 3, 0.99)))


def sure(made: Page) -> list[float]:
    return [pair.confidence for pair in add_key_values(made).key_values or ()]


def changed(index: int, **values: object) -> tuple[Word, ...]:
    words = list(WORDS)
    words[index] = replace(words[index], **values)  # type: ignore[arg-type]
    return tuple(words)


def test_a_clean_key_value_is_sure() -> None:
    assert min(sure(page())) > 0.9


@pytest.mark.parametrize(
    "made",
    [
        page(link=0.5),
        page(label=0.6),
        page(changed(1, confidence=0.3)),
        page(changed(0, confidence=0.3)),
        page(changed(2, text="M|n§u")),
        page(changed(2, box=Box(100, -8, 145, 22))),  # letters of two sizes in one value, as writing has
    ],
    ids=["link", "label", "value's word", "key's word", "odd marks", "uneven letters"],
)
def test_each_sign_lowers_it(made: Page) -> None:
    assert sure(made)[0] < sure(page())[0] - 0.005


def test_a_less_sure_word_never_makes_a_key_value_surer() -> None:
    by_word = [sure(page(changed(1, confidence=c)))[0] for c in np.linspace(0, 1, 21)]
    by_link = [sure(page(link=c))[0] for c in np.linspace(0, 1, 21)]

    assert by_word == sorted(by_word)
    assert by_link == sorted(by_link)


def test_confidences_of_other_engines_count_as_they_are() -> None:
    exact = sure(page(changed(1, engine="text_layer", confidence=1.0)))[0]

    assert sure(page(changed(1, engine="rapidocr", confidence=0.5)))[0] == pytest.approx(exact / 2, abs=1e-3)


def test_two_engines_that_disagree_halve_the_doubt() -> None:
    same = changed(1, engine="easyocr", confidence=0.8, other=Reading("Kim", 0.8, "tesseract"))
    other = changed(1, engine="easyocr", confidence=0.8, other=Reading("Klm", 0.8, "tesseract"))

    assert sure(page(other))[0] == pytest.approx(sure(page(same))[0] / 2, abs=1e-3)


def test_a_field_is_as_sure_as_its_label_and_its_least_sure_word() -> None:
    made = Page(100, 100, 100, 100, words=(word("INV-1", 0, 0, 0.9), word("x", 50, 0, 0.5)))
    made = made.with_labels((WordLabel("NUMBER", 0.8),) * 2, (Entity("NUMBER", (0, 1), 0.8),))

    assert sure(made) == [0.4]
    assert with_pair_confidence(add_key_values(made)).entities == (Entity("NUMBER", (0, 1), 0.4),)


def test_documents_and_predictions_carry_the_confidence_of_the_key_value() -> None:
    read = add_key_values(page(link=0.7))
    expected = [pair.confidence for pair in read.key_values or ()]

    assert read.links == page(link=0.7).links  # a link's own confidence stays
    assert [link.confidence for link in with_pair_confidence(read).links or ()] == expected
    assert [row["confidence"] for row in document([read])["fields"]] == expected


def test_pages_of_people_and_stored_predictions_keep_theirs() -> None:
    stored = replace(page(link=1.0), key_values=None)

    assert with_pair_confidence(stored) is stored
    assert document([stored])["fields"][0]["confidence"] == 1.0


def test_strange_pages_give_confidences_too() -> None:
    bare = tuple(replace(each, text="-", confidence=float("nan")) for each in WORDS)
    flat = tuple(replace(each, box=Box(5, 5, 5, 5), confidence=2.0) for each in WORDS)

    for words in (bare, flat):
        assert all(0 <= value <= 1 for value in sure(page(words)))


def test_the_shipped_curves_know_the_features() -> None:
    features = pair_features(page(), page().links or ())

    assert set(shipped().curves) <= set(features)
    for knots in shipped().curves.values():
        assert [x for x, _ in knots] == sorted(x for x, _ in knots)


def test_curves_are_straight_between_knots_and_flat_outside() -> None:
    curves = Curves(0.0, {"a": ((0.0, 0.0), (2.0, 1.0))})

    odds = [np.log(p / (1 - p)) for p in curves.chances({"a": np.array([-1, 1, 9], np.float32)}).tolist()]
    assert odds == pytest.approx([0.0, 0.5, 1.0], abs=1e-5)


def test_a_crowded_page_takes_little_memory() -> None:
    many = 1200
    words = tuple(word(text, 90 * (i % 40), 20 * (i // 40)) for i in range(many) for text in ("Key:", "value"))
    words = tuple(
        replace(w, box=Box(w.box.x0 + 45 * (i % 2), w.box.y0, w.box.x1, w.box.y1)) for i, w in enumerate(words)
    )
    entities = tuple(Entity("ANSWER" if i % 2 else "QUESTION", (i,), 0.9) for i in range(2 * many))
    made = Page(4000, 2000, 4000, 2000, words=words)
    made = made.with_labels(tuple(WordLabel(e.label, 0.9) for e in entities), entities)
    made = replace(made, links=tuple(Link(2 * i, 2 * i + 1, 0.9) for i in range(many)))
    tracemalloc.start()

    assert len(sure(made)) == many

    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()
