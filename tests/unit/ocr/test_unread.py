"""Lines of writing that no word covers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import label

from prelabel.geometry import union
from prelabel.images.ink import dark_pixels
from prelabel.ocr.tesseract.completing import left_out_lines
from prelabel.ocr.tesseract.unread import Unread, unread_lines
from prelabel.page import Box, Word
from tests.support.ocr_pages import ENGLISH, FONT, Printed, printed

LETTER_PX = 17


def unread(page: Image.Image, words: list[Word]) -> list[Unread]:
    return list(unread_lines(page, dark_pixels(page), words, LETTER_PX))


def all_but_line(page: Printed, left_out: int, confidence: float) -> tuple[list[Word], Box]:
    """Return the words of the page, those of one line with another confidence than 0.9, and this line's box."""
    first = sum(len(line.split()) for line in ENGLISH[:left_out])
    own = range(first, first + len(ENGLISH[left_out].split()))
    words = [Word(text, box, confidence if n in own else 0.9) for n, (text, box) in enumerate(page.words)]
    return words, union(page.words[n][1] for n in own)


@pytest.mark.parametrize("confidence", [None, 0.1])
def test_a_line_that_no_sure_word_covers_is_found_where_it_stands(confidence: float | None) -> None:
    page = printed()
    words, line = all_but_line(page, 2, confidence or 0.0)
    words = [word for word in words if confidence is not None or word.confidence]
    (found,) = unread(page.image, words)
    end_x, end_y = found.x0 + found.image.width, found.y0 + found.image.height

    assert (found.x0, found.y0, end_x, end_y) == pytest.approx((line.x0, line.y0, line.x1, line.y1), abs=LETTER_PX)
    own = page.image.crop((found.x0, found.y0, end_x, end_y))
    assert np.mean((np.asarray(found.image) < 128) ^ (np.asarray(own) < 128)) < 0.01


def test_a_page_that_was_read_leaves_nothing() -> None:
    page = printed()

    assert unread(page.image, [Word(text, box, 0.9) for text, box in page.words]) == []


def test_ruled_lines_specks_and_areas_are_no_writing() -> None:
    page = Image.new("L", (800, 800), 255)
    draw = ImageDraw.Draw(page)
    for at in range(50, 800, 120):
        draw.line((20, at, 780, at), fill=0, width=2)
        draw.line((at, 20, at, 780), fill=0, width=2)
        draw.rectangle((at + 40, at + 40, at + 42, at + 42), fill=0)
    draw.rectangle((180, 420, 270, 500), fill=0)

    assert unread(page, []) == []


def test_other_ink_is_not_in_the_crop() -> None:
    page = printed(["Amount"]).image
    ImageDraw.Draw(page).line((0, 135, page.width, 135), fill=0, width=2)
    (found,) = unread(page, [])

    assert dark_pixels(found.image)[134 - found.y0 :].sum() == 0


def test_a_crowded_page_costs_a_bounded_number_of_lines_widest_first() -> None:
    page = Image.new("L", (1600, 1600), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 30)
    for y in range(20, 1560, 60):  # 250 words far apart
        for x in range(20, 1500, 160):
            draw.text((x, y), "word" if x > 20 else "w", font=font, fill=0)
    found = unread(page, [])

    assert 20 < len(found) < 100
    assert found[0].image.width >= found[-1].image.width


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (40, 40)])
@pytest.mark.parametrize("gray", [0, 255])
def test_tiny_and_empty_pages(size: tuple[int, int], gray: int) -> None:
    outside = [Word("x", Box(-20, -20, -5, -5)), Word("y", Box(900, 900, 950, 950))]

    assert len(unread(Image.new("L", size, gray), outside)) <= (gray == 0)


@pytest.mark.parametrize(
    "text",
    ["-72.70", "(72.70)", "1,250.00-", "- 1.5", "12,50", "0.07%", "Größe: 3,5", "i.e. jitter", "10:45", "'24 5\""],
)
def test_small_marks_of_a_line_are_in_its_crop(text: str) -> None:
    page = printed([text])
    (found,) = unread(page.image, [])

    assert label(dark_pixels(found.image))[1] == label(dark_pixels(page.image))[1], "as many separate pieces of ink"


def test_specks_and_marks_of_other_lines_are_not_in_the_crop() -> None:
    page = printed(["Amount"]).image
    alone = unread(page, [])
    draw = ImageDraw.Draw(page)
    for x, y in ((5, 5), (page.width - 10, page.height // 2), (page.width // 2, page.height - 8)):
        draw.rectangle((x, y, x + 2, y + 2), fill=0)
    (found,) = unread(page, [])

    assert np.array_equal(np.asarray(found.image), np.asarray(alone[0].image))


def test_pieces_of_letters_that_stick_out_of_their_words_are_not_in_the_crop() -> None:
    page = printed(["Issued Date"])
    (_, word), _ = page.words
    (alone,) = unread(page.image, [Word("Issued", word, 0.9)])
    for cut in (replace(word, y0=word.y0 + 6), replace(word, y1=word.y1 - 3), replace(word, x1=word.x1 - 2)):
        (found,) = unread(page.image, [Word("Issued", cut, 0.9)])
        assert found.image.size == alone.image.size


def test_a_line_whose_reading_nothing_trusts_is_read_once_more_at_another_size() -> None:
    page = printed()
    words, line = all_but_line(page, 2, 0.0)
    widths: list[int] = []

    def read_line(image: Image.Image) -> list[list[Word]]:
        """Double a letter and trust nothing, as Tesseract does at some sizes, the first time only."""
        widths.append(image.width)
        box = Box(0, 0, image.width, image.height)
        return [[Word("002-123", box, 0.0) if len(widths) == 1 else Word("02-123", box, 0.9)]]

    [[found]] = left_out_lines(read_line, page.image, dark_pixels(page.image), [words], LETTER_PX)

    assert (found.text, len(widths)) == ("02-123", 2)
    assert widths[1] < widths[0]
    assert found.box.width == pytest.approx(widths[0], abs=1.5)
    assert abs(found.box.center[1] - line.center[1]) < LETTER_PX / 2
