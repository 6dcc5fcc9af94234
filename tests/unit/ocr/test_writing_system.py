"""Hangul found by its ink: in printed words, light on dark, in inexact boxes, and none without ink."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ImageOps

from prelabel.errors import ModelUnavailable
from prelabel.geometry import grow
from prelabel.images.ink import Dark, dark_pixels
from prelabel.ocr.tesseract import writing_system
from prelabel.ocr.tesseract.joining import is_hangul
from prelabel.ocr.tesseract.writing_system import ROWS, _with_page, hangul, padded, strips, windows_in
from prelabel.page import Box
from tests.support.ocr_pages import ENGLISH, KOREAN, Printed, printed

MIXED = (
    "10,370원 2024년 VAT포함 3월 1,029,000원 (주)한빛 LG전자",
    "10,370 2024 VAT 14:30 1,029,000.00 (a) No. 7/8 A-12",
)


def _dark(page: Printed) -> Dark:
    return dark_pixels(page.image)


def _boxes(page: Printed) -> list[Box]:
    return [box for _, box in page.words]


def _right(page: Printed, found: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Return the share of words that are classified correctly."""
    wanted = [any(map(is_hangul, text)) for text in page.texts]
    return float(np.mean((found > 0.5) == wanted))


@pytest.mark.parametrize("lines", [ENGLISH, KOREAN, MIXED], ids=["english", "korean", "mixed"])
@pytest.mark.parametrize("dpi", [110, 150, 200])
def test_it_tells_hangul_from_all_else(lines: tuple[str, ...], dpi: int) -> None:
    page = printed(lines, dpi=dpi)

    assert _right(page, hangul(_dark(page), _boxes(page))) == 1.0


def test_boxes_may_be_off_by_a_part_of_a_letter() -> None:
    page = printed((*ENGLISH, *KOREAN))

    assert _right(page, hangul(_dark(page), [grow(box, 3) for box in _boxes(page)])) >= 0.97
    assert _right(page, hangul(_dark(page), [grow(box, -2) for box in _boxes(page)])) >= 0.97


def test_letters_may_be_light_on_dark() -> None:
    page = printed((*ENGLISH, *KOREAN))
    dark = dark_pixels(ImageOps.invert(page.image))

    assert _right(page, hangul(dark, _boxes(page))) >= 0.97


def test_a_word_alone_is_told_as_well() -> None:
    page = printed((*ENGLISH, *KOREAN))

    alone = np.array([hangul(_dark(page), [box])[0] for box in _boxes(page)])

    assert _right(page, alone) >= 0.97


def test_the_page_decides_where_a_word_is_in_doubt() -> None:
    few, many = (_with_page(np.array([0.0] + [logit] * 50, np.float32), 0.4)[0] for logit in (-6, 6))

    assert few < 0.2
    assert many > 0.8


def test_no_boxes_give_no_probabilities() -> None:
    assert hangul(np.ones((50, 50), np.bool_), []).shape == (0,)


@pytest.mark.parametrize(
    "box",
    [Box(60, 60, 90, 80), Box(-40, -40, -10, -10), Box(10, 10, 10, 30), Box(5, 5, 30, 20)],
    ids=["behind the page", "before the page", "without width", "without ink"],
)
def test_a_box_without_ink_holds_no_hangul(box: Box) -> None:
    assert hangul(np.zeros((50, 50), np.bool_), [box]).tolist() == [0.0]


def test_a_box_may_reach_over_the_edge() -> None:
    dark = np.zeros((50, 50), np.bool_)
    dark[20:40, 30:50] = True

    assert 0 <= hangul(dark, [Box(20, 10, 70, 60)])[0] < 0.5


def test_a_strip_is_the_ink_at_one_height() -> None:
    dark = np.zeros((100, 100), np.bool_)
    dark[30:62, 10:20] = True

    (strip,) = strips(dark, [Box(5, 10, 45, 90)])

    assert strip is not None
    assert strip.shape == (20, ROWS)
    assert strip[3:7, 1:-1].min() == 255
    assert strip[9:].max() == 0


@pytest.mark.parametrize("columns", [1, 15, 16, 17, 40, 641])
def test_windows_cover_a_strip(columns: int) -> None:
    ground = padded(np.ones((columns, ROWS), np.uint8))

    assert len(ground) == writing_system.WINDOW + writing_system.STEP * (windows_in(columns) - 1)
    assert ground.sum() == columns * ROWS


def test_missing_weights_are_named(tmp_path: Path) -> None:
    page = printed()

    with pytest.raises(ModelUnavailable, match=r"nowhere/model\.safetensors"):
        hangul(_dark(page), _boxes(page), tmp_path / "nowhere")
