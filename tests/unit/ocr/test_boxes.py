"""Boxes led back to the image that Label Studio shows, after turning, levelling and scaling of the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from prelabel.geometry import compose, corners, quarter_turn, tilt, transform, turn
from prelabel.ocr.choose import Choice
from prelabel.ocr.page.frames import page_of, read_scaled
from prelabel.ocr.page.orientation import turned
from prelabel.ocr.reading import read_page
from prelabel.page import Box, Reading, Word
from tests.support.ocr_pages import encoded, printed, tilted, tilting, with_orientation

#: Boxes are grown by that much at most.
MARGIN_PX = 2


class InkFinder:
    """An engine that reads one word: the box around all that is dark."""

    name, version = "ink", "1"

    def read(self, image: Image.Image) -> list[Word]:
        rows, columns = np.nonzero(np.asarray(image.convert("L")) < 128)
        if not rows.size:
            return []
        box = Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
        return [Word("ink", box, 1.0, self.name)]

    def read_line(self, image: Image.Image) -> list[Word]:
        return self.read(image)

    def read_boxes(self, image: Image.Image, boxes: Sequence[Box]) -> list[Reading | None]:
        return [Reading("ink", 1.0, self.name) for _ in boxes]


def with_ink(width: int, height: int, ink: Box) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    image.paste(0, (int(ink.x0), int(ink.y0), int(ink.x1), int(ink.y1)))
    return image


def differ(a: Box, b: Box) -> float:
    return max(abs(a.x0 - b.x0), abs(a.y0 - b.y0), abs(a.x1 - b.x1), abs(a.y1 - b.y1))


@st.composite
def pages(draw: st.DrawFn) -> tuple[int, int, Box]:
    width, height = draw(st.integers(60, 300)), draw(st.integers(60, 300))
    x0, y0 = draw(st.integers(0, width - 30)), draw(st.integers(0, height - 30))
    return width, height, Box(x0, y0, draw(st.integers(x0 + 20, width)), draw(st.integers(y0 + 20, height)))


@settings(max_examples=200, deadline=None)
@given(page=pages(), quarters=st.integers(0, 3), factor=st.floats(0.3, 3.0))
def test_every_quarter_turn_and_scale(page: tuple[int, int, Box], quarters: int, factor: float) -> None:
    width, height, ink = page
    shown = with_ink(width, height, ink)

    words = read_scaled(turned(shown, quarters), factor, InkFinder().read)
    result = page_of(shown, quarters, words)

    assert (result.shown_width_px, result.shown_height_px) == shown.size
    assert (result.width_px, result.height_px) == turned(shown, quarters).size
    found = transform(result.to_shown, result.words[0].box)
    assert differ(found, ink) <= 1 + 1.5 / factor
    assert found.x0 >= 0
    assert found.x1 <= width
    assert found.y0 >= 0
    assert found.y1 <= height


@settings(max_examples=100, deadline=None)
@given(page=pages(), quarters=st.integers(0, 3), skew=st.floats(-44.5, 44.5), factor=st.floats(0.4, 3.0))
def test_every_skew_too(page: tuple[int, int, Box], quarters: int, skew: float, factor: float) -> None:
    """Given a page turned and laid askew, when it is read upright, then corner comes back upon corner."""
    width, height, ink = page
    assume(ink.width * ink.height < 0.4 * width * height)  # ink that fills most of a page counts as its paper
    lying = turned(with_ink(width, height, ink), -quarters)
    shown = tilted(lying, skew)

    words = read_scaled(turned(shown, quarters), factor, InkFinder().read, skew)
    result = page_of(shown, quarters, words, skew)

    assert (result.shown_width_px, result.shown_height_px) == shown.size
    assert tilt(result.to_shown) == pytest.approx(skew)
    truth = compose(tilting(lying, skew), quarter_turn(-quarters, width, height))
    found = corners(result.to_shown, result.words[0].box)
    assert np.abs(np.subtract(found, corners(truth, ink))).max() <= 1.5 + 2 / factor


@settings(max_examples=12, deadline=None)
@given(
    skew=st.floats(-44.5, 44.5),
    quarters=st.integers(0, 3),
    orientation=st.integers(1, 8),
    dpi=st.sampled_from([75, 110, 200]),
)
def test_lines_of_text_askew_turned_and_scaled(skew: float, quarters: int, orientation: int, dpi: int) -> None:
    """Given a photo of a page, when nobody says how it lies, then the box is as tight round its ink as can be."""
    shown = tilted(turned(printed(dpi=dpi).image, quarters), skew)

    page = read_page(with_orientation(shown, orientation, "PNG"), Choice(InkFinder()), max_pixels=20_000_000)

    angle = tilt(page.to_shown)
    assert angle == pytest.approx(skew, abs=0.25) or (angle == 0 and abs(skew) < 1.25)
    rows, columns = np.nonzero(np.asarray(shown) < 128)
    back = turn(-angle)
    x, y = back.a * columns + back.b * rows, back.d * columns + back.e * rows
    around = Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    assert differ(transform(compose(back, page.to_shown), page.words[0].box), around) <= 2.5 + MARGIN_PX


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_every_exif_orientation(orientation: int, kind: str) -> None:
    ink = Box(30, 180, 90, 210)
    shown = with_ink(200, 300, ink)

    page = read_page(with_orientation(shown, orientation, kind), Choice(InkFinder()), max_pixels=100_000)

    assert (page.shown_width_px, page.shown_height_px) == (200, 300)
    assert differ(transform(page.to_shown, page.words[0].box), ink) <= 1 + MARGIN_PX


@pytest.mark.parametrize("size", [(400, 300), (3, 3), (1, 900)])
def test_a_page_without_ink_has_no_words(size: tuple[int, int]) -> None:
    page = read_page(encoded(Image.new("L", size, 250)), Choice(InkFinder()), max_pixels=1_000_000)

    assert page.words == ()
    assert (page.width_px, page.height_px) == size


def test_the_form_that_goes_to_the_other_stages_keeps_the_frame() -> None:
    shown = with_ink(200, 300, Box(30, 180, 90, 210))

    page = page_of(shown, 1, read_scaled(turned(shown, 1), 1.0, InkFinder().read))

    assert type(page).from_json(page.to_json()) == page
