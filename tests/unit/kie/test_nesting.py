"""Nesting: the links that count, the headers above a question, and pairs with their headers."""

from __future__ import annotations

import pytest

from prelabel.kie.key_values.nesting import header_paths, pair_links
from prelabel.kie.key_values.pairs import key_values
from prelabel.page import Entity, KeyValue, Link, Page
from tests.support.forms import A, H, Item, Q, linked

ITEMS: list[Item] = [
    (H, "Order", 0, 0),
    (H, "Buyer:", 0, 20),
    (Q, "Name:", 0, 40),
    (A, "Kim", 60, 40),
    (A, "Lee", 60, 60),
]


def pairs(page: Page) -> tuple[KeyValue, ...]:
    return key_values(page.words, page.entities or (), page.links or ())


def test_headers_over_headers_over_a_question() -> None:
    first, second = pairs(linked(ITEMS, (0, 1), (1, 2), (2, 3), (2, 4)))

    assert (first.key, first.value, first.header) == ("Name", "Kim", ("Order", "Buyer"))
    assert (second.key, second.value, second.header) == ("Name", "Lee", ("Order", "Buyer")), "two answers, two pairs"


def test_the_surest_header_counts() -> None:
    page = linked(ITEMS, (0, 2, 0.8), (1, 2, 0.4), (2, 3))

    assert [pair.header for pair in pairs(page)] == [("Order",)]


def test_headers_in_a_circle_end_where_it_closes() -> None:
    page = linked(ITEMS, (0, 1), (1, 0), (1, 2), (2, 3))

    assert [pair.header for pair in pairs(page)] == [("Order", "Buyer")]
    assert header_paths(page.entities or (), page.links or ())[1] == (0,)


def test_a_chain_of_headers_ends() -> None:
    page = linked([*[(H, "x", 0.0, 20.0 * i) for i in range(5000)], *ITEMS[2:4]], *((i, i + 1) for i in range(5001)))

    assert [pair.header for pair in pairs(page)] == [("x",) * 8]


def test_links_that_make_no_sense_do_not_count() -> None:
    page = linked(ITEMS, (2, 2), (2, 99), (-1, 3), (3, 2), (0, 3), (3, 4), (2, 3, 0.2), (2, 3, 0.7))
    entities = (*(page.entities or ()), Entity(A, ()))

    assert pair_links(entities, [*(page.links or ()), Link(2, 5)]) == [Link(2, 3, 0.7)]


def test_values_are_read_as_the_whole_page_is_written() -> None:
    items: list[Item] = [(Q, "From", 0, 0), (A, "03/04/2024", 60, 0), (Q, "To", 0, 20), (A, "13/04/2024", 60, 20)]

    assert [dict(pair.normal or {}) for pair in pairs(linked(items, (0, 1), (2, 3)))] == [
        {"type": "date", "value": "2024-04-03"},
        {"type": "date", "value": "2024-04-13"},
    ]


def test_pairs_survive_json_and_older_pages_are_refused() -> None:
    page = linked(ITEMS, (1, 2), (2, 3))
    page = page.with_links(page.links or (), pairs(page))

    assert Page.from_json(page.to_json()) == page
    assert len(set(page.key_values or ())) == 1
    with pytest.raises(ValueError, match="page format 2, this worker reads 3"):
        Page.from_json(page.to_json() | {"format": 2})
