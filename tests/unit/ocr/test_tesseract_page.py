"""Order in which Tesseract reads a page, with a fake of Tesseract that notes its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from PIL import Image, ImageOps

from prelabel.geometry import iou, union
from prelabel.ocr.tesseract.modes import LINE, PAGE
from prelabel.ocr.tesseract.page import read_carefully, read_plainly
from prelabel.page import Box, Word
from tests.support.ocr_pages import ENGLISH, Printed, printed

BOTH = ("eng", "kor")
PRINTED = printed(["Invoice Number 20417", "Customer Brackenfield"])
WORDS = [Word(text, box, 0.95, "t") for text, box in PRINTED.words]


@dataclass
class Reader:
    """A Tesseract that answers each mode with the same lines, and LINE without any with the language it is asked in."""

    answers: dict[int, list[list[Word]]] = field(default_factory=dict)
    laid_out: list[list[Box]] = field(default_factory=list)
    calls: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    layouts: list[tuple[str, ...]] = field(default_factory=list)
    pages: list[Image.Image] = field(default_factory=list)

    def layout(self, image: Image.Image, languages: tuple[str, ...]) -> list[list[Box]]:
        self.layouts.append(languages)
        self.pages.append(image)
        return self.laid_out

    def recognise(self, image: Image.Image, languages: tuple[str, ...], mode: int) -> list[list[Word]]:
        self.calls.append((languages, mode))
        if mode == PAGE:
            self.pages.append(image)
        inked = ImageOps.invert(image).point(lambda level: 255 if level > 127 else 0).getbbox()
        if mode == LINE and mode not in self.answers and inked:
            return [[Word("한글" if languages == ("kor",) else "Latin", Box(*inked), 0.9, "t")]]
        return self.answers.get(mode, [])


def texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]


def lines_of(page: Printed, *counts: int) -> list[list[Box]]:
    """Return the boxes of the page's words in lines of so many words."""
    boxes = iter([box for _, box in page.words])
    return [[next(boxes) for _ in range(count)] for count in counts]


def assert_stand_in(words: Sequence[Word], boxes: Sequence[Box]) -> None:
    assert [iou(word.box, box) > 0.75 for word, box in zip(words, boxes, strict=True)] == [True] * len(boxes)


@pytest.mark.parametrize("languages", [("eng",), ("kor",), ("eng", "deu")])
def test_where_there_is_no_choice_of_language_the_page_is_read_once_without_its_layout(
    languages: tuple[str, ...],
) -> None:
    reader = Reader({PAGE: [WORDS[:3], WORDS[3:]]})

    assert texts(read_carefully(reader, PRINTED.image, languages)) == list(PRINTED.texts)
    assert reader.calls == [(languages, PAGE)]
    assert reader.layouts == []


def test_on_a_korean_page_each_run_is_read_in_its_writing_system() -> None:
    page = printed(["견적번호 Invoice 20417", "상호 Trading Company 나래공간"])
    first, second = lines_of(page, 3, 4)
    reader = Reader(laid_out=[first, second])

    words = read_carefully(reader, page.image, ("eng", "kor", "deu"))

    assert reader.layouts == [("eng", "deu")]
    korean, others = (("kor",), LINE), (("eng", "deu"), LINE)
    assert reader.calls == [korean, others, korean, others, korean]
    assert texts(words) == ["한글", "Latin", "한글", "Latin", "한글"]
    assert_stand_in(words, [first[0], union(first[1:]), second[0], union(second[1:3]), second[3]])


def test_lines_that_the_layout_of_a_korean_page_left_out_are_read_in_their_writing_systems() -> None:
    page = printed(["견적번호 나래공간", "Invoice Number", "상호"])
    first, second, third = lines_of(page, 2, 2, 1)
    reader = Reader(laid_out=[first])

    words = read_carefully(reader, page.image, BOTH)

    assert texts(words) == ["한글", "Latin", "한글"]
    assert_stand_in(words, [union(first), union(second), *third])
    assert sorted(reader.calls) == [(("eng",), LINE), (("kor",), LINE), (("kor",), LINE)]


def test_a_page_without_korean_is_read_once_in_the_other_languages() -> None:
    reader = Reader({PAGE: [WORDS[:3], WORDS[3:]]}, lines_of(PRINTED, 3, 2))

    assert texts(read_carefully(reader, PRINTED.image, ("kor", "eng", "deu"))) == list(PRINTED.texts)
    assert reader.layouts == [("eng", "deu")]
    assert reader.calls == [(("eng", "deu"), PAGE)]
    laid_out, read = reader.pages
    assert laid_out is read


def test_single_korean_words_of_an_english_page_are_read_again() -> None:
    page = printed([*ENGLISH[:4], "상호"])
    *english, korean = [Word(text, box, 0.95, "t") for text, box in page.words]
    reader = Reader({PAGE: [english, [Word("SS", korean.box, 0.6, "t")]]}, [[word.box] for word in [*english, korean]])

    words = read_carefully(reader, page.image, BOTH)

    assert reader.calls == [(("eng",), PAGE), (("kor",), LINE)]
    assert texts(words) == [*texts(english), "한글"]
    assert_stand_in(words[-1:], [korean.box])


def test_lines_that_the_layout_of_an_english_page_left_out_are_read_in_the_other_languages() -> None:
    reader = Reader({PAGE: [WORDS[3:]]}, lines_of(PRINTED, 3, 2)[1:])

    words = read_carefully(reader, PRINTED.image, BOTH)

    assert reader.calls == [(("eng",), PAGE), (("eng",), LINE)]
    assert texts(words) == ["Latin", *PRINTED.texts[3:]]
    assert_stand_in(words[:1], [union(word.box for word in WORDS[:3])])


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

    assert texts(read_plainly(reader.recognise, PRINTED.image, BOTH)) == list(PRINTED.texts)
    assert reader.calls == [(("kor", "eng"), PAGE)]


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (40, 40)])
@pytest.mark.parametrize("gray", [0, 255])
def test_tiny_and_empty_pages(size: tuple[int, int], gray: int) -> None:
    outside = Word("SS", Box(900, 900, 950, 950), 0.9, "t")
    page = Image.new("L", size, gray)

    assert read_carefully(Reader({LINE: []}), page, BOTH) == []
    assert read_carefully(Reader({PAGE: [[outside]], LINE: []}), page, BOTH) == [outside]
