"""Masked numbers and names, as real Tesseract reads them with the ink's help: every sign of the mask stays."""

from __future__ import annotations

from functools import cache

import pytest

from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_image
from prelabel.ocr.tesseract.in_process import TesserocrEngine
from tests.support.made_forms import form, row_texts

ROWS = (
    ("Card No", "3762-60**-****"),
    ("주민등록번호", "900101-1******"),
    ("Nr", "****-****-****-5678"),
    ("Password", "********"),
    ("Account", "220-***-****56"),
    ("연락처", "010-****-5678"),
    ("Total", "1,250,000"),
)


@cache
def engine() -> TesserocrEngine:
    return TesserocrEngine(("eng", "kor"))


@pytest.mark.parametrize(
    ("font", "dpi"), [("gothic", 110), ("gothic", 200), ("gothic", 300), ("liberation", 200), ("dejavu", 300)]
)
def test_masks_are_read_sign_by_sign(font: str, dpi: int) -> None:
    found = row_texts(read_image(form(ROWS, font, dpi=dpi), Choice(engine())))

    assert found == [f"{key} {value}" for key, value in ROWS]


def test_names_and_passwords_of_dots() -> None:
    rows = (("성명", "홍*동"), ("비밀번호", "●●●●●●"), ("SSN", "XXX-XX-1234"), ("합계", "1,250,000원"))

    assert row_texts(read_image(form(rows), Choice(engine()))) == [f"{key} {value}" for key, value in rows]
