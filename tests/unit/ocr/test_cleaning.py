"""Pages before they are read: even paper and less grain, and clean pages untouched."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prelabel.ocr.page.cleaning import cleaned, grain
from prelabel.ocr.page.frames import TiltedPage
from prelabel.ocr.page.scaling import letter_height_px
from tests.support.ocr_pages import FONT, printed


def shadowed(page: Image.Image) -> Image.Image:
    """Shade the page as in a photo: full light on the left, less than half of it on the right."""
    light = np.linspace(1.0, 0.45, page.width)
    return Image.fromarray((np.asarray(page) * light).astype(np.uint8))


def test_a_clean_page_is_left_alone() -> None:
    page = printed().image

    assert cleaned(page) is page


def test_a_shadow_goes_and_the_ink_stays() -> None:
    page = printed()
    after = np.asarray(cleaned(shadowed(page.image)))
    paper = np.asarray(page.image) == 255

    assert np.percentile(after[paper], 5) > 240
    assert after[np.asarray(page.image) == 0].max() < 60


def test_grain_is_smoothed() -> None:
    page = printed(noise=14).image

    assert grain(cleaned(page)) < 0.7 * grain(page)


@pytest.mark.parametrize(("share", "deviation"), [(0.6, 12), (0.75, 20), (1.0, 20)])
def test_strong_grain_of_a_coarse_page_is_no_ink(share: float, deviation: float) -> None:
    whole = printed().image
    clean = whole.resize((round(whole.width * share), round(whole.height * share)))
    noise = np.random.default_rng(1).normal(0, deviation, (clean.height, clean.width))
    noisy = Image.fromarray(np.clip(np.asarray(clean) * 0.6 + 60 + noise, 0, 255).astype(np.uint8))

    height_px = letter_height_px(TiltedPage.of(cleaned(noisy)).sketch)

    assert height_px == pytest.approx(letter_height_px(TiltedPage.of(clean).sketch), rel=0.3)


def test_white_on_a_dark_header_becomes_dark_on_white() -> None:
    page = printed().image
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 31)
    draw.rectangle((40, 800, page.width - 40, 900), fill=40)
    draw.text((80, 830), "Total amount", font=font, fill=255)
    text = draw.textbbox((80, 830), "Total amount", font=font)
    after = np.asarray(cleaned(shadowed(page)).crop(text))

    assert np.percentile(after, 50) > 240
    assert np.percentile(after, 5) < 60


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (30, 30)])
@pytest.mark.parametrize("gray", [0, 90, 255])
def test_tiny_pages_keep_their_size(size: tuple[int, int], gray: int) -> None:
    assert cleaned(Image.new("L", size, gray)).size == size
