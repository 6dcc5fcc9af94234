"""Signs of amounts that the engine did not read, found by their ink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.images.ink import dark_pixels
from prelabel.ocr.page.signs import with_signs
from prelabel.page import Box, Word

FONTS = {
    "nanum": "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "serif": "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "sans": "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "mono": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "dejavu": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
}


class Drawn:
    """A page with one text, and the words of a line of it as an engine read them."""

    def __init__(self, text: str, font: str = "dejavu", size_px: int = 30) -> None:
        self.font = ImageFont.truetype(FONTS[font], size_px)
        self.image = Image.new("L", (700, 90), 255)
        self.draw = ImageDraw.Draw(self.image)
        self.text = text
        self.draw.text((200, 25), text, font=self.font, fill=0)
        self.asked: list[Image.Image] = []

    def box(self, part: str) -> Box:
        """Return the box of the ink of a part of the text."""
        alone = Image.new("L", self.image.size, 255)
        x = 200 + self.draw.textlength(self.text[: self.text.index(part)], font=self.font)
        ImageDraw.Draw(alone).text((x, 25), part, font=self.font, fill=0)
        ys, xs = np.nonzero(np.asarray(alone) < 128)
        return Box(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)

    def signed(self, *words: Word, again: str = "1,250,000") -> list[Word]:
        """Add the signs to the words of the line; `again`: what the engine reads in a part of the image."""

        def read_line(image: Image.Image) -> list[list[Word]]:
            self.asked.append(image)
            return [[Word(again, Box(0, 0, 1, 1), 0.9)]]

        ((*found,),) = with_signs([words], self.image, dark_pixels(self.image), read_line)
        return found

    def read(self, part: str, read_as: str | None = None, box_of: str | None = None) -> str:
        """Return the text of the line in which an engine read one word."""
        found = self.signed(Word(read_as or part, self.box(box_of or part), 0.95))
        return " ".join(word.text for word in found)


@pytest.mark.parametrize("size_px", [20, 30, 42])
@pytest.mark.parametrize("font", ["nanum", "serif", "sans", "mono", "dejavu"])
@pytest.mark.parametrize("amount", ["72.70", "1,234.50", "45.90", "1,250,000", "$300.00"])
@pytest.mark.parametrize("minus", ["-", "–"])
def test_a_minus_that_was_not_read_is_added(minus: str, amount: str, font: str, size_px: int) -> None:
    page = Drawn(minus + amount, font, size_px)
    assert page.read(amount) == f"-{amount}"
    assert page.read(amount, box_of=minus + amount) == f"-{amount}", "the box holds the minus"
    ((word),) = page.signed(Word(amount, page.box(amount), 0.95))
    assert word.box.x0 == pytest.approx(page.box(minus + amount).x0, abs=2)


@pytest.mark.parametrize("font", ["serif", "sans", "mono", "dejavu"])
def test_a_true_minus_sign(font: str) -> None:
    assert Drawn("−72.70", font).read("72.70") == "-72.70"
    assert Drawn("−72.70", font).read("−72.70", read_as="~72.70") == "-72.70"
    assert Drawn("−72.70", font).read("−72.70") == "−72.70", "it was read"


@pytest.mark.parametrize("font", ["nanum", "sans", "mono", "dejavu"])
@pytest.mark.parametrize("amount", ["72.70", "1,234.50"])
def test_a_minus_behind_is_added_behind(amount: str, font: str) -> None:
    assert Drawn(f"{amount}-", font).read(amount) == f"{amount}-"


@pytest.mark.parametrize("font", ["nanum", "mono", "dejavu"])
@pytest.mark.parametrize("size_px", [24, 36])
@pytest.mark.parametrize("triangle", ["△", "▲"])
@pytest.mark.parametrize("read_as", ["11,250,000", "41,250,000", "A1,250,000", "441,250,000"])
def test_a_triangle_that_was_read_as_a_digit(triangle: str, read_as: str, font: str, size_px: int) -> None:
    page = Drawn(f"{triangle}1,250,000", font, size_px)
    (word,) = page.signed(Word(read_as, page.box(page.text), 0.95))

    assert (word.text, word.confidence) == ("△1,250,000", 0.9)
    (again,) = page.asked
    digits = page.box("1,250,000")
    assert dark_pixels(again).sum() == pytest.approx((np.asarray(page.image.crop(_edges(digits))) < 128).sum(), rel=0.1)


def _edges(box: Box) -> tuple[int, int, int, int]:
    return int(box.x0), int(box.y0), int(box.x1), int(box.y1)


def test_a_stray_point_of_the_second_reading_is_left_out() -> None:
    page = Drawn("▲1,250,000")
    (word,) = page.signed(Word("41,250,000", page.box(page.text), 0.95), again="1,250,000,")
    assert word.text == "△1,250,000"


def test_a_triangle_outside_the_word_or_as_a_word_of_its_own() -> None:
    page = Drawn("▲1,250,000")
    assert page.read("1,250,000") == "△1,250,000"
    assert page.asked == []
    words = page.signed(Word("4", page.box("▲"), 0.8), Word("1,250,000", page.box("1,250,000"), 0.9))
    assert [word.text for word in words] == ["△1,250,000"]
    page = Drawn("- 45.90")
    words = page.signed(Word("-", page.box("-"), 0.8), Word("45.90", page.box("45.90"), 0.9))
    assert [word.text for word in words] == ["-", "45.90"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("45.90", "45.90"),
        ("Total 45.90", "45.90"),
        ("Total - 45.90", "45.90"),
        ("Total-45.90", "45.90"),
        ("12-45.90", "45.90"),
        ("---- 45.90", "45.90"),
        ("----45.90", "45.90"),
        ("....45.90", "45.90"),
        ("_45.90", "45.90"),
        ("=45.90", "45.90"),
        ("+45.90", "45.90"),
        ("~45.90", "45.90"),
        ("|45.90|", "45.90"),
        ("45.90 - 50.00", "45.90"),
        ("45.90-50.00", "45.90"),
        ("A1,250,000", "A1,250,000"),
        ("41,250,000", "41,250,000"),
        ("11,250,000", "11,250,000"),
        ("(45.90)", "45.90"),
        ("4.50", "4.50"),
        ("7.50", "7.50"),
        ("L45.90", "L45.90"),
        ("∆t 45.90", "45.90"),
    ],
)
@pytest.mark.parametrize("font", ["nanum", "serif", "sans", "mono", "dejavu"])
def test_other_ink_is_no_sign(text: str, part: str, font: str) -> None:
    assert Drawn(text, font).read(part) == part


@pytest.mark.parametrize("text", ["2024-03", "NP-204", "10", "010-1234", "Q3", "12:30"])
def test_other_words_are_left_alone(text: str) -> None:
    assert Drawn(f"-{text}").read(text) == text


def test_ruled_lines_around_a_cell_are_no_signs() -> None:
    page = Drawn("45.90")
    box = page.box("45.90")
    for x in (box.x0 - 12, box.x1 + 12):
        page.draw.line((x, 0, x, 89), fill=0, width=2)
    page.draw.line((0, box.y1 + 4, 699, box.y1 + 4), fill=0, width=2)
    page.draw.line((0, 45, box.x0 - 3, 45), fill=0, width=2)
    assert page.read("45.90") == "45.90"


@pytest.mark.parametrize("box", [Box(0, 0, 0, 0), Box(-9, -9, -1, -1), Box(690, 80, 900, 99), Box(5, 5, 6, 7)])
def test_boxes_without_ink_or_outside_the_page(box: Box) -> None:
    page = Drawn("45.90")
    word = Word("45.90", box, 0.9)
    assert page.signed(word) == [word]
    assert page.signed(replace(word, text="")) == [replace(word, text="")]
