"""Words out of the output of engines: Tesseract's rows, Korean syllables, EasyOCR's phrases."""

from __future__ import annotations

import unicodedata

import pytest

from prelabel.lines import in_reading_order
from prelabel.ocr.easyocr.engine import split_words
from prelabel.ocr.tesseract.joining import join_lines, word_space
from prelabel.ocr.tesseract.tsv import lines_from_tsv
from prelabel.page import Box, Word

SYLLABLE = 20


def line(*pieces: str | int) -> list[Word]:
    """Set parts of text, 20 px a letter, and gaps between them in px; the ink of a part ends 2 px before its end."""
    x = 10
    words: list[Word] = []
    for piece in pieces:
        if isinstance(piece, int):
            x += piece
            continue
        end = x + SYLLABLE * len(piece)
        words.append(Word(piece, Box(x, 5, end - 2, 25), 0.5 + 0.1 * len(words), "t"))
        x = end
    return words


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


@pytest.mark.parametrize(
    ("pieces", "joined"),
    [
        (("견", 0, "적", 1, "서", 7, "귀하"), ["견적서", "귀하"]),
        (("2025", 0, "년", 7, "3", 1, "월"), ["2025년", "3월"]),
        (("LG", 0, "전", 0, "자", 8, "서울"), ["LG전자", "서울"]),
        (("수량", 0, ":", 9, "12", 0, "개"), ["수량:", "12개"]),
        (("Total", 0, "amount", 0, "due"), ["Total", "amount", "due"]),
        (("단독",), ["단독"]),
        (("김민수", 3, "인)", 9, "홍", 0, "길", 0, "동", 2, "(인)"), ["김민수", "인)", "홍길동", "(인)"]),
        ((), []),
    ],
)
def test_korean_pieces_join_by_the_gap_between_them(pieces: tuple[str | int, ...], joined: list[str]) -> None:
    assert texts(join_lines([line(*pieces)])) == joined


def test_boxes_that_overlap_join() -> None:
    words = line("거", 0, "래", 0, "명", 0, "세서")
    loose = [words[0], Word("래", Box(24, 5, 62, 25)), Word("명", Box(45, 5, 71, 25)), words[3]]

    assert texts(join_lines([loose])) == ["거래명세서"]


def test_a_joined_word_has_the_box_of_all_and_their_mean_confidence() -> None:
    (joined,) = join_lines([line("견적", 0, "서")])

    assert (joined.text, joined.box, joined.engine) == ("견적서", Box(10, 5, 68, 25), "t")
    assert joined.confidence == pytest.approx((2 * 0.5 + 0.6) / 3)


def test_words_above_each_other_stay_apart() -> None:
    words = line("상", 0, "호")
    above = [words[0], Word("호", Box(30, 26, 50, 38))]

    assert texts(join_lines([above])) == ["상", "호"]


@pytest.mark.parametrize(
    ("inside", "between", "least", "most"), [(0.05, 0.24, 0.14, 0.23), (0.27, 0.4, 0.28, 0.36), (0.15, 0.4, 0.24, 0.28)]
)
def test_the_space_between_words_is_found_for_each_font(
    inside: float, between: float, least: float, most: float
) -> None:
    gaps = [inside - 0.01 * (n % 3) for n in range(30)] + [between + 0.01 * (n % 4) for n in range(20)]

    assert least <= word_space(gaps) <= most


def test_a_few_gaps_tell_nothing_of_the_font() -> None:
    assert word_space([]) == word_space([0.3] * 5) == 0.26


def row(level: int, box: tuple[int, int, int, int], confidence: float, text: str) -> str:
    return "\t".join(map(str, (level, 1, 1, 1, 1, 1, *box, confidence, text)))


def test_tesseracts_rows() -> None:
    tsv = "\n".join(
        (
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
            row(1, (0, 0, 200, 100), -1, ""),
            row(4, (10, 10, 100, 20), -1, ""),
            row(5, (10, 10, 40, 20), 96.5, unicodedata.normalize("NFD", "견적서")),
            row(5, (80, 10, 30, 20), 91.0, "Zürich"),
            row(4, (10, 40, 100, 20), -1, ""),
            row(5, (10, 40, 100, 2), 95.0, " "),
            row(5, (10, 50, 20, 20), -1, "\"a\\tb'"),
            "",
        )
    )

    assert lines_from_tsv(tsv, "tesseract") == [
        [
            Word("견적서", Box(10, 10, 50, 30), 0.965, "tesseract"),
            Word("Zürich", Box(80, 10, 110, 30), 0.91, "tesseract"),
        ],
        [Word("\"a\\tb'", Box(10, 50, 30, 70), 0.0, "tesseract")],
    ]


def test_lines_without_words_read_as_nothing() -> None:
    assert lines_from_tsv("", "tesseract") == []


def test_phrases_of_easyocr_become_words_with_their_share_of_the_box() -> None:
    phrase = unicodedata.normalize("NFD", "합계 100")

    assert list(split_words(Box(0, 10, 60, 20), phrase, 0.8)) == [
        Word("합계", Box(0, 10, 20, 20), 0.8, "easyocr"),
        Word("100", Box(30, 10, 60, 20), 0.8, "easyocr"),
    ]
    assert list(split_words(Box(0, 0, 9, 9), " ", 0.8)) == []
    assert list(split_words(Box(0, 0, 9, 9), "", 0.8)) == []


def test_reading_order_is_line_by_line() -> None:
    found = {
        "d": (50, 42, 90, 62),
        "b": (60, 8, 90, 28),
        "a": (0, 12, 40, 30),
        "c": (0, 40, 40, 60),
        "-": (45, 18, 55, 21),
    }

    assert "".join(in_reading_order(list(found), lambda name: Box(*found[name]))) == "a-bcd"
    assert in_reading_order([], lambda name: Box(0, 0, 1, 1)) == []
