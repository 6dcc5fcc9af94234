"""Check boxes from a picture or a PDF to key-values, with the real engine and the shipped models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prelabel.api.reading import read
from synthetic.check_boxes.pages import check_box_page
from tests.support.pdf_pages import canvas

CASE = Path(__file__).parents[2] / "data" / "check_boxes.png"


def fields(file: Path) -> list[tuple[str, str]]:
    document: dict[str, Any] = read(file)
    return [(field["key"], field["value"]) for field in document["fields"]]


def test_a_form_of_pictured_boxes_gives_the_ticked_option_and_its_fields() -> None:
    assert sorted(fields(CASE)) == [
        ("Date", "2024-03-05"),
        ("Name", "Kim Minsu"),
        ("Phone", "02-123-4567"),
        ("Status", "Married"),
        ("Total", "1,250,000"),
    ]


@pytest.mark.parametrize(
    ("seed", "drawn"),
    [
        (7, {"language": "en", "dpi": 200, "wear": "clean", "kind": "square", "layout": "behind"}),
        (4, {"language": "en", "dpi": 150, "wear": "skewed", "kind": "circle", "layout": "below"}),
        (3, {"language": "ko", "dpi": 300, "wear": "jpeg", "kind": "square", "layout": "cells"}),
        (9, {"language": "ko", "dpi": 200, "wear": "clean", "kind": "round brackets", "layout": "behind"}),
        (6, {"language": "en", "dpi": 200, "wear": "noisy", "kind": "square", "layout": "grid"}),
        (2, {"language": "en", "dpi": 300, "wear": "skewed", "kind": "rounded", "layout": "listed"}),
    ],
)
def test_generated_forms_give_their_options(tmp_path: Path, seed: int, drawn: dict[str, Any]) -> None:
    page = check_box_page(seed, **drawn)
    page.image.save(tmp_path / "form.png")

    found = [(key.replace(" ", ""), value.replace(" ", "")) for key, value in fields(tmp_path / "form.png")]

    expected = [(key.replace(" ", ""), value.replace(" ", "")) for key, value in page.pairs]
    right = [pair for pair in expected if pair in found]
    assert expected
    assert len(right) >= len(expected) - 1, (expected, found)  # one error of OCR


def test_boxes_of_a_born_digital_pdf_are_read_from_its_drawing_and_its_signs(tmp_path: Path) -> None:
    made = canvas(tmp_path / "form.pdf")
    for x, option, ticked in ((200, "Married", False), (300, "Single", True)):
        made.rect(x, 699, 10, 10)
        if ticked:
            made.line(x + 1, 704, x + 4, 700)
            made.line(x + 4, 700, x + 9, 708)
        made.drawString(x + 15, 700, option)
    made.drawString(60, 700, "Status:")
    made.drawString(60, 650, "성별")
    made.drawString(200, 650, "□ 남     ■ 여")
    made.drawString(60, 600, "Name:")
    made.drawString(200, 600, "Kim Minsu")
    for row in range(8):
        made.drawString(60, 500 - 25 * row, "These lines are here so that the page has words enough to be trusted.")
    made.save()

    found = fields(tmp_path / "form.pdf")

    assert {("Status", "Single"), ("성별", "여"), ("Name", "Kim Minsu")} <= set(found)
