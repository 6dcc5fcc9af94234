"""Words of the reader: spaces, boxes and confidences, and its share of a page beside Tesseract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.errors import EngineUnavailable, OcrFailed, SettingError
from prelabel.ocr.reader.by_line import ByLineEngine
from prelabel.ocr.reader.confidence import Confidences, raw_share
from prelabel.ocr.reader.engine import ReaderEngine
from prelabel.ocr.reader.lines import Line, Piece
from prelabel.ocr.reader.network import CONFIG, MODEL, LineNetwork
from prelabel.ocr.reader.path import Character
from prelabel.ocr.reader.words import words_of
from prelabel.ocr_plan import OcrPlan
from prelabel.page import Box, Reading, Word
from tests.support.line_networks import ToldNetwork
from tests.support.ocr_pages import FONT, KOREAN, printed

PLAIN = Confidences.of({})


def drawn(text: str, *, extra: dict[int, int] | None = None, font: str = FONT) -> tuple[Line, list[Character]]:
    """Draw a line letter by letter, `extra` pixels behind some; return it with what a perfect network reads."""
    face = ImageFont.truetype(font, 30)
    image = Image.new("L", (40 * len(text) + 100, 48), 255)
    draw, x, read = ImageDraw.Draw(image), 8.0, []
    for number, char in enumerate(text):
        width = draw.textlength(char, font=face)
        draw.text((x, 6), char, font=face, fill=0)
        read.append(Character(char, x + 0.4 * width, x + 0.6 * width, 0.99))
        x += width + (extra or {}).get(number, 0)
    return Line(np.asarray(image), (Piece(0, image.width, 100, 200),), 128.0), read


def texts(line: Line, read: Sequence[Character]) -> list[str]:
    return [word.text for word in words_of(line, read, PLAIN, "reader")]


def test_read_spaces_part_words_with_boxes_on_their_ink() -> None:
    line, read = drawn("Total 1,250")
    first, second = words_of(line, read, PLAIN, "reader")

    assert (first.text, second.text, first.engine) == ("Total", "1,250", "reader")
    ink = np.flatnonzero((line.crop < 128).any(axis=0)) + 100
    assert (first.box.x0, second.box.x1) == (ink[0], ink[-1] + 1)
    assert first.box.x1 < second.box.x0


def test_a_wide_gap_parts_words_where_no_space_was_read() -> None:
    line, read = drawn("납품장소서울", extra={3: 24})

    assert texts(line, read) == ["납품장소", "서울"]


def test_letters_set_apart_evenly_stay_one_word() -> None:
    line, read = drawn("TOTAL", extra=dict.fromkeys(range(5), 24))

    assert texts(line, read) == ["TOTAL"]


def test_a_space_that_has_no_room_in_a_number_is_none() -> None:
    line, read = drawn("15.20 2028. 10. 14.")
    false = Character(" ", read[2].stop_px + 1, read[3].start_px - 1, 0.99)

    assert texts(line, [*read[:3], false, *read[3:]]) == ["15.20", "2028.", "10.", "14."]


def test_a_wide_gap_beside_a_point_of_a_number_is_no_space() -> None:
    line, read = drawn("1250.81", extra={3: 20, 4: 20})

    assert texts(line, read) == ["1250.81"]


def test_pieces_that_are_one_word_have_one_box_over_the_page() -> None:
    crop, read = drawn("12")[0].crop, [Character("1", 15, 16, 0.9), Character("2", 30, 34, 0.9)]
    line = Line(crop, (Piece(0, 25, 10, 50), Piece(25, crop.shape[1] - 25, 300, 50)), 128.0, whole=True)
    (word,) = words_of(line, read, PLAIN, "reader")

    assert word.text == "12"
    assert word.box.x0 < 40
    assert word.box.x1 > 300


def test_the_least_sure_character_decides_the_confidence() -> None:
    assert raw_share([0.99] * 8) > raw_share([0.99] * 7 + [0.5]) > raw_share([0.99] * 7 + [0.1])
    assert raw_share([0.99], [0.4]) < raw_share([0.99])
    assert raw_share([]) == 0.0


def test_numbers_have_a_curve_of_their_own() -> None:
    curves = {"confidence": {"words": [[0, 1], [0, 1]], "numbers": [[0, 0.9, 1], [0, 0.1, 0.6]]}}
    confidences = Confidences.of(curves)

    assert confidences.of_word("가나", [1.0]) == pytest.approx(1.0)
    assert confidences.of_word("7,200원", [1.0]) == pytest.approx(0.6)


@pytest.mark.parametrize("curves", [{}, {"words": [[0], [1]], "numbers": [[0], [1]]}, {"words": 3, "numbers": 4}])
def test_damaged_curves_are_told_in_one_line(curves: object) -> None:
    with pytest.raises(EngineUnavailable, match="damaged"):
        ReaderEngine(("eng",), ToldNetwork([], config={"confidence": curves}))


def test_a_damaged_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="missing or damaged"):
        LineNetwork(tmp_path)
    (tmp_path / CONFIG).write_text(json.dumps({"symbols": "abc"}), "utf-8")
    (tmp_path / MODEL).write_bytes(b"no model")
    with pytest.raises(EngineUnavailable, match="install prelabel again"):
        LineNetwork(tmp_path)


def test_a_page_is_read_line_by_line_in_reading_order() -> None:
    page = printed(KOREAN)
    network = ToldNetwork(["견적번호 20417"])
    words = ReaderEngine(("eng", "kor"), network).read(page.image)

    assert len(words) >= 2 * len(network.crops)
    assert [word.box.y0 // 80 for word in words] == sorted(word.box.y0 // 80 for word in words)


def test_a_crash_of_the_network_is_an_error_of_this_page() -> None:
    with pytest.raises(OcrFailed, match="RuntimeError"):
        ReaderEngine(("eng",), ToldNetwork([], error=RuntimeError("memory"))).read(printed().image)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 1), (30_000, 12)])
def test_images_of_every_size_are_read_without_a_word(size: tuple[int, int]) -> None:
    engine = ReaderEngine(("eng", "kor"), ToldNetwork(["abc"]))
    for level in (0, 128, 255):
        image = Image.new("L", size, level)
        assert engine.read(image) == []
        assert engine.read_line(image) == [] or level == 0
        assert engine.read_boxes(image, [Box(0, 0, 0, 0), Box(5, 5, 3, 3)]) == [None, None]


class Told:
    """An engine that reads words of a given confidence, one an image."""

    name, version = "tesseract", "5"

    def __init__(self, text: str, confidence: float) -> None:
        self.text, self.confidence, self.pages, self.lines, self.boxes = text, confidence, 0, 0, 0

    def read(self, image: Image.Image) -> list[Word]:
        self.pages += 1
        return [Word(self.text, Box(0, 0, image.width, image.height), self.confidence, self.name)]

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        self.boxes += len(boxes)
        return [Reading(self.text, self.confidence, self.name) for _ in boxes]

    def read_line(self, image: Image.Image) -> list[Word]:
        self.lines += 1
        return [Word(self.text, Box(4, 4, image.width - 4, image.height - 4), self.confidence, self.name)]


@pytest.mark.parametrize(
    ("text", "probability", "confidence", "engine", "lines"),
    [
        ("견적번호", 0.9, 0.9, "reader", 0),
        ("20417-22", 0.9, 0.9, "reader", 0),
        ("Invoice", 0.999, 0.9, "reader", 0),
        ("Invoice", 0.9, 0.95, "tesseract", 1),
        ("Invoice", 0.9, 0.2, "reader", 1),
    ],
)
def test_tesseract_reads_only_unsure_lines_in_latin_letters(
    text: str, probability: float, confidence: float, engine: str, lines: int
) -> None:
    tesseract = Told("Invoiced", confidence)
    reader = ReaderEngine(("eng", "kor"), ToldNetwork(["공급받는자", text], probability))
    first, word = ByLineEngine(reader, tesseract, tesseract, 0.3).read(printed(("공급받는자", "Invoice")).image)

    assert (first.text, first.engine) == ("공급받는자", "reader")
    assert (word.engine, tesseract.lines, tesseract.pages) == (engine, lines, 0)
    if engine == "tesseract":
        assert word.other is None or word.other.text == "Invoice"


def long_page(line: str) -> Image.Image:
    """Return a page of 80 lines."""
    part = printed([line] * 20).image
    page = Image.new("L", (part.width, 4 * part.height), 255)
    for number in range(4):
        page.paste(part, (0, number * part.height))
    return page


@pytest.mark.parametrize("text", ["Invoice", "20417-22", ""])
def test_tesseract_reads_the_whole_of_a_page_without_hangul(text: str) -> None:
    tesseract = Told("Invoiced", 0.9)
    reader = ReaderEngine(("eng", "kor"), ToldNetwork([text]))
    (word,) = ByLineEngine(reader, tesseract, tesseract, 0.3).read(printed(("Invoice",)).image)

    assert (word.text, tesseract.pages, tesseract.lines, tesseract.boxes) == ("Invoiced", 1, 0, 0)


@pytest.mark.parametrize(
    ("unsure", "probability", "text"), [(0.7, 0.999, "Invoice"), (0.7, 0.9, "Invoiced"), (0.95, 0.999, "Invoiced")]
)
def test_the_surer_engine_reads_a_page_without_hangul_that_tesseract_is_unsure_of(
    unsure: float, probability: float, text: str
) -> None:
    tesseract = Told("Invoiced", unsure)
    reader = ReaderEngine(("eng", "kor"), ToldNetwork(["Invoice"], probability))
    (word,) = ByLineEngine(reader, tesseract, tesseract, 0.3).read(printed(("Invoice",)).image)
    assert word.text == text


def test_some_lines_of_a_page_without_hangul_are_enough_to_know_it() -> None:
    page, network = long_page("Invoice"), ToldNetwork(["Invoice"])
    tesseract = Told("Invoiced", 0.9)
    ByLineEngine(ReaderEngine(("eng", "kor"), network), tesseract, tesseract, 0.3).read(page)
    assert 16 <= len(network.crops) < 32


def test_each_line_of_a_long_page_is_read_once() -> None:
    page, network = long_page("견적번호"), ToldNetwork(["견적번호"])
    tesseract = Told("Invoiced", 0.9)
    words = ByLineEngine(ReaderEngine(("eng", "kor"), network), tesseract, tesseract, 0.3).read(page)
    assert len(network.crops) == len(words) == 80


@pytest.mark.parametrize(
    ("own", "confidence", "expected"),
    [("견적번호", 0.95, "견적번호"), ("Invoice", 0.95, "Invoiced"), ("Invoice", 0.2, "Invoice"), ("", 0.2, "Invoiced")],
)
def test_boxes_without_hangul_have_the_surer_reading(own: str, confidence: float, expected: str) -> None:
    tesseract = Told("Invoiced", confidence)
    reader = ReaderEngine(("eng", "kor"), ToldNetwork([own], 0.8))
    page = printed(("Invoice",))
    (reading,) = ByLineEngine(reader, tesseract, tesseract, 0.3).read_boxes(page.image, [box for _, box in page.words])
    assert reading is not None
    assert reading.text == expected


def test_words_that_the_reader_doubts_get_a_second_opinion() -> None:
    tesseract = Told("견적번호", 0.9)
    reader = ReaderEngine(("eng", "kor"), ToldNetwork(["견직번호"], 0.8))
    (word,) = ByLineEngine(reader, tesseract, tesseract, 0.6).read(printed(("견적번호",)).image)

    assert (word.text, word.engine, tesseract.boxes) == ("견적번호", "tesseract", 1)
    assert word.other is not None
    assert word.other.engine == "reader"


@pytest.mark.parametrize("text", ["reader and tesseract", "tesseract and reader below 60", "Reader AND Tesseract"])
def test_the_reader_and_tesseract_share_lines_in_either_order(text: str) -> None:
    plan = OcrPlan.parse(text)

    assert (plan.by_line, plan.engines, str(plan)) == (True, ("reader", "tesseract"), text)
    assert plan.below == (60 if "below" in text else 30)


@pytest.mark.parametrize("text", ["reader and easyocr", "tesseract and pytesseract", "reader and reader", "reader and"])
def test_other_engines_share_no_lines(text: str) -> None:
    with pytest.raises(SettingError, match="reader and tesseract"):
        OcrPlan.parse(text)
