"""Lines of a page as the reader cuts them out."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.geometry import intersection_area
from prelabel.ocr.reader.lines import Line, lines_of
from prelabel.page import Box, Word
from synthetic.printing import ocr_page
from tests.support.ocr_pages import FONT, KOREAN, printed


def sheet(width: int = 900, height: int = 500) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (width, height), 255)
    return image, ImageDraw.Draw(image)


def font(size: int = 26) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def holding(lines: list[Line], word: Box) -> list[Line]:
    """Return the lines that hold most of a word."""
    area = word.width * word.height
    return [line for line in lines if intersection_area(line.box, word) >= 0.88 * area]


def share_in_one_line(lines: list[Line], words: tuple[Word, ...]) -> float:
    return sum(len(holding(lines, word.box)) == 1 for word in words) / len(words)


@pytest.mark.parametrize("text", [KOREAN, ("Total 1,250.00 Ink.", "Mjjig Equipment")])
def test_rows_of_text_become_lines_in_whole_words(text: tuple[str, ...]) -> None:
    page = printed(text)
    lines = lines_of(page.image)

    assert len(text) <= len(lines) <= len(text) + 1
    assert all(len(holding(lines, box)) == 1 for _, box in page.words)


@pytest.mark.parametrize(("language", "kind"), [("ko", "clean"), ("mixed", "jpeg"), ("en", "noisy"), ("en", "faint")])
def test_words_of_worn_pages_lie_in_one_line(language: str, kind: str) -> None:
    page = ocr_page(7003, language=language, kind=kind)

    assert share_in_one_line(lines_of(page.image), page.words) >= 0.97


def test_cells_of_a_table_are_lines_of_their_own_without_its_rules() -> None:
    image, draw = sheet()
    for x in (50, 300, 550):
        draw.rectangle((x, 100, x + 250, 160), outline=0, width=3)
    for x, text in ((56, "Quantity"), (306, "단가 Price"), (640, "금액")):
        draw.text((x, 114), text, font=font(), fill=0)
    lines = sorted(lines_of(image), key=lambda line: line.box.x0)

    assert [line.box.x0 for line in lines] == pytest.approx([56, 306, 640], abs=10)
    # Nothing of the rule, which is right beside the letters, is left.
    assert all((line.crop[:, :3] > line.level).all() for line in lines)


def test_digits_in_boxes_are_one_line_side_by_side() -> None:
    image, draw = sheet()
    for number, char in enumerate("123-45-67890"):
        x = 60 + 44 * number
        draw.rectangle((x, 100, x + 44, 150), outline=0, width=2)
        draw.text((x + 14, 108), char, font=font(28), fill=0)
    (line,) = lines_of(image)

    assert line.whole
    assert len(line.pieces) == 12
    assert line.crop.shape[1] < 0.8 * 12 * 44


def test_a_label_written_downwards_is_one_line() -> None:
    image, draw = sheet()
    for number, char in enumerate("공급자"):
        draw.text((60, 60 + 44 * number), char, font=font(), fill=0)
    draw.line((110, 0, 110, 400), fill=0, width=2)
    for number, text in enumerate(("등록번호", "상호", "성명")):
        draw.text((130, 50 + 60 * number), text, font=font(), fill=0)
    lines = lines_of(image)

    assert [(len(line.pieces), line.whole) for line in lines if line.box.x0 < 100] == [(3, True)]
    assert sum(line.box.x0 > 110 for line in lines) == 3


def test_digits_below_each_other_are_lines_of_their_own() -> None:
    image, draw = sheet()
    for number in range(5):
        draw.text((60, 60 + 48 * number), str(number + 1), font=font(), fill=0)
        draw.text((160, 60 + 48 * number), "Paper clips", font=font(), fill=0)

    assert len([line for line in lines_of(image) if line.box.x1 < 120]) == 5


def test_leaders_and_dust_are_no_lines() -> None:
    image, draw = sheet()
    draw.text((60, 60), "Name", font=font(), fill=0)
    draw.text((160, 60), "." * 60, font=font(), fill=0)
    for x, y in np.random.default_rng(3).integers((60, 200), (880, 480), (40, 2)).tolist():
        draw.rectangle((x, y, x + 2, y + 2), fill=0)
    (line,) = lines_of(image)

    assert line.box.x1 < 160


def test_letters_that_touch_the_row_below_leave_two_lines() -> None:
    image, draw = sheet()
    draw.text((60, 60), "Supply agency", font=font(30), fill=0)
    draw.text((60, 90), "Billing details", font=font(30), fill=0)
    draw.line((175, 80, 175, 105), fill=0, width=3)
    lines = lines_of(image)

    assert len(lines) == 2


def test_a_long_row_is_cut_between_words() -> None:
    page = printed((" ".join(["Sehr", "lange", "Zeile"] * 6),), dpi=300)
    lines = lines_of(page.image)

    assert len(lines) >= 3
    assert all(line.crop.shape[1] <= 21 * line.crop.shape[0] for line in lines)
    assert all(len(holding(lines, box)) == 1 for _, box in page.words if box.x1 < page.image.width)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("L", (1, 1), 255),
        Image.new("L", (800, 1), 0),
        Image.new("L", (1, 800), 0),
        Image.new("L", (900, 900), 255),
        Image.new("L", (900, 900), 0),
        Image.new("L", (30_000, 40), 255),
        Image.new("L", (30_000, 40), 128),
        Image.fromarray((np.indices((700, 900)).sum(axis=0) % 2 * 255).astype(np.uint8)),
    ],
    ids=["dot", "row", "column", "white", "black", "wide", "gray", "checks"],
)
def test_images_without_print_have_no_lines(image: Image.Image) -> None:
    assert lines_of(image) == []


def test_noise_alone_costs_little_and_raises_nothing() -> None:
    grain = np.random.default_rng(5).integers(0, 256, (1200, 900)).astype(np.uint8)

    assert len(lines_of(Image.fromarray(grain))) < 2000


def test_a_page_upside_down_has_as_many_lines() -> None:
    page = printed(KOREAN).image

    assert len(lines_of(page.transpose(Image.Transpose.ROTATE_180))) == pytest.approx(len(KOREAN), abs=2)
