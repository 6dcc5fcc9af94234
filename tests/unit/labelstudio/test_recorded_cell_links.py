"""Links of table cells that are not drawn, after corrections recorded in a browser (tests/data/frontend/table.*)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from prelabel.labelstudio.regions.reading import read_labelled
from prelabel.page import Page
from tests.support.annotations import PageText

FOLDER = Path(__file__).parents[2] / "data" / "frontend"
FORM = Page.from_json(json.loads((FOLDER / "form.json").read_text("utf-8")))
CELLS = {("Item", "Paper A4"), ("Item", "Pen"), ("Qty", "3"), ("Qty", "12")}
FIELDS = {("성명", "김민수 (인)"), ("Invoice No", "NP-20418"), ("주소", "서울시"), ("Total", "1,250,000 원")}


@cache
def recorded() -> dict[str, Page]:
    """Return the annotated page of each case."""
    rows = json.loads((FOLDER / "table.export.json").read_text("utf-8"))
    return {
        row["data"]["case"]: read_labelled(row["annotations"][0], missing=PageText(FORM)).page
        for row in rows
        if row["annotations"]
    }


def linked(page: Page) -> set[tuple[str, str]]:
    texts = [" ".join(page.words[i].text for i in entity.words) for entity in page.entities or ()]
    return {(texts[link.source], texts[link.target]) for link in page.links or ()}


@pytest.mark.parametrize(
    ("case", "links"),
    [
        ("untouched", FIELDS | CELLS),
        ("relinked", FIELDS - {("성명", "김민수 (인)")} | {("성명", "NP-20418")} | CELLS),
        ("cell_deleted", FIELDS | CELLS - {("Item", "Paper A4")}),
        ("cell_linked", FIELDS | CELLS - {("Item", "Pen")} | {("Qty", "Pen")}),
        ("title_drawn_anew", FIELDS | CELLS),
    ],
)
def test_links_of_cells_come_back(case: str, links: set[tuple[str, str]]) -> None:
    assert linked(recorded()[case]) == links
