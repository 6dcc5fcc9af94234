"""White on tones, pale print, coloured seals, changing grounds: read with the real engine, in English and Korean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_page
from prelabel.ocr.tesseract.in_process import TesserocrEngine
from tests.support.ocr_pages import ENGLISH, KOREAN, Printed, encoded, printed
from tests.support.seals import BLUE, RED, VIOLET, pressed, seal

CASES = Path(__file__).parents[2] / "data" / "tones_and_seals"
NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Name:", "Kim", "Minsu", "Date:", "2024-03-05", "Phone:", "02-123-4567", "Total:", "1,250,000"),
    "ko": ("성명", "생년월일", "1990년", "3월", "5일", "전화번호", "02-123-4567", "합계금액", "1,250,000원"),
}
ENGINE = TesserocrEngine(("eng", "kor"))
PAGES = {"english": printed(ENGLISH), "korean": printed(KOREAN, dpi=150)}


def texts(image: Image.Image) -> list[str]:
    return [word.text for word in read_page(encoded(image), Choice(ENGINE), max_pixels=10**7).words]


def share_read(image: Image.Image, page: Printed) -> float:
    """Return the share of the page's words that are read of the image."""
    found = set(texts(image))
    return sum(word in found for word in page.texts) / len(page.texts)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("page_white_on_gray110", "en"),
        ("page_white_on_orange", "en"),
        ("pale_190", "en"),
        ("seal_ring_red", "ko"),
        ("seal_ring_right", "ko"),
        ("ko_small_seal_on_in", "ko"),
    ],
)
def test_pages_that_lost_words(name: str, language: str) -> None:
    found = texts(Image.open(CASES / f"{name}.png").convert("RGB"))

    assert not set(NAMES[language]) - set(found)
    expected = {"en": 9, "ko": len(NAMES["ko"]) + 1}[language]
    assert language == "en" or "김민수" in found
    assert len(found) == expected, "nothing else: no part of a seal"


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize(
    "tone", [(110, 110, 110), (150, 150, 150), (243, 146, 0), (0, 150, 80), (70, 150, 220), (200, 30, 30)]
)
def test_white_on_a_tone(language: str, tone: tuple[int, int, int]) -> None:
    page = PAGES[language]
    ground, paper = (Image.new("RGB", page.image.size, colour) for colour in (tone, "white"))
    white = Image.composite(ground, paper, page.image)

    assert share_read(white, page) >= share_read(page.image, page) - 0.06


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("colour", [RED, VIOLET, BLUE])
@pytest.mark.parametrize("kind", ["ring", "square", "filled", "date"])
def test_a_seal_over_print(language: str, colour: tuple[int, int, int], kind: str) -> None:
    page = PAGES[language]
    dpi = 200 if language == "english" else 150
    stamped = pressed(page.image, seal(kind, colour, round(0.8 * dpi)), round(1.3 * dpi), round(1.5 * dpi))

    assert share_read(stamped, page) >= share_read(page.image, page) - 0.06


@pytest.mark.parametrize("contrast", [45, -45])
def test_a_ground_that_goes_up_and_down(contrast: int) -> None:
    page = PAGES["english"]
    height, width = page.image.height, page.image.width
    x, y = np.meshgrid(np.linspace(0, 12, width), np.linspace(0, 5, height))
    ink = 1 - np.asarray(page.image) / 255
    waves = Image.fromarray((115 + 75 * np.sin(x + y) + contrast * ink).clip(0, 255).astype(np.uint8))

    assert share_read(waves, page) >= 0.6
