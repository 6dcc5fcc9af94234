"""Rows of print that a layout made two lines of."""

from __future__ import annotations

from prelabel.ocr.tesseract.rows import whole_rows
from prelabel.page import Box


def test_two_lines_that_hold_parts_of_one_row_become_one() -> None:
    upper = [Box(98, 293, 145, 312), Box(236, 292, 301, 312), Box(674, 293, 686, 303), Box(775, 294, 787, 307)]
    lower = [Box(138, 293, 151, 312), Box(677, 293, 711, 312), Box(788, 293, 827, 312)]
    next_row = [Box(98, 340, 200, 360)]

    assert whole_rows([upper, lower, next_row]) == [
        [Box(98, 293, 151, 312), Box(236, 292, 301, 312), Box(674, 293, 711, 312), Box(775, 293, 827, 312)],
        next_row,
    ]


def test_lines_of_columns_and_tight_lines_stay_apart_in_their_order() -> None:
    left, right = [Box(50, 100, 200, 120)], [Box(300, 102, 450, 122)]
    below, large = [Box(50, 112, 200, 132)], [Box(20, 90, 48, 160)]

    for lines in ([left, right], [right, left], [left, below], [large, left], []):
        assert whole_rows(lines) == lines


def test_the_upper_half_of_a_syllable_is_no_line_of_its_own() -> None:
    half, whole = [Box(304, 85, 321, 95)], [Box(56, 85, 95, 107), Box(261, 85, 323, 107)]

    assert whole_rows([half, whole]) == [whole]
    assert whole_rows([[*half, Box(355, 85, 363, 95)], [whole[0], Box(261, 85, 367, 107)]]) == [
        [whole[0], Box(261, 85, 367, 107)]
    ]
