"""Words on pieces in Hangul that were read as Latin letters, with a recogniser that notes its calls."""

from __future__ import annotations

import pytest
from PIL import Image

from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.korean import in_korean, korean_first
from prelabel.ocr.tesseract.modes import LINE, WORD
from prelabel.ocr.tesseract.writing_system_runs import pieces_of_lines
from prelabel.page import Box, Word
from tests.support.ocr_pages import printed

SHOWN = printed(["상호 Total"])
HANGUL_BOX, LATIN_BOX = (box for _, box in SHOWN.words)
PIECES = pieces_of_lines([[HANGUL_BOX, LATIN_BOX]], dark_pixels(SHOWN.image), 20)


class Reader:
    """A fake of Tesseract that answers each call with the same words."""

    def __init__(self, *words: tuple[str, float]) -> None:
        self._answer = [Word(text, Box(0, 0, 10, 10), confidence, "t") for text, confidence in words]
        self.calls: list[tuple[tuple[str, ...], int]] = []

    def __call__(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        self.calls.append((languages, mode))
        return [self._answer]


@pytest.mark.parametrize("languages", [("kor",), ("kor", "eng", "deu"), ("eng", "kor", "deu"), ("eng", "deu", "kor")])
def test_korean_is_put_first(languages: tuple[str, ...]) -> None:
    assert korean_first(languages) == tuple(code for code in ("kor", "eng", "deu") if code in languages)


@pytest.mark.parametrize(
    ("first", "korean", "stays"),
    [
        (Word("SS", HANGUL_BOX, 0.4), ("상호", 0.9), "상호"),
        (Word("55", HANGUL_BOX, 0.4), ("상호", 0.9), "상호"),
        (Word("SS", HANGUL_BOX, 0.6), ("상호", 0.5), "SS"),
        (Word("SS", HANGUL_BOX, 0.4), ("55", 0.9), "SS"),
        (Word("Tolal", LATIN_BOX, 0.4), ("또탈", 0.99), "Tolal"),
    ],
)
def test_only_a_surer_korean_reading_replaces_a_word_on_hangul(
    first: Word, korean: tuple[str, float], stays: str
) -> None:
    ((after,),) = in_korean(Reader(korean), SHOWN.image, [[first]], PIECES)

    assert (after.text, after.box) == (stays, first.box)


def test_the_parts_of_a_word_count_by_their_letters() -> None:
    first = Word("SSS", HANGUL_BOX, 0.5)
    reader = Reader(("상", 0.3), ("호는", 0.9))

    assert in_korean(reader, SHOWN.image, [[first]], PIECES) == [
        [Word("상호는", HANGUL_BOX, pytest.approx(0.7), "")]  # type: ignore[arg-type]
    ]


def test_each_word_on_hangul_is_asked_once_in_korean_and_no_other() -> None:
    reader = Reader()
    lines = [[Word("SS", HANGUL_BOX), Word("Total", LATIN_BOX)], [], [Word("Total", LATIN_BOX)]]

    assert in_korean(reader, SHOWN.image, lines, PIECES) == lines
    assert reader.calls == [(("kor",), LINE), (("kor",), WORD)]  # as a word, as nothing is read of it as a line


@pytest.mark.parametrize(
    "box",
    [
        Box(HANGUL_BOX.x0, HANGUL_BOX.y0, LATIN_BOX.x1, HANGUL_BOX.y1),
        Box(-50, -50, -10, -10),
        Box(9000, 9000, 9050, 9050),
        Box(0, 0, 0, 0),
    ],
    ids=["less than half of it", "before the page", "behind the page", "empty"],
)
def test_words_that_do_not_stand_on_hangul_are_not_read_again(box: Box) -> None:
    reader, lines = Reader(("상호", 0.9)), [[Word("SS", box, 0.4)]]

    assert in_korean(reader, SHOWN.image, lines, PIECES) == lines
    assert reader.calls == []


def test_where_no_layout_was_asked_for_nothing_is_read_again() -> None:
    reader, lines = Reader(("상호", 0.9)), [[Word("SS", HANGUL_BOX, 0.4)]]

    assert in_korean(reader, SHOWN.image, lines, []) == lines
    assert reader.calls == []
