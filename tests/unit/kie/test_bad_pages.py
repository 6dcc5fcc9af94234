"""Odd pages in both taggers: no crash, probabilities for every word, bounded work."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.layoutlm import LayoutLMTagger
from prelabel.kie.tag.tagger import MAX_LETTERS, TagInput
from prelabel.page import Box
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from tests.support.small_layoutlm import untrained

Tagger = CompactTagger | LayoutLMTagger


@pytest.fixture(scope="module", params=["compact", "layoutlm"])
def tagger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    torch.set_num_threads(1)
    if request.param == "compact":
        return CompactTagger.load(SHIPPED_COMPACT, "cpu")
    return LayoutLMTagger.load(str(untrained(tmp_path_factory.mktemp("tiny"), positions=128)), "", "cpu")


def check(tagger: Tagger, page: TagInput) -> None:
    rows = tagger.forward([tagger.encode(page)])[0]
    assert rows.shape == (len(page.words), len(tagger.tags))
    assert np.isfinite(rows).all()
    assert np.allclose(rows.sum(1), 1.0, atol=1e-3)


def grid(words: list[str], width_px: int = 800, height_px: int = 1100) -> TagInput:
    boxes = [Box(60 * (i % 12), 16 * (i // 12), 60 * (i % 12) + 50, 16 * (i // 12) + 11) for i in range(len(words))]
    return TagInput(tuple(words), tuple(boxes), width_px, height_px)


PAGES = {
    "no word": grid([]),
    "one word": grid(["Total"]),
    "all in one place": TagInput(("a",) * 300, (Box(10, 10, 20, 20),) * 300, 100, 100),
    "reversed boxes": TagInput(("a", "b", "c"), (Box(90, 80, 10, 20), Box(50, 9, 20, 3), Box(1, 9, 5, 3)), 100, 100),
    "boxes outside": TagInput(("a", "b"), (Box(-500, -90, -400, -80), Box(5000, 9000, 5100, 9010)), 100, 100),
    "no numbers": TagInput(
        ("a", "b", "c"),
        (Box(math.nan, 0, math.nan, 5), Box(0, 0, math.inf, 5), Box(-math.inf, -1e300, 1e300, math.nan)),
        100,
        100,
    ),
    "no extent": grid(["a", "b", "c"], 0, 0),
    "negative extent": grid(["a", "b", "c"], -5, -7),
    "control characters": grid(["\x00", "\x01\x02", "\u200b\u200e", "\n", "\t\r", " ", "", "\x7f" * 300]),
    "half characters": grid(["\ud800", "a\udfffb", "가" + "\udc00" * 200]),
    "10,000 letters": grid(["x" * 10_000, "가" * 10_000, "a-" * 5_000, "9" * 10_000, "end"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_too_odd(tagger: Tagger, name: str) -> None:
    check(tagger, PAGES[name])


def test_odd_pages_do_no_harm_to_their_batch_mates(tagger: Tagger) -> None:
    encoded = [tagger.encode(page) for page in PAGES.values()]
    good = tagger.encode(grid(["Name:", "Kim", "Total", "12.50"]))

    rows = tagger.forward([*encoded, good])[-1]

    assert np.abs(rows - tagger.forward([good])[0]).max() < 1e-4


def test_a_page_of_endless_words_costs_no_more_than_one_of_long_ones(tagger: Tagger) -> None:
    endless, long = (tagger.encode(grid(["a-" * letters] * 50)) for letters in (5_000, MAX_LETTERS // 2))

    assert endless.cost == long.cost


_places = st.one_of(st.floats(-2000, 4000), st.floats(), st.sampled_from([0.0, 1e9, -1e9]))
_words = st.text(st.characters(categories=None), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_words, st.builds(Box, _places, _places, _places, _places)), max_size=40),
    st.integers(-10, 5000),
    st.integers(-10, 5000),
)
def test_any_words_and_boxes_get_their_probabilities(
    tagger: Tagger, items: list[tuple[str, Box]], width_px: int, height_px: int
) -> None:
    words, boxes = tuple(word for word, _ in items), tuple(box for _, box in items)
    check(tagger, TagInput(words, boxes, width_px, height_px))
