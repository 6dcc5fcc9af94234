"""Reliability of confidences: bins, calibration error, risk and coverage, the picture; which key-values are right."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.reliability.picture import draw_reliability
from prelabel.evaluation.reliability.report import print_reliability
from prelabel.evaluation.text_pairs import right_pairs


def of(*rows: tuple[float, bool]) -> Reliability:
    made = Reliability()
    made.add([sure for sure, _ in rows], [right for _, right in rows])
    return made


def test_the_error_is_the_distance_of_confidence_and_share_weighted_by_the_bins() -> None:
    made = of((0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.15, True), (1.0, True))

    low, high = made.bins()
    assert (low.count, low.confidence, low.right) == (1, 0.15, 1.0)
    assert (high.low, high.high, high.count, high.right) == (0.9, 1.0, 5, 0.8)
    assert made.ece == pytest.approx((0.85 + abs(4.8 - 4)) / 6)


def test_calibrated_confidences_have_the_error_of_few_key_values_only() -> None:
    rng = np.random.default_rng(1)
    sure = rng.random(4000)
    made = Reliability(sure.tolist(), (rng.random(4000) < sure).tolist())

    assert made.ece < 0.03
    assert made.ece_floor() == pytest.approx(made.ece, abs=0.015)
    assert Reliability(np.minimum(1, sure + 0.2).tolist(), made.right).ece > 0.1


def test_the_surest_key_values_need_no_look() -> None:
    rows = of(*[(0.99, True)] * 98, *[(0.9, False)] * 2, (0.8, True)).coverage()

    assert [(row.wanted, round(row.share, 2), row.least) for row in rows] == [
        (0.99, 0.97, 0.99),
        (0.98, 1.0, 0.8),
        (0.95, 1.0, 0.8),
        (0.9, 1.0, 0.8),
    ]
    assert [(row.share, row.least) for row in of((0.99, False)).coverage()] == [(0.0, None)] * 4


def test_key_values_of_one_confidence_are_taken_together() -> None:
    assert of((0.9, True), (0.9, False)).coverage()[0].share == 0


def test_report_and_picture_tell_the_same_figures() -> None:
    made, out = of((0.95, True), (0.35, False)), Console(file=io.StringIO(), width=100)

    print_reliability(made, out)

    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert "2 key-values, 1 right; ECE 20.0 %" in shown
    assert "0.9 to 1.0" in shown
    assert made.to_json()["bins"][1] == {"low": 0.9, "high": 1.0, "pairs": 1, "confidence": 0.95, "right": 1.0}
    drawn = np.asarray(draw_reliability(made)).astype(int)
    assert (drawn[..., 2] - drawn[..., 0] > 60).mean() > 0.02  # a blue bar
    print_reliability(Reliability(), Console(file=io.StringIO()))
    assert Reliability().to_json()["ece"] == 0


def test_a_right_key_value_has_the_exact_value_under_a_similar_key() -> None:
    truth = [(["Invoice No.", "No."], "A-1"), ("Total", "10 – 12"), ("Total", "10 – 12")]
    found = [("Invoce No", "A-1"), ("No", "A-l"), ("Total:", "10 - 12"), ("total", "10-12"), ("Total", "10 - 12")]

    assert right_pairs(found, truth) == [True, False, True, True, False]
