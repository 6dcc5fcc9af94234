"""Every failure has a code, a class and a cure, and the docs hold the same table as the code."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from prelabel import errors
from prelabel.errors import FAILURE_CLASSES, FAILURES, PrelabelError, failure, recorded_error
from prelabel.ledger.failed_list import FailedPage
from scripts.failure_table import FAILURE_PAGE

CLASSES = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, PrelabelError)]


def test_the_table_is_current() -> None:
    text = FAILURE_PAGE.page.read_text("utf-8")
    assert FAILURE_PAGE.with_table(text) == text, "run: python -m scripts.failure_table"


def test_every_error_has_a_code_of_its_own_a_class_a_meaning_and_a_cure() -> None:
    assert [code for code, count in Counter(error.code for error in CLASSES).items() if count > 1] == []
    assert set(FAILURES.values()) == set(CLASSES)
    for error in CLASSES:
        assert re.fullmatch(r"[a-z_]+", error.code)
        assert error.failure_class in FAILURE_CLASSES
        assert "cure" in vars(error), f"{error.__name__} has its parent's cure"
        assert (vars(error)["__doc__"] or "").strip().endswith("."), error.__name__


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert sorted(re.findall(r"\b[A-Z]\w+$", errors.__doc__ or "", re.MULTILINE)) == sorted(
        error.__name__ for error in CLASSES
    )


def test_a_row_of_the_failed_list_shows_class_and_cure() -> None:
    row = FailedPage(6, 1, "/a.png", "crashed", "it died", "ocr", 2, 0.0).to_json()
    assert (row["class"], row["cure"]) == ("poison", errors.PageCrashed.cure)


def test_a_reason_of_another_version_is_still_shown() -> None:
    assert failure("no_longer_known") is PrelabelError


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.code)
def test_a_recorded_error_has_the_cure_and_class_of_its_code(error: type[PrelabelError]) -> None:
    again = recorded_error(error.code, "what happened")
    assert type(again) is error
    assert (str(again), again.code, again.cure, again.retryable) == (
        "what happened",
        error.code,
        error.cure,
        error.failure_class == "transient",
    )


def test_a_recorded_error_of_another_release_keeps_its_code() -> None:
    again = recorded_error("from_the_future", "what happened")
    assert (type(again), again.code, PrelabelError.code) == (PrelabelError, "from_the_future", "error")
