"""Codes of languages: what people write, and Tesseract's code for it."""

from __future__ import annotations

import pytest

from prelabel.ocr.tesseract.language_codes import is_tesseract_code, tesseract_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "eng"),
        ("ko", "kor"),
        ("eng", "eng"),
        ("KO", "kor"),
        ("en_US.UTF-8", "eng"),
        ("ko-KR", "kor"),
        ("Korean", "kor"),
        ("한국어", "kor"),
        ("germn", "deu"),
        ("ger", "deu"),
        ("zh", "chi_sim"),
        ("zh-TW", "chi_tra"),
        ("ja", "jpn"),
        ("klingon", ""),
        ("xx", ""),
        ("", ""),
    ],
)
def test_the_code_that_was_meant(written: str, code: str) -> None:
    assert tesseract_code(written) == code
    assert not code or is_tesseract_code(code)


def test_codes_of_other_kinds_are_not_tesseracts() -> None:
    assert not any(map(is_tesseract_code, ("en", "ko", "ger", "Korean", "xyz", "")))
