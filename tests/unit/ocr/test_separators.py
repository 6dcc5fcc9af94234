"""Two separators side by side in an amount."""

from __future__ import annotations

import pytest

from prelabel.ocr.tesseract.currency_signs.separators import without_stray_point
from prelabel.page import Box, Word


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("2,.480,000", "2,480,000"),
        ("2.,480,000원", "2,480,000원"),
        ("1,250,.00", "1,250.00"),
        ("₩1.250.,00", "₩1.250,00"),
        # Either may be right, or it is no amount in groups.
        ("2,.480", "2,.480"),
        ("0,.00", "0,.00"),
        ("1,,2.,3", "1,,2.,3"),
        ("2,480,000", "2,480,000"),
        ("10..20", "10..20"),
    ],
)
def test_a_stray_point_is_left_out_where_it_is_certain(read: str, kept: str) -> None:
    assert without_stray_point(Word(read, Box(0, 0, 90, 20), 0.56)).text == kept
