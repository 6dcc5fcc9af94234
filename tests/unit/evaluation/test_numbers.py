"""Numbers that were read wrong, and the sheet of wrong words, on cases computed by hand."""

from __future__ import annotations

import pytest
from PIL import Image

from prelabel.evaluation.error_sheet import draw_error_sheet, word_errors, worst_first
from prelabel.evaluation.numbers import NumberScores, figures
from prelabel.evaluation.ocr import evaluate_page, match_words
from prelabel.page import Box, Word


def word(text: str, x0: float, width: float = 40, confidence: float = 0.5) -> Word:
    return Word(text, Box(x0, 0, x0 + width, 20), confidence)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("₩1,250.00원", ("1,250.00",)),
        ("12.5", ("12.5",)),
        ("125", ("125",)),
        ("-500", ("-500",)),
        ("(2024-03-05)", ("2024-03-05",)),
        ("3762-60**-****", ("3762-60**-****",)),
        ("제36조", ("36",)),
        ("A4:", ("4",)),
        ("2/3,", ("2/3",)),
        ("합계", ()),
    ],
)
def test_figures_of_a_word(text: str, found: tuple[str, ...]) -> None:
    assert figures(text) == found


def test_numbers_by_hand() -> None:
    # Given an amount that is right but for its sign of money, one with a wrong digit that is sure, one that is cut in
    # two, one that is lost, and a word; beside them a number where there is nothing
    truth = [word("₩1,250", 0), word("3,800", 100), word("12,345", 200), word("77", 300), word("Total", 400)]
    found = [
        *(word("W1,250", 0, confidence=0.99), word("3,300", 100, confidence=0.97), word("Total", 400)),
        *(word("12,", 200, width=19, confidence=0.96), word("345", 221, width=19), word("1", 600)),
    ]

    numbers = evaluate_page(truth, found).numbers

    assert numbers == NumberScores(truth=4, right=1, misread=1, given=5, given_wrong=4, sure=3, sure_wrong=2)
    twice = (numbers + numbers).to_json()
    assert (twice["numbers_right"], twice["numbers_wrong"], twice["sure_numbers_wrong"]) == (25.0, 80.0, 66.67)


def test_a_page_without_numbers_has_none_wrong() -> None:
    made = evaluate_page([word("Total", 0)], [word("Total", 0)]).to_json()
    assert (made["numbers"], made["numbers_wrong"], made["sure_numbers_wrong"]) == (0, 0.0, 0.0)


def test_errors_are_ordered_by_their_harm() -> None:
    # Given a sure and an unsure wrong number, a wrong word, a number and a word that are missed, and right ones
    truth = [word(text, 100 * n) for n, text in enumerate(("100", "200", "Paris", "300", "Rome", "ok", "7"))]
    found = [
        *(word("160", 0, confidence=0.6), word("260", 100, confidence=0.98), word("Pari5", 200, confidence=0.9)),
        *(word("3", 300, width=10), word("ok", 500), word("7", 600)),
    ]

    wrong = worst_first(word_errors("page", match_words(truth, found)))

    assert [error.truth for error in wrong] == ["200", "100", "Paris", "300", "Rome"]
    assert [error.read for error in wrong] == ["260", "160", "Pari5", "3", ""]
    assert [error.missed for error in wrong] == [False, False, False, True, True]


def test_the_sheet_shows_crops_of_the_pages() -> None:
    # Given a word on a page that is dark there, and one without ink on another page
    page = Image.new("L", (800, 60), 255)
    page.paste(0, (100, 0, 140, 20))
    pages = {"dark": page, "light": Image.new("L", (800, 60), 255)}
    errors = [
        *word_errors("dark", match_words([word("합계", 100)], [word("합게", 100)])),
        *word_errors("light", match_words([word("5", 700)], [])),
    ]

    sheet = draw_error_sheet(errors, pages.__getitem__)

    cells = [sheet.crop((420 * n, 0, 420 * n + 420, 96)) for n in range(3)]
    dark = [sum(cell.convert("L").histogram()[:60]) for cell in cells]
    assert dark[0] > 600  # the crop is enlarged
    assert 0 < dark[1] < 300  # nothing but a text
    assert cells[2].getcolors() == [(420 * 96, (255, 255, 255))]
