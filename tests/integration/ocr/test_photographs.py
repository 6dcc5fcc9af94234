"""Photographs of pages, read by the real engine: words in their places, and the fields of receipts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageOps

from prelabel.api.reading import read
from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_page
from prelabel.ocr.tesseract.in_process import TesserocrEngine
from prelabel.page import Page
from tests.support.ocr_pages import ENGLISH, KOREAN, encoded, printed, with_orientation
from tests.support.pdf_pages import scan
from tests.support.photographs import ENGLISH_RECEIPT, KOREAN_RECEIPT, photograph, receipt

PAGES = {
    "receipt": receipt(),
    "영수증": receipt(KOREAN_RECEIPT),
    "letter": printed(ENGLISH, dpi=150),
    "편지": printed(KOREAN, dpi=150),
}
#: What is photographed, and how.
PHOTOGRAPHS: dict[str, tuple[str, dict[str, Any]]] = {
    "wood": ("letter", {"pitch": -20, "yaw": 18, "ground": "wood"}),
    "carpet": ("편지", {"yaw": 28, "roll": 8, "ground": "carpet"}),
    "tiles": ("receipt", {"pitch": 22, "yaw": -15, "roll": -12, "ground": "tiles"}),
    "diagonal": ("receipt", {"pitch": 20, "roll": 44, "ground": "wood"}),
    "shadow": ("receipt", {"pitch": 12, "roll": 4, "ground": "wood", "shadow": 0.55}),
    "dim": ("영수증", {"pitch": 18, "yaw": -12, "roll": 10, "mean": 60, "grain": 3}),
    "night": ("letter", {"pitch": 20, "yaw": 12, "roll": 15, "mean": 22, "grain": 2, "ground": "wood"}),
    "side": ("영수증", {"yaw": 20, "roll": -100, "ground": "tiles"}),
    "upside down": ("receipt", {"pitch": 20, "yaw": 12, "roll": 175}),
    "cut": ("receipt", {"pitch": 25, "yaw": 8, "ground": "wood", "cut": (0, 0, 0, 0.2)}),
    "no edges": ("영수증", {"pitch": -15, "yaw": -30, "roll": 20, "ground": "white", "falloff": 0.5}),
}


@cache
def choice() -> Choice:
    return Choice(TesserocrEngine(("eng", "kor")))


def read_bytes(data: bytes) -> Page:
    return read_page(data, choice(), max_pixels=50_000_000)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_words_of_photographs_are_read_in_their_places(name: str) -> None:
    what, how = PHOTOGRAPHS[name]
    photo = photograph(PAGES[what], **how)

    page = read_bytes(encoded(photo.image))

    assert (page.shown_width_px, page.shown_height_px) == photo.image.size
    assert photo.found(page) >= 0.88
    assert len(page.words) <= 1.15 * len(photo.words)


@pytest.mark.parametrize("orientation", [3, 6])
def test_photographs_with_an_orientation(orientation: int) -> None:
    photo = photograph(PAGES["letter"], pitch=22, yaw=-15, ground="wood")

    page = read_bytes(with_orientation(photo.image, orientation))

    assert (page.shown_width_px, page.shown_height_px) == photo.image.size
    assert photo.found(page) >= 0.9


def fields(file: Path) -> dict[str, str]:
    return {field["key"]: field["value"] for field in read(file)["fields"]}


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_fields_of_a_dim_oblique_receipt(kind: str, tmp_path: Path) -> None:
    """Given a receipt whose lines rise by several lines' height, when it is read, then each price has its article."""
    photo = photograph(receipt(), pitch=25, yaw=20, roll=-30, ground="wood", falloff=0.6, mean=70).image
    file = tmp_path / f"receipt.{kind}"
    if kind == "png":
        photo.save(file)
    else:
        scan(file, [ImageOps.pad(photo, (1600, 2263), color=40)])

    found = fields(file)

    wanted = dict(line.split("|") for line in ENGLISH_RECEIPT if "." in line)
    assert {key: found.get(key) for key in wanted} == wanted
