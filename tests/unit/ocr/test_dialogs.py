"""Dialogs over dimmed pages, and pages that only look like one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.ocr.page.dialogs import dialog, in_front
from tests.support.ocr_pages import FONT

Rectangle = tuple[int, int, int, int]


def screenshot(
    dimmed: float, box: Rectangle, *, size: tuple[int, int] = (1400, 900), ink: int = 0, bar: bool = True
) -> Image.Image:
    """Draw a page, dim it by a factor, and put a white dialog on it."""
    image = Image.new("L", size, 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 24)
    if bar:
        pen.rectangle((0, 0, size[0], 60), fill=70)
        pen.text((40, 15), "Orders", font=font, fill=255)
    for y in range(90, size[1] - 40, 78):
        pen.text((60, y), "Customer", font=font, fill=ink)
        pen.text((size[0] - 400, y), "Brackenfield Trading", font=font, fill=ink)
    image = image.point(lambda level: int(level * (1 - dimmed)))
    pen = ImageDraw.Draw(image)
    pen.rectangle(box, fill=255)
    pen.text((box[0] + 40, box[1] + 40), "Total 990,000", font=font, fill=0)
    return image


@pytest.mark.parametrize(
    ("dimmed", "box", "size", "ink"),
    [
        (0.3, (400, 250, 1000, 620), (1400, 900), 0),
        (0.5, (400, 250, 1000, 620), (1400, 900), 60),
        (0.65, (300, 100, 1100, 800), (1400, 900), 0),
        (0.4, (500, 0, 900, 500), (1400, 900), 0),
        (0.5, (50, 500, 650, 880), (700, 1200), 0),
        (0.5, (560, 200, 1400, 900), (1920, 1080), 0),
    ],
)
def test_what_is_dimmed_behind_a_dialog_becomes_paper(
    dimmed: float, box: Rectangle, size: tuple[int, int], ink: int
) -> None:
    image = screenshot(dimmed, box, size=size, ink=ink)
    front = np.asarray(in_front(image))
    inner = slice(box[1] + 12, box[3] - 12), slice(box[0] + 12, box[2] - 12)

    assert (front[inner] == np.asarray(image)[inner]).all()
    outside = np.ones(front.shape, dtype=bool)
    outside[max(0, box[1] - 9) : box[3] + 9, max(0, box[0] - 9) : box[2] + 9] = False
    assert (front[outside] == 255).all()


def cards(ground: int, count: int, header: int = 0) -> Image.Image:
    """Draw a design of white cards on a toned ground, with a header outside of them."""
    image = Image.new("L", (1200, 900), ground)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 30)
    pen.text((100, 20), "Header of the page", font=font, fill=header)
    for number in range(count):
        pen.rectangle((100, 90 + number * 200, 1100, 230 + number * 200), fill=255)
        pen.text((130, 120 + number * 200), "Total 1,250,000", font=font, fill=0)
    return image


@pytest.mark.parametrize(("ground", "count", "header"), [(240, 1, 0), (210, 3, 0), (150, 3, 0), (120, 1, 255)])
def test_cards_and_fields_on_a_tone_are_no_dialog(ground: int, count: int, header: int) -> None:
    image = cards(ground, count, header)

    assert in_front(image) is image


@pytest.mark.parametrize(
    "image", [Image.new("L", (1, 1), 255), Image.new("L", (30, 500), 120), Image.new("L", (900, 900), 255)]
)
def test_pages_without_a_dialog(image: Image.Image) -> None:
    assert dialog(image) is None
