"""Lines of one value: an address below its question, prose that wraps; columns of tables and lists stay apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.stacked_lines import with_stacked_lines
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel

Line = tuple[str, str, float, float]


def page(lines: list[Line], links: list[tuple[int, int]]) -> Page:
    """Return a page with one entity a line: label, text, x, y."""
    words: list[Word] = []
    entities = []
    for label, text, x, y in lines:
        members = []
        for part in text.split():
            members.append(len(words))
            words.append(Word(part, Box(x, y, x + 9 * len(part), y + 14), 0.95, "tesseract"))
            x += 9 * len(part) + 5
        entities.append(Entity(label, tuple(members), 0.9))
    made = Page(800, 400, 800, 400, words=tuple(words))
    labels = tuple(WordLabel("OTHER", 1.0) for _ in words)
    made = made.with_labels(labels, tuple(entities))
    return replace(made, links=tuple(Link(a, b, 0.9 - 0.01 * b) for a, b in links))


def values(made: Page) -> list[tuple[str, str]]:
    pairs = key_values(made.words, made.entities or (), made.links or ())
    return [(pair.key, pair.value) for pair in pairs]


@pytest.mark.parametrize("key", ["BILL TO:", "Ship to", "Address", "Deliver to:", "납품처"])
def test_lines_of_an_address_are_one_value(key: str) -> None:
    made = page(
        [
            ("QUESTION", key, 10, 10),
            ("ANSWER", "Larch Mill", 10, 40),
            ("ANSWER", "12 Birch Lane", 10, 62),
            ("ANSWER", "Elmford, CA 90001", 10, 84),
        ],
        [(0, 1), (0, 2), (0, 3)],
    )

    found = with_stacked_lines(made)

    assert values(found) == [(key.rstrip(":"), "Larch Mill 12 Birch Lane Elmford, CA 90001")]
    assert [link.confidence for link in found.links or ()] == [0.87]


def test_addresses_side_by_side_stay_two() -> None:
    made = page(
        [
            ("QUESTION", "BILL TO", 10, 10),
            ("QUESTION", "SHIP TO", 400, 10),
            ("ANSWER", "Larch Mill", 10, 40),
            ("ANSWER", "Oak Yard", 400, 40),
            ("ANSWER", "12 Birch Lane", 10, 62),
            ("ANSWER", "9 Pine Road", 400, 62),
        ],
        [(0, 2), (1, 3), (0, 4), (1, 5)],
    )

    assert values(with_stacked_lines(made)) == [
        ("BILL TO", "Larch Mill 12 Birch Lane"),
        ("SHIP TO", "Oak Yard 9 Pine Road"),
    ]


def test_prose_goes_on_behind_a_comma() -> None:
    made = page(
        [
            ("QUESTION", "Remarks", 10, 10),
            ("ANSWER", "leave at the gate,", 100, 10),
            ("ANSWER", "ring twice", 100, 32),
        ],
        [(0, 1), (0, 2)],
    )

    assert values(with_stacked_lines(made)) == [("Remarks", "leave at the gate, ring twice")]


COLUMN = [("QUESTION", "Customer", 10, 10), ("QUESTION", "Amount", 400, 10)]
ROWS = [
    ("ANSWER", "Mill 4 Ltd", 10, 40),
    ("ANSWER", "12.00", 400, 40),
    ("ANSWER", "Yard 9 Ltd", 10, 62),
    ("ANSWER", "7.50", 400, 62),
]


@pytest.mark.parametrize(
    ("lines", "links"),
    [
        ([*COLUMN, *ROWS], [(0, 2), (1, 3), (0, 4), (1, 5)]),
        (
            [("QUESTION", "cc:", 10, 10), *[("ANSWER", f"A. Fir {n}", 60, 10 + 22 * n) for n in range(3)]],
            [(0, 1), (0, 2)],
        ),
        (
            [("QUESTION", "For", 10, 10), ("ANSWER", "DR. FIR, ASH,", 60, 10), ("ANSWER", "ELM", 60, 32)],
            [(0, 1), (0, 2)],
        ),
        ([("QUESTION", "To", 10, 10), ("ANSWER", "Ann Fir", 60, 10), ("ANSWER", "Bo Ash", 60, 32)], [(0, 1), (0, 2)]),
        (
            [("QUESTION", "Ship to", 10, 10), ("ANSWER", "4 Ash Rd", 10, 40), ("ANSWER", "x 9", 10, 99)],
            [(0, 1), (0, 2)],
        ),
        ([("QUESTION", "Ship to", 10, 10), ("ANSWER", "4 Ash Rd", 10, 40)], [(0, 1)]),
    ],
    ids=["table", "list of people", "list with commas", "two people", "far below", "one line"],
)
def test_other_answers_stay_apart(lines: list[Line], links: list[tuple[int, int]]) -> None:
    made = page(lines, links)

    assert with_stacked_lines(made) is made


def test_a_line_without_question_goes_on_an_address() -> None:
    lines: list[Line] = [
        ("QUESTION", "Seller", 10, 10),
        ("ANSWER", "Ann Fir", 100, 10),
        ("ANSWER", "12 Birch Lane, Elmford", 100, 30),
        ("QUESTION", "Rate", 10, 50),
        ("ANSWER", "7 a month", 100, 50),
        ("QUESTION", "Term", 400, 10),
        ("ANSWER", "3 years", 500, 10),
    ]
    links = [(0, 1), (5, 6)]

    found = values(with_stacked_lines(page(lines, links)))

    assert found[0] == ("Seller", "Ann Fir 12 Birch Lane, Elmford")  # the last line may be the answer to the rate


def test_headers_and_other_links_stay() -> None:
    made = page(
        [
            ("HEADER", "Order", 10, 0),
            ("QUESTION", "Ship to", 10, 20),
            ("ANSWER", "4 Ash Rd,", 10, 40),
            ("ANSWER", "Elmford", 10, 62),
            ("QUESTION", "Date", 10, 200),
            ("ANSWER", "1 May", 60, 200),
        ],
        [(0, 1), (1, 2), (1, 3), (4, 5), (0, 4)],
    )

    found = with_stacked_lines(made)

    assert [(link.source, link.target) for link in found.links or ()] == [(0, 1), (0, 3), (1, 2), (3, 4)]
    assert values(found) == [("Ship to", "4 Ash Rd, Elmford"), ("Date", "1 May")]
