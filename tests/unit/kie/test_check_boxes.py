"""Check boxes bound to options and questions by layout, whatever the tagger and the linker said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from prelabel.kie.check_boxes.binding import bind_check_boxes
from prelabel.kie.extract import add_key_values
from prelabel.ocr.check_boxes.words import boxed
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")
LETTER, HIGH = 10, 20


def page_of(*rows: str, step: int = 40) -> Page:
    """Return a page with these lines of words; a column of text is where it stands in the line, ☐ and ☑ are boxes."""
    words = []
    for number, row in enumerate(rows):
        at = 0
        for part in row.split(" "):
            if part:
                box = Box(LETTER * at, step * number, LETTER * (at + len(part)), step * number + HIGH)
                words.append(boxed(box, ticked=part == "☑") if part in "☐☑" else Word(part, box))
            at += len(part) + 1
    return Page(1000, 1000, 1000, 1000, words=tuple(words))


def tagged(page: Page, entities: Sequence[tuple[str, str]] = (), links: Sequence[tuple[int, int]] = ()) -> Page:
    """Return the page as a tagger and a linker left it: (label, words) of entities, and pairs of them."""
    texts = [word.text for word in page.words]
    found = [Entity(label, tuple(texts.index(part) for part in text.split()), 0.8) for label, text in entities]
    labels = {word: entity.label for entity in found for word in entity.words}
    page = page.with_labels(tuple(WordLabel(labels.get(i, "OTHER"), 0.8) for i in range(len(texts))), tuple(found))
    return page.with_links(tuple(Link(a, b, 0.7) for a, b in links), ())


def pairs(page: Page, tags: Sequence[str] = TAGS) -> list[tuple[str, str]]:
    return [(pair.key, pair.value) for pair in add_key_values(bind_check_boxes(page, tags)).key_values or ()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["Status:     ☑ Married     ☐ Single     ☐ Divorced"], [("Status", "Married")]),
        (["성별        ☐ 남    ☑ 여"], [("성별", "여")]),
        (["Shift       Day ☐     Night ☑"], [("Shift", "Night")]),
        (["Shift: Day ☐     Night ☑"], [("Shift", "Night")]),
        (["Meal        ☑ White fish     ☑ Beef"], [("Meal", "White fish"), ("Meal", "Beef")]),
        (["Status:", "☐ Married    ☑ Single"], [("Status", "Single")]),
        (["Type of request", "   ☐ New", "   ☑ Renewal", "   ☐ Change"], [("Type of request", "Renewal")]),
        (["           ☐ Cash", "Payment    ☑ Card", "           ☐ Transfer"], [("Payment", "Card")]),
        (
            ["       ☐ 예", "동의     ☑ 아니오", "       ☐ 보류", "       ☑ 자가", "거주     ☐ 전세", "       ☐ 월세"],
            [("동의", "아니오"), ("거주", "자가")],
        ),
        (
            ["Sex    ☐ M", "       ☑ F", "       ☐ X", "Size   ☑ S", "       ☐ L", "       ☐ XL"],
            [("Sex", "F"), ("Size", "S")],
        ),
        (["Car    ☑ Yes   ☐ No", "Dog    ☐ Yes   ☑ No"], [("Car", "Yes"), ("Dog", "No")]),
        (["Car    ☑ Yes", "Dog    ☑ No", "Cat    ☑ Yes"], [("Car", "Yes"), ("Dog", "No"), ("Cat", "Yes")]),
        (["Sex    ☐ M   ☑ F      Smoker"], [("Sex", "F")]),
        (["☑ I agree to the terms"], [("I agree to the terms", "☑")]),
        (["☑ I agree", "☐ Send me news", "☑ I accept"], [("I agree", "☑"), ("Send me news", "☐"), ("I accept", "☑")]),
        (["☐ I agree to the terms"], []),
        (["Status:     ☐ Married     ☐ Single"], []),
        (
            ["            Good    Fair    Poor", "Price       ☐       ☑       ☐", "Clean rooms ☑       ☐       ☐"],
            [("Price", "Fair"), ("Clean rooms", "Good")],
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) and value and isinstance(value[0], str) else "",
)
def test_boxes_are_bound_by_their_layout(rows: list[str], expected: list[tuple[str, str]]) -> None:
    assert sorted(pairs(tagged(page_of(*rows)))) == sorted(expected)


def test_a_question_stands_between_the_lines_of_its_options() -> None:
    between = page_of("           ☐ Yes", "Smoker", "           ☑ No", step=22)
    assert pairs(tagged(between)) == [("Smoker", "No")]
    two_lines = page_of("", "           ☐ Yes", "Preferred", "           ☑ No", "contact", "           ☐ Both", step=20)
    assert pairs(tagged(two_lines)) == [("Preferred contact", "No")]


def test_a_box_below_a_question_with_options_of_its_own_stands_alone() -> None:
    assert pairs(tagged(page_of("Sex:   ☐ M   ☑ F", "☑ I agree"))) == [("Sex", "F"), ("I agree", "☑")]
    listed = page_of("Sex", "☐ M", "☑ F", "", "☑ I agree", step=30)
    assert pairs(tagged(listed)) == [("Sex", "F"), ("I agree", "☑")]


def test_a_long_option_goes_on_in_the_next_lines() -> None:
    page = page_of("☑ I agree that my data are kept and used for", "  the purposes above", "", "Name", step=26)

    assert pairs(tagged(page)) == [("I agree that my data are kept and used for the purposes above", "☑")]


def test_what_the_models_made_of_other_words_stays() -> None:
    page = tagged(
        page_of("Name:   Kim", "Status:     ☑ Married     ☐ Single", "Total:   5"),
        [("QUESTION", "Name:"), ("ANSWER", "Kim"), ("HEADER", "Status: Married Single"), ("QUESTION", "Total:")],
        [(0, 1), (2, 3)],
    )

    bound = bind_check_boxes(page, TAGS)

    assert pairs(page) == [("Name", "Kim"), ("Status", "Married")]
    kept = {entity.label: entity for entity in (bound.entities or ()) if entity.confidence == 0.8}
    assert [bound.words[i].text for i in kept["ANSWER"].words] == ["Kim"]
    assert any(link.confidence == 0.7 for link in bound.links or ())
    assert Page.from_json(bound.to_json()).to_json() == bound.to_json()


def test_a_question_that_has_an_answer_is_not_asked_again() -> None:
    page = tagged(page_of("Name:   Kim", "☑ I agree"), [("QUESTION", "Name:"), ("ANSWER", "Kim")], [(0, 1)])

    assert pairs(page) == [("Name", "Kim"), ("I agree", "☑")]


def test_links_of_the_models_to_options_and_boxes_go() -> None:
    page = tagged(
        page_of("Status:     ☑ Married     ☐ Single"),
        [("QUESTION", "Status:"), ("ANSWER", "☑"), ("QUESTION", "Married"), ("ANSWER", "Single")],
        [(0, 3), (2, 1)],
    )

    assert pairs(page) == [("Status", "Married")]
    alone = tagged(page_of("☑ I agree"), [("ANSWER", "☑"), ("QUESTION", "I agree")], [(1, 0)])
    assert pairs(alone) == [("I agree", "☑")]


@pytest.mark.parametrize("tags", [("O", "B-KEY", "I-KEY", "B-VALUE"), ("O", "INVOICE_NUMBER"), ("O", "B-QUESTION")])
def test_labels_of_ones_own_are_left_alone(tags: tuple[str, ...]) -> None:
    page = tagged(page_of("Status:     ☑ Married     ☐ Single"))

    assert bind_check_boxes(page, tags) is page


def test_tags_in_lower_case_and_without_prefix_are_known() -> None:
    bound = bind_check_boxes(tagged(page_of("Status:     ☑ Married     ☐ Single")), ("other", "question", "answer"))

    assert {label.label for label in bound.labels or ()} == {"question", "answer", "OTHER"}


def test_a_page_without_boxes_stays_the_same() -> None:
    page = tagged(page_of("Name: Kim"), [("QUESTION", "Name:")])

    assert bind_check_boxes(page, TAGS) is page


def test_an_unsure_box_makes_an_unsure_link() -> None:
    page = tagged(page_of("Status:     ☑ Married     ☐ Single"))
    words = tuple(replace(word, confidence=0.5) if word.text == "☑" else word for word in page.words)

    sure, unsure = (bind_check_boxes(each, TAGS).links or () for each in (page, replace(page, words=words)))

    assert unsure[0].confidence == pytest.approx(sure[0].confidence / 2)
