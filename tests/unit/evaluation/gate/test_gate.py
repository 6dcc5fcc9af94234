"""Tests of the gate: what passes, what never passes, and how often chance decides. No models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.evaluation.gate.decision import ALPHA, LEAST_PAGES, Decision, PagePair, decide
from prelabel.evaluation.gate.paired import difference
from prelabel.evaluation.scores import Scores

_COUNTS = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)).map(
    lambda n: Scores(min(n), n[1], n[2])
)


def simulated(rng: np.random.Generator, pages: int, gain: float, *, label_gain: float = 0.0) -> Decision:
    """Decide about a challenger with this expected gain of recall and precision, on pages of unlike difficulty.

    `label_gain`: of the label B, which a third of the pages have.
    """
    made = []
    for number in range(pages):
        truth, skill = int(rng.integers(4, 25)), rng.beta(5, 2)
        kinds = {"label A": _both(rng, 20, skill, gain)}
        if number % 3 == 0:
            kinds["label B"] = _both(rng, 20, skill, label_gain)
        champion, challenger = _both(rng, truth, skill, gain)
        made.append(PagePair(str(number), champion, challenger, kinds))
    return decide(made, seed=int(rng.integers(2**31)))


def _both(rng: np.random.Generator, truth: int, skill: float, gain: float) -> tuple[Scores, Scores]:
    """Count items of a page: most are hard or easy for both models, a fifth is judged anew by the challenger."""
    first = rng.random(truth) < skill
    again = rng.random(truth) < min(1.0, max(0.0, skill + 5 * gain))
    second = np.where(rng.random(truth) < 0.2, again, first)
    return Scores(int(first.sum()), truth, truth), Scores(int(second.sum()), truth, truth)


def passes(pages: int, gain: float, trials: int, **more: float) -> int:
    rng = np.random.default_rng(11)
    return sum(simulated(rng, pages, gain, **more).passed for _ in range(trials))


def test_an_equal_challenger_passes_as_rarely_as_stated() -> None:
    # Stated: at most 5 %; 200 trials of chance 5 % give more than 17 once in 100 times
    assert ALPHA == 0.05
    assert passes(LEAST_PAGES, 0.0, 200) <= 17
    assert passes(60, 0.0, 200) <= 17


def test_worse_challengers_do_not_pass_and_clearly_better_ones_do() -> None:
    assert passes(50, -0.03, 20) == 0
    assert passes(LEAST_PAGES, -0.02, 20) == 0
    assert passes(50, 0.06, 20) == 20


def test_a_label_that_falls_stops_a_better_challenger() -> None:
    rng = np.random.default_rng(7)
    made = [simulated(rng, 60, 0.06, label_gain=-0.12) for _ in range(20)]
    assert not any(each.passed for each in made)
    assert all(each.verdict == "a part is worse" and "label B" in each.reason for each in made)


@settings(max_examples=60, deadline=None)
@given(st.lists(_COUNTS, max_size=60), st.integers(0, 99))
def test_an_unchanged_model_never_passes(counts: list[Scores], seed: int) -> None:
    pages = [PagePair(str(i), each, each, {"label A": (each, each)}) for i, each in enumerate(counts)]
    made = decide(pages, seed=seed)
    assert not made.passed
    assert not any(look.falls for look in made.looks)
    assert made.verdict == ("too few pages" if len(pages) < LEAST_PAGES else "no better")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_COUNTS, _COUNTS), min_size=LEAST_PAGES, max_size=60))
def test_of_two_models_at_most_one_is_better(counts: list[tuple[Scores, Scores]]) -> None:
    there = decide([PagePair(str(i), a, b, {}) for i, (a, b) in enumerate(counts)])
    back = decide([PagePair(str(i), b, a, {}) for i, (a, b) in enumerate(counts)])
    assert not (there.passed and back.passed)
    assert there.key_values.low == pytest.approx(-(back.key_values.high or 0), abs=1e-9)
    assert there.passed == (back.verdict == "worse")


@given(st.lists(st.tuples(_COUNTS, _COUNTS), min_size=2, max_size=30))
def test_the_order_of_equal_pages_and_the_seed_give_the_same_decision(counts: list[tuple[Scores, Scores]]) -> None:
    pages = [PagePair(str(i), a, b, {}) for i, (a, b) in enumerate(counts)]
    assert decide(pages, seed=3) == decide(list(pages), seed=3)


def test_too_few_pages_are_said_with_how_many_are_needed() -> None:
    better = PagePair("a", Scores(5, 10, 10), Scores(10, 10, 10), {})
    made = decide([better] * (LEAST_PAGES - 1))
    assert (made.verdict, made.pages_needed) == ("too few pages", LEAST_PAGES)
    assert made.key_values.low is None
    # A small gain that may be noise names the pages that would tell
    mixed = [PagePair(str(i), Scores(5, 10, 10), Scores(5 + (-1) ** i + (i % 8 == 0), 10, 10), {}) for i in range(40)]
    made = decide(mixed)
    assert made.verdict == "too few pages"
    assert made.pages_needed is not None
    assert made.pages_needed > 40
    assert f"about {made.pages_needed} pages would tell" in made.reason
    # That many pages do tell
    times = -(-made.pages_needed // 40)
    assert decide(mixed * times).passed


def test_no_pages_are_no_reason_to_pass() -> None:
    made = decide([])
    assert (made.verdict, made.passed, made.pages_needed) == ("too few pages", False, LEAST_PAGES)
    assert difference([], [], seed=0).pages == 0
