"""The order in which a page is read, with a recogniser that answers by what it is shown and notes its calls."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PIL import Image

from prelabel.ocr.tesseract_modes import LINE, PAGE, RAW_LINE
from prelabel.ocr.tesseract_page import read_carefully, read_plainly
from prelabel.page import Box, Word
from tests.ocr_pages import KOREAN, printed

BOTH = ("eng", "kor")
PRINTED = printed(["Invoice Number 20417", "Customer Brackenfield"])
WORDS = [Word(text, box, 0.95, "t") for text, box in PRINTED.words]


def moved(word: Word, by: float) -> Word:
    return Word(word.text, Box(word.box.x0, word.box.y0 + by, word.box.x1, word.box.y1 + by), word.confidence, "t")


@dataclass
class Reader:
    """A recogniser that answers each mode with the same lines."""

    answers: dict[int, list[list[Word]]]
    calls: list[tuple[tuple[str, ...], int]] = field(default_factory=list)

    def __call__(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        self.calls.append((languages, mode))
        return self.answers.get(mode, [])

    def pages(self) -> list[tuple[str, ...]]:
        return [languages for languages, mode in self.calls if mode == PAGE]


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_a_page_that_is_read_whole_is_read_once() -> None:
    reader = Reader({PAGE: [WORDS[:3], WORDS[3:]]})

    assert texts(read_carefully(reader, PRINTED.image, ("eng",))) == list(PRINTED.texts)
    assert reader.calls == [(("eng",), PAGE)]


@pytest.mark.parametrize(("korean", "pages"), [("거래처", [("eng",), ("kor", "eng")]), ("SS", [("eng",)])])
def test_a_page_read_without_korean_is_read_again_where_it_hides_korean(
    korean: str, pages: list[tuple[str, ...]]
) -> None:
    shown = printed(KOREAN[4:6])
    doubtful = [Word("SS", box, 0.5, "t") for _, box in shown.words]
    reader = Reader({PAGE: [doubtful], RAW_LINE: [[Word(korean, Box(0, 0, 9, 9), 0.9, "t")]]})

    words = read_carefully(reader, shown.image, BOTH)

    assert reader.pages() == pages
    assert any(korean in text for text in texts(words))


def test_a_left_out_line_is_read_and_lies_in_its_place() -> None:
    shown = Word("Invoice", Box(7, 7, 100, 25), 0.9, "t")
    reader = Reader({PAGE: [WORDS[3:]], LINE: [[shown]]})

    words = read_carefully(reader, PRINTED.image, ("eng",))

    assert texts(words) == ["Invoice", *PRINTED.texts[3:]]
    assert words[0].box.center[1] == pytest.approx(WORDS[0].box.center[1], abs=8)


@pytest.mark.parametrize(
    ("confidence", "text", "stays"),
    [(0.95, "Invoice", "Invoice"), (0.2, "Invoice", "Imvoioe"), (0.95, "--", "Imvoioe")],
)
def test_of_two_readings_in_one_place_the_surer_stays(confidence: float, text: str, stays: str) -> None:
    poor = Word("Imvoioe", WORDS[0].box, 0.25, "t")
    shown = Word(text, Box(7, 7, 100, 25), confidence, "t")
    reader = Reader({PAGE: [[poor, *WORDS[1:3]], WORDS[3:]], LINE: [[shown]]})

    assert sorted(texts(read_carefully(reader, PRINTED.image, ("eng",)))) == sorted([stays, *PRINTED.texts[1:]])


def test_bars_and_dirt_are_left_out() -> None:
    bars = Word("|" + WORDS[0].text + "|", WORDS[0].box, 0.9, "t")
    speck = Word("~", Box(600, 900, 610, 910), 0.2, "t")
    reader = Reader({PAGE: [[bars, *WORDS[1:3]], WORDS[3:], [speck]]})

    assert texts(read_carefully(reader, PRINTED.image, ("eng",))) == list(PRINTED.texts)


def test_reading_plainly_asks_once_with_korean_first() -> None:
    reader = Reader({PAGE: [WORDS[:3], WORDS[3:]]})

    assert texts(read_plainly(reader, PRINTED.image, BOTH)) == list(PRINTED.texts)
    assert reader.calls == [(("kor", "eng"), PAGE)]


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (40, 40)])
@pytest.mark.parametrize("gray", [0, 255])
def test_tiny_and_empty_pages(size: tuple[int, int], gray: int) -> None:
    outside = Word("SS", Box(900, 900, 950, 950), 0.9, "t")
    page = Image.new("L", size, gray)

    assert read_carefully(Reader({}), page, BOTH) == []
    assert read_carefully(Reader({PAGE: [[outside]]}), page, BOTH) == [outside]
