"""Scores by font and printer, numbers in boxes, sets of print that nothing was trained on, pictures of errors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.ocr import error_pictures
from benchmarks.ocr.measure import Reading, Readings
from benchmarks.ocr.pages import BOXED, RECEIPTS, UNSEEN, of_boxed_forms, of_receipts, unseen
from benchmarks.ocr.prints import PrintScores, score_prints
from benchmarks.ocr.reader import Load
from benchmarks.ocr.report import Report
from prelabel.evaluation.error_sheet import word_errors
from prelabel.evaluation.ocr import match_words, score
from prelabel.page import Box, Word


def word(text: str, x0: float, width: float = 40, y0: float = 0) -> Word:
    return Word(text, Box(x0, y0, x0 + width, y0 + 20))


def test_recall_by_font_and_the_worst_one() -> None:
    truth = [word("a", 0), word("b", 100), word("c", 200), word("d", 300)]
    found = [word("a", 0), word("x", 100), word("c", 200)]

    prints = score_prints(match_words(truth, found), ["batang", "batang", "Carlito", "Spare"], [])

    assert prints.recalls == {"Spare": 0.0, "batang": 0.5, "Carlito": 1.0}
    assert prints.worst is None  # too few words
    many = sum([prints] * 20, PrintScores())
    assert many.worst == ("batang", 0.5)
    assert many.to_json()["by_print"]["Carlito"] == {"word_recall": 100.0, "words": 20}
    assert PrintScores().to_json() == {}


def test_a_number_in_boxes_is_judged_as_a_whole() -> None:
    # Given a number whose digits were read in two words, one with a rule read as a digit, and one beside other words
    truth = [word("123-45", 100, 120), word("678", 100, 120, 60), word("90", 100, 120, 120)]
    found = [
        *(word("123-", 100, 60), word("45", 165, 50)),
        *(word("678", 100, 110, 60), word("1", 215, 4, 60)),
        *(word("9 0", 102, 110, 120), word("Name", 20, 50, 120), word("won", 250, 40, 120)),
    ]

    prints = score_prints(match_words(truth, found), (), [0, 1, 2])

    assert (prints.values, prints.exact) == (3, 2)
    assert prints.to_json() == {"boxed_exact": 66.67, "boxed": 3}


def test_sets_of_unseen_print(tmp_path: Path) -> None:
    receipts, boxed = of_receipts(tmp_path, 2, 1), of_boxed_forms(tmp_path, 1, 1)
    fonts = unseen(tmp_path, "unseen-korean", 1, 1)

    assert (receipts.name, boxed.name, fonts.name) == (RECEIPTS, BOXED, "unseen-korean")
    assert [sheet.name for sheet in receipts.sheets] == ["receipt-ko-0-thermal", "receipt-en-1-thermal"]
    assert len(boxed.sheets[0].boxed) >= 5
    for sheet in (*receipts.sheets, *boxed.sheets, *fonts.sheets):
        assert len(sheet.sources) == len(sheet.truth)
        with Image.open(sheet.image) as image:
            assert image.width * image.height == sheet.pixels
    assert set(UNSEEN.values()) == {"en", "ko", "mixed"}


def test_the_report_has_worst_prints_numbers_and_loads(tmp_path: Path) -> None:
    # Given a set read in one way, with a wrong number
    pages = of_boxed_forms(tmp_path, 1, 1)
    (sheet,) = pages.sheets
    index = sheet.boxed[0]
    found = [Word("1" * 9, w.box, 0.99) if i == index else w for i, w in enumerate(sheet.truth)]
    matches = match_words(sheet.truth, found)
    prints = score_prints(matches, sheet.sources, sheet.boxed)
    reading = Reading(score(matches), prints=prints, wrong=tuple(word_errors(sheet.name, matches)))
    report = Report(loads={"prelabel": Load(0.4, 0.3)})
    report.add(pages, {"prelabel": Readings({sheet.name: reading})})
    # When it is written and drawn
    made = report.to_json()
    drawn = error_pictures.draw(report, tmp_path / "errors")
    # Then the number counts in both measures, and its crop is drawn
    way = made["sets"][BOXED]["ways"]["prelabel"]
    assert way["boxed_exact"] == pytest.approx(100 * (1 - 1 / len(sheet.boxed)), abs=0.01)
    assert way["sure_numbers_wrong"] > 0
    assert made["loads"] == {"prelabel": {"wall_s": 0.4, "cpu_s": 0.3}}
    assert [file.name for file in drawn] == ["boxed-prelabel.png"]
    with Image.open(drawn[0]) as picture:
        assert sum(picture.convert("L").histogram()[:60]) > 0


def test_counts_add_up_over_pages() -> None:
    one = PrintScores(Counter({"a": 2}), Counter({"a": 1}), 3, 2)
    assert one + PrintScores() == one
    assert (one + one).exact == 4
