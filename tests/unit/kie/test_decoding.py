"""Decoding of links: number of heads of a tail, limits, calibrated confidences."""

from __future__ import annotations

import numpy as np
import pytest

from prelabel.kie.link.candidates import Pairs
from prelabel.kie.link.decoding import Decoding, calibrated, thresholds

#: Two heads for tail 9, three for tail 8.
PAIRS = Pairs(np.array([1, 2, 1, 2, 3]), np.array([9, 9, 8, 8, 8]))


@pytest.mark.parametrize(
    ("confidence", "kept"),
    [
        ([0.6, 0.2, 0.9, 0.8, 0.7], [True, False, True, True, False]),
        ([0.4, 0.3, 0.5, 0.5, 0.5], [False, False, True, False, False]),
        ([0.0, 0.0, 0.7, 0.7, 0.7], [False, False, True, True, False]),
    ],
)
def test_a_tail_has_its_best_head_and_one_more_that_is_sure(confidence: list[float], kept: list[bool]) -> None:
    found = Decoding(best=0.5, more=0.7).kept(PAIRS, np.array(confidence, np.float32))
    assert found.tolist() == kept


def test_a_limit_above_one_leaves_one_head() -> None:
    found = Decoding(best=0.5, more=1.1).kept(PAIRS, np.ones(5, np.float32))
    assert found.tolist() == [True, False, True, False, False]


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.6, -1.0), (1.5, 0.8)])
def test_calibration_finds_what_bent_the_chances(slope: float, offset: float) -> None:
    # Given probabilities that are distorted in a known way
    rng = np.random.default_rng(0)
    told = rng.uniform(0.02, 0.98, 40_000).astype(np.float32)
    true = Decoding(slope=slope, offset=offset).confidence(told)
    truth = (rng.random(len(told)) < true).astype(np.float32)
    # When they are calibrated
    made = Decoding(0.5, 0.7, *calibrated(told, truth)).confidence(told)
    # Then they are the true probabilities
    assert np.abs(made - true).max() < 0.03


def test_chances_that_are_always_right_stay_finite() -> None:
    slope, offset = calibrated(np.array([0.1, 0.9], np.float32), np.array([0, 1], np.float32))
    assert np.isfinite([slope, offset]).all()


def test_limits_give_the_best_f1() -> None:
    # Given tails whose best head is correct from 0.6 on, and whose second head is never correct
    confidence = np.linspace(0.05, 0.95, 40, dtype=np.float32)
    heads, tails = np.tile([0, 1], 40), np.repeat(np.arange(40), 2)
    both = np.stack([confidence, confidence - 0.02], 1).reshape(-1)
    truth = np.stack([confidence > 0.6, np.zeros(40)], 1).reshape(-1).astype(np.float32)
    # When limits are chosen
    best, more = thresholds(Pairs(heads, tails), both, truth, int(truth.sum()), several=True)
    # Then they keep exactly the correct links
    kept = Decoding(best, more).kept(Pairs(heads, tails), both)
    assert kept.tolist() == truth.astype(bool).tolist()


def test_one_head_a_tail_where_no_more_are_asked_for() -> None:
    truth = np.ones(5, np.float32)
    assert thresholds(PAIRS, np.full(5, 0.85, np.float32), truth, 5, several=False)[1] > 1
    assert thresholds(PAIRS, np.full(5, 0.85, np.float32), truth, 5, several=True)[1] <= 0.85
