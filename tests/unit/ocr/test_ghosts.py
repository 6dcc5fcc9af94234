"""Words of ghost text: pale and unsure. Pale words that read well, and unsure dark ones, stay."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from prelabel.ocr.page.frames import page_of
from prelabel.ocr.page.ghosts import without_ghosts
from prelabel.page import Box, Word


def page(*words: tuple[str, int, float], quarters: int = 0, paper: int = 255) -> tuple[Image.Image, list[Word]]:
    """Draw words as strokes of a gray level: (text, gray, confidence)."""
    image = Image.new("L", (600, 60 * len(words) + 40), paper)
    found = []
    for number, (text, gray, confidence) in enumerate(words):
        y = 40 + 60 * number
        for x in range(40, 140, 10):
            ImageDraw.Draw(image).rectangle((x, y, x + 3, y + 20), fill=gray)
        found.append(Word(text, Box(38, y - 2, 140, y + 22), confidence, "t"))
    return image, found


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ([("Total", 0, 0.96), ("lstoT", 215, 0.3)], ["Total"]),
        ([("Total", 30, 0.96), ("otal", 170, 0.4)], ["Total"]),
        ([("Total", 0, 0.96), ("Name", 190, 0.94)], ["Total", "Name"]),
        ([("Total", 0, 0.96), ("Nane", 0, 0.3)], ["Total", "Nane"]),
        ([("Tota", 200, 0.3), ("Name", 200, 0.4)], ["Tota", "Name"]),
        ([("Total", 180, 0.96), ("Nane", 200, 0.3)], ["Total", "Nane"]),
    ],
)
def test_pale_and_unsure_words_go(words: list[tuple[str, int, float]], left: list[str]) -> None:
    image, found = page(*words)

    assert [word.text for word in without_ghosts(page_of(image, 0, found), image).words] == left


@pytest.mark.parametrize(
    ("pale", "left"),
    [
        (("3T", 0.89), ["Total"]),
        (("A", 0.96), ["Total"]),
        (("Name", 0.94), ["Total", "Name"]),
    ],
)
def test_short_words_as_pale_as_many_ghosts_go(pale: tuple[str, float], left: list[str]) -> None:
    image, found = page(("Total", 0, 0.96), *(("lstoT", 215, 0.3) for _ in range(4)), (pale[0], 215, pale[1]))

    assert [word.text for word in without_ghosts(page_of(image, 0, found), image).words] == left


def test_words_are_looked_up_in_the_image_as_shown() -> None:
    image, found = page(("Total", 0, 0.96), ("lstoT", 215, 0.3), ("Nane", 0, 0.3))
    upright = image.transpose(Image.Transpose.ROTATE_270)
    turned = [
        Word(w.text, Box(image.height - w.box.y1, w.box.x0, image.height - w.box.y0, w.box.x1), w.confidence)
        for w in found
    ]

    assert upright.size == image.size[::-1]
    assert [word.text for word in without_ghosts(page_of(image, 1, turned), image).words] == ["Total", "Nane"]
