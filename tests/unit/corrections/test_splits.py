"""Splits of a data set: fixed for ever, documents together, shares, and an evaluation set that grows by decision."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.corrections.manifest import Split
from prelabel.corrections.splits import Evaluation, Placed, split_pages
from prelabel.errors import SettingError

#: Several exports: each a list of (document, removed) of pages; task ids count on.
EXPORTS = st.lists(
    st.tuples(st.lists(st.integers(0, 12), max_size=12), st.sets(st.integers(1, 40), max_size=4), st.booleans()),
    min_size=1,
    max_size=5,
)


def documents(*names: object) -> dict[int, str]:
    return {number: f"document-{name}" for number, name in enumerate(names, 1)}


def singles(count: int, first: int = 1) -> dict[int, str]:
    return {number: f"task-{number}" for number in range(first, first + count)}


def placed(pages: dict[int, str], splits: dict[int, Split]) -> dict[int, Placed]:
    return {page: Placed(pages[page], split) for page, split in splits.items()}


@given(EXPORTS)
@settings(max_examples=200, deadline=None)
def test_a_split_is_for_ever_and_documents_stay_together(exports: list[tuple[list[int], set[int], bool]]) -> None:
    known: dict[int, Placed] = {}
    there: dict[int, str] = {}
    count, frozen = 0, False
    for new, removed, grow in exports:
        there |= {count + place: f"document-{name}" for place, name in enumerate(new, 1)}
        count += len(new)
        there = {page: name for page, name in there.items() if page not in removed}

        made = split_pages(there, known, Evaluation(grow=grow), frozen=frozen)

        assert made.keys() == there.keys()
        for page, split in made.items():
            before = known[page].split if page in known else None
            assert before in {None, split} or (before, split, grow) == ("waiting", "evaluation", True)
            assert split != "evaluation" or before == "evaluation" or grow or not frozen
        known |= placed(there, made)
        by_document: dict[str, set[Split]] = {}
        for each in known.values():
            by_document.setdefault(each.document, set()).add(each.split)
        assert all(len(splits) == 1 or splits == {"evaluation", "waiting"} for splits in by_document.values())
        frozen = frozen or "evaluation" in made.values()


@given(st.dictionaries(st.integers(1, 60), st.integers(0, 20).map(str), min_size=1), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_pages_does_not_count(pages: dict[int, str], random: Random) -> None:
    shuffled = list(pages.items())
    random.shuffle(shuffled)
    assert split_pages(pages, {}, Evaluation(), frozen=False) == split_pages(
        dict(shuffled), {}, Evaluation(), frozen=False
    )


@pytest.mark.parametrize(
    ("count", "evaluation", "valid"),
    [(1, 0, 0), (2, 1, 0), (3, 1, 0), (4, 1, 1), (10, 2, 1), (100, 20, 8), (1000, 200, 80)],
)
def test_shares_of_single_pages(count: int, evaluation: int, valid: int) -> None:
    made = Counter(split_pages(singles(count), {}, Evaluation(), frozen=False).values())
    assert (made["evaluation"], made["valid"]) == (evaluation, valid)


def test_validation_keeps_its_share_when_pages_come_one_by_one() -> None:
    known: dict[int, Placed] = {}
    for count in range(10, 101):
        pages = singles(count)
        known = placed(pages, split_pages(pages, known, Evaluation(), frozen=bool(known)))
    splits = Counter(each.split for each in known.values())
    assert splits["evaluation"] == 2
    assert 8 <= splits["valid"] <= 11


def test_a_large_document_is_not_taken_for_a_few_pages() -> None:
    pages = documents("a", "b", *(["long"] * 98))
    made = split_pages(pages, {}, Evaluation(), frozen=False)
    assert made[50] == "train"
    assert sorted(Counter(made.values())) == ["evaluation", "train"]


def test_late_pages_of_the_evaluation_set_wait_until_it_grows() -> None:
    pages = documents("a", "b", "c")
    first = placed(pages, split_pages(pages, {}, Evaluation(pages=frozenset({1})), frozen=False))
    assert first[1].split == "evaluation"
    more = documents("a", "b", "c", "a", "b")

    late = split_pages(more, first, Evaluation(), frozen=True)
    assert (late[4], late[5]) == ("waiting", late[2])

    grown = split_pages(more, placed(more, late), Evaluation(share=0, grow=True), frozen=True)
    assert grown == {**late, 4: "evaluation"}


def test_a_document_that_was_gone_comes_back_into_its_split() -> None:
    pages = documents("a", "b", "c", "d", "e")
    first = split_pages(pages, {}, Evaluation(), frozen=False)
    back = split_pages({9: "document-a"}, placed(pages, first), Evaluation(), frozen=True)
    assert back == {9: "waiting" if first[1] == "evaluation" else first[1]}


def test_named_pages_bring_their_documents_and_nothing_else() -> None:
    pages = documents(*"aabbccddee")
    made = split_pages(pages, {}, Evaluation(pages=frozenset({3, 9})), frozen=False)
    assert sorted(page for page, split in made.items() if split == "evaluation") == [3, 4, 9, 10]


@pytest.mark.parametrize(
    ("named", "frozen", "grow", "says"),
    [
        ({1, 2}, True, False, "frozen.*--grow-evaluation"),
        ({77}, False, False, "page 77 cannot be in the evaluation set"),
        ({2, 3}, True, True, "pages 2, 3 cannot come into the evaluation set: models have learned"),
    ],
)
def test_wishes_that_would_move_pages_are_refused(named: set[int], frozen: bool, grow: bool, says: str) -> None:
    pages = documents("a", "b", "c")
    known = {page: Placed(pages[page], "evaluation" if page == 1 else "train") for page in pages} if frozen else {}
    with pytest.raises(SettingError, match=says):
        split_pages(pages, known, Evaluation(pages=frozenset(named), grow=grow), frozen=frozen)
