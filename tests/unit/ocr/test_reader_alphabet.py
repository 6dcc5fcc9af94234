"""Classes of the reader: every syllable and symbol there and back, and look-alikes."""

from __future__ import annotations

import unicodedata

import pytest

from prelabel.ocr.reader import alphabet
from prelabel.ocr.reader.alphabet import SYMBOLS, canonical, character, classes, grouped, is_known
from synthetic.printing.charset import charset


def back(text: str) -> str:
    numbers = classes(text)
    assert numbers is not None
    return "".join(character(numbers[index] for index in indexes) for indexes in grouped(numbers))


def test_all_syllables_and_symbols_come_back() -> None:
    every = "".join(map(chr, range(0xAC00, 0xD7A4))) + SYMBOLS + "ㄱㄲㅎ"
    assert back(every) == every
    assert len(set(SYMBOLS)) == len(SYMBOLS)
    assert {unicodedata.normalize("NFC", char) for char in SYMBOLS} == set(SYMBOLS)


@pytest.mark.parametrize(
    "text", ["합계 1,234,500원 (VAT 10%)", "3762-60**-****", "㈜가나다 ㄱ. ㄴ. Total: $1,204.00", "값값 aa 11 각가"]
)
def test_mixed_texts_come_back(text: str) -> None:
    assert back(text) == text
    assert back(unicodedata.normalize("NFD", text)) == text


def test_look_alikes_share_a_class() -> None:
    assert canonical("￦1,000 서울ㆍ부산 Ａ１") == "₩1,000 서울·부산 A1"
    assert all(is_known(char) for char in charset())
    assert classes("ж") is None
    assert classes("") == []


def test_parts_without_their_place_are_dropped() -> None:
    initial, medial, final = classes("각") or []
    assert grouped([medial, final, initial, final, medial, medial, final, final]) == [(2, 4, 6)]
    assert grouped([initial, medial, medial, final]) == [(0, 1, 3)]
    assert 1 + len(SYMBOLS) + 19 + 21 + 27 == alphabet.SIZE
