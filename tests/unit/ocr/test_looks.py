"""Cheap measurements of a page before it is read: blank or not, direction of its lines, height of its letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw

from prelabel.images.ink import is_blank, sketch
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.orientation import MAYBE_SIDEWAYS, SEEMS_SIDEWAYS, best_turn, reads_poorly, turned, uprightness
from prelabel.ocr.page.scaling import corrected_factor, letter_height_px, scale_factor, scaled
from prelabel.ocr.reading import read_image
from prelabel.page import Box, Reading, Word
from tests.support.ocr_pages import ENGLISH, KOREAN, printed

LANGUAGES = {"english": ENGLISH, "korean": KOREAN}


def grain(level: float, spread: float, size: tuple[int, int] = (800, 600)) -> Image.Image:
    values = np.random.default_rng(5).normal(level, spread, (size[1], size[0]))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("paper", [Image.new("L", (800, 600), 255), Image.new("L", (800, 600), 0), grain(235, 14)])
def test_blank_paper(paper: Image.Image) -> None:
    assert is_blank(paper)


def test_dust_is_no_text() -> None:
    paper = grain(240, 8)
    for x in range(50, 750, 150):
        paper.putpixel((x, x // 2), 0)

    assert is_blank(paper)


@pytest.mark.parametrize("fill", [0, 190])
def test_one_small_word_is_text(fill: int) -> None:
    paper = Image.new("L", (800, 1100), 255)
    ImageDraw.Draw(paper).text((300, 500), "Page 1", fill=fill)

    assert not is_blank(paper)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dpi", [75, 100, 200, 300])
@pytest.mark.parametrize("noise", [0.0, 14.0])
def test_lines_tell_which_way_they_run(language: str, dpi: int, noise: float) -> None:
    page = printed(LANGUAGES[language], dpi=dpi, noise=noise).image

    assert uprightness(sketch(page)) > MAYBE_SIDEWAYS
    assert uprightness(sketch(turned(page, 2))) > MAYBE_SIDEWAYS
    for quarters in (1, 3):
        assert uprightness(sketch(turned(page, quarters))) < SEEMS_SIDEWAYS


def test_rules_of_a_table_do_not_turn_a_page() -> None:
    page = printed(ENGLISH).image
    draw = ImageDraw.Draw(page)
    for x in range(60, page.width, 90):
        draw.line((x, 60, x, page.height - 60), fill=0, width=3)

    assert uprightness(sketch(page)) > SEEMS_SIDEWAYS


def test_white_on_black_is_read_the_same_way() -> None:
    page = printed(ENGLISH).image
    inverted = page.point(lambda value: 255 - value)

    assert uprightness(sketch(inverted)) == pytest.approx(uprightness(sketch(page)), abs=0.3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dpi", [75, 100, 150, 400])
def test_letters_end_at_a_legible_height(language: str, dpi: int) -> None:
    page = printed(LANGUAGES[language], dpi=dpi).image
    factor = scale_factor(letter_height_px(sketch(page)), *page.size)

    assert 11 <= letter_height_px(sketch(scaled(page, factor))) <= 29
    assert (factor > 1) == (dpi <= 75 or (dpi <= 100 and language == "english"))
    assert (factor < 1) == (dpi == 400 or (dpi == 150 and language == "korean"))


def test_good_letters_are_left_alone() -> None:
    page = printed(ENGLISH).image

    assert scale_factor(letter_height_px(sketch(page)), *page.size) == 1.0
    assert scaled(page, 1.0) is page


def test_scaling_stays_within_what_tesseract_takes() -> None:
    assert scale_factor(5, 20_000, 20_000) == 1.0
    assert 40_000 * scale_factor(20, 40_000, 500) <= 32_767
    assert scale_factor(0, 500, 500) == 1.0


@pytest.mark.parametrize(
    ("word_px", "factor", "better"),
    [(15, 0.65, 20 * 1.3 / 15), (9, 1.0, 20 * 1.3 / 9), (25, 1.0, 1.0), (24, 0.7, 0.7), (5, 3.0, 3.0)],
)
def test_words_that_turn_out_small_are_worth_a_larger_scale(word_px: float, factor: float, better: float) -> None:
    assert corrected_factor(word_px, factor, 800, 1000) == pytest.approx(better, rel=0.1)


@dataclass
class SmallReader:
    """An engine that reads one word more in each call; its words are a hundredth of the page high."""

    name: str = "small"
    version: str = "1"
    widths: list[int] = field(default_factory=list)

    def read(self, image: Image.Image) -> list[Word]:
        self.widths.append(image.width)
        height = image.height / 100
        return [Word("word", Box(0, 40 * n, 40, 40 * n + height), 0.9) for n in range(len(self.widths))]

    def read_line(self, image: Image.Image) -> list[Word]:
        return self.read(image)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        return [None for _ in boxes]


def test_a_page_whose_words_are_small_is_read_again_larger() -> None:
    page, engine = printed(ENGLISH).image, SmallReader()
    small = page.resize((page.width // 2, page.height // 2))
    shaded = ImageDraw.Draw(small)
    for row in range(500, 700, 40):  # rows of strokes that stand higher than any letter
        for x in range(20, small.width - 20, 4):
            shaded.line((x, row, x, row + 26), fill=90)

    read = read_image(small, Choice(engine))

    assert len(engine.widths) == 2
    assert engine.widths[1] > 1.25 * engine.widths[0]
    assert len(read.words) == 2


def word(text: str, confidence: float) -> Word:
    return Word(text, Box(0, 0, 10, 10), confidence)


def test_what_counts_as_a_poor_reading() -> None:
    assert reads_poorly([])
    assert reads_poorly([word("ouı", 0.3), word("a", 1.0)])
    assert not reads_poorly([word("Invoice", 0.95), word("x", 0.1)])


@pytest.mark.parametrize(
    ("sure", "winner"),
    [
        ({0: 0.2, 2: 0.9}, 2),
        ({0: 0.9, 2: 0.2}, 0),
        ({0: 0.6, 2: 0.65}, 0),
        ({0: 0.0, 2: 0.0}, 0),
        ({0: 0.0, 2: 0.3}, 0),
    ],
)
def test_a_turn_must_win_clearly(sure: dict[int, float], winner: int) -> None:
    page = printed(ENGLISH).image
    answers = iter([sure[0], sure[2]])

    turn = best_turn(page, (0, 2), lambda part: [word("fourteen digits", next(answers))])

    assert turn == winner
