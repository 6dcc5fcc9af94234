"""Curves of the reader's confidence."""

from __future__ import annotations

import numpy as np
import pytest

from prelabel.ocr.reader.confidence import Confidences
from prelabel.page import Box, Word
from prelabel.training.reader.calibration import Judged, curve, held_down, judged


def test_words_are_right_only_where_they_stand() -> None:
    truth = [Word("상호", Box(0, 0, 40, 20)), Word("1,250", Box(60, 0, 110, 20))]
    found = [
        Word("상호", Box(1, 1, 40, 20), 0.9),
        Word("1,260", Box(60, 1, 110, 20), 0.8),
        Word("상호", Box(200, 0, 240, 20), 0.7),
    ]

    assert list(judged(found, truth)) == [Judged(0.9, True, False), Judged(0.8, False, True), Judged(0.7, False, False)]


def test_a_curve_rises_and_follows_the_share_of_right_words() -> None:
    rng = np.random.default_rng(4)
    words = [Judged(float(raw), bool(rng.random() < raw**2), False) for raw in rng.random(4000)]
    points = curve(words)
    confidences = Confidences.of({"confidence": {"words": points, "numbers": points}})

    for raw in (0.3, 0.6, 0.9):
        assert confidences.of_word("가", [raw]) == pytest.approx(raw**2, abs=0.08)


def test_wrong_numbers_weigh_double() -> None:
    plain, number = (curve([Judged(0.5, n % 4 > 0, digits) for n in range(400)]) for digits in (False, True))

    assert np.interp(0.5, plain[0], plain[1]) == pytest.approx(0.75, abs=0.02)
    assert np.interp(0.5, number[0], number[1]) == pytest.approx(0.6, abs=0.02)


def test_no_words_leave_the_raw_figure() -> None:
    assert curve([]) == [[0.0, 1.0], [0.0, 1.0]]


def test_of_the_numbers_given_as_sure_hardly_one_is_wrong() -> None:
    rng = np.random.default_rng(6)
    raws = rng.random(6000)
    words = [Judged(float(raw), bool(rng.random() < (0.97 if raw < 0.8 else 0.999)), True) for raw in raws]
    raw, right = held_down(curve(words), words)
    sure = [word for word in words if np.interp(word.raw, raw, right) >= 0.95]

    assert len(sure) > 1000
    assert sum(not word.right for word in sure) <= 0.011 * len(sure)
    assert Confidences.of({"confidence": {"words": [raw, right], "numbers": [raw, right]}})


def test_no_number_is_sure_where_all_are_often_wrong() -> None:
    words = [Judged(0.99, n % 4 > 0, True) for n in range(100)]

    assert max(held_down(curve(words), words)[1]) < 0.95
