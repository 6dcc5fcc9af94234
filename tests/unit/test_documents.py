"""Pages merged into one document: sections, fields with all their places, tables over pages; always valid JSON."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prelabel.errors import ImageUnreadable, PageError
from prelabel.kie.key_values.documents import document
from prelabel.ocr.remarks import INK_WITHOUT_WORDS
from prelabel.page import Affine, Link, Page, Remark
from synthetic import generate
from tests.support.forms import A, H, Item, Q, grid, linked
from tests.support.key_values_schema import check_document

EMPTY = Page(10, 10, 10, 10)


def made(*pages: Page | PageError) -> dict[str, Any]:
    """Return the document of the pages, checked against the schema."""
    result = document(pages)
    check_document(result)
    return result


def fields(part: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["name"], row["value"]) for row in part["fields"]]


def test_no_pages_give_an_empty_document() -> None:
    empty: dict[str, Any] = {"fields": [], "tables": [], "sections": []}
    assert made() == {"format": 1, "pages": [], **empty}
    assert made(EMPTY) == {"format": 1, "pages": [{"page": 1, "width_px": 10, "height_px": 10}], **empty}
    assert made(linked([(Q, "Name", 0, 0)]))["fields"] == []


def test_a_field_has_its_name_its_normalised_value_and_its_place() -> None:
    page = linked([(Q, "Invoice date:", 0, 0), (A, "14 March 2025", 100, 0)], (0, 1))
    page = replace(page, to_shown=Affine(2, 0, 10, 0, 2, 0))

    assert made(page)["fields"] == [
        {
            "key": "Invoice date",
            "name": "invoice_date",
            "value": "14 March 2025",
            "normal": {"type": "date", "value": "2025-03-14"},
            "confidence": 0.9,
            "places": [{"page": 1, "key_box": [10.0, 0.0, 164.0, 20.0], "value_box": [210.0, 0.0, 362.0, 20.0]}],
        }
    ]


def test_a_label_of_ones_own_is_a_field_beside_questions_and_under_headers() -> None:
    items: list[Item] = [
        ("INVOICE_NUMBER", "NP-20418", 0, 0), (Q, "Paid:", 0, 20), (A, "yes", 60, 20), ("상호", "한빛 상사", 0, 40),
        (H, "Sums", 0, 60), ("totalUSD", "1,200.50", 0, 80), ("INVOICE_NUMBER", "20419", 0, 100), ("Text", "a", 0, 120),
    ]  # fmt: skip

    result = made(linked(items, (1, 2), (4, 5)))

    assert [(row["key"], row["name"], row["value"]) for row in result["fields"]] == [
        ("Paid", "paid", "yes"),
        ("INVOICE_NUMBER", "invoice_number", "NP-20418"),
        ("상호", "상호", "한빛 상사"),
        ("INVOICE_NUMBER", "invoice_number", "20419"),
    ]
    assert result["fields"][1]["places"] == [{"page": 1, "key_box": None, "value_box": [0.0, 0.0, 48.0, 10.0]}]
    assert result["fields"][3]["normal"] is None, "the label says that the digits are no quantity"
    (sums,) = result["sections"]
    assert (sums["header"], fields(sums)) == ("Sums", [("totalusd", "1,200.50")])
    assert sums["fields"][0]["normal"] == {"type": "money", "amount": "1200.50", "currency": "USD"}


def test_a_field_of_ones_own_on_every_page_is_kept_once() -> None:
    first, second = linked([("NO", "7", 0, 0), ("NO", "7", 0, 20)]), linked([("No", "7", 0, 0), ("NO", "8", 0, 20)])

    result = made(first, second)

    assert fields(result) == [("no", "7"), ("no", "7"), ("no", "8")]
    assert [[place["page"] for place in row["places"]] for row in result["fields"]] == [[1, 2], [1], [2]]


def test_sections_nest_as_links_say() -> None:
    items: list[Item] = [
        (H, "Order", 0, 0), (H, "Buyer", 0, 20), (Q, "Name", 0, 40), (A, "Kim", 60, 40),
        (H, "Seller", 0, 60), (Q, "Name", 0, 80), (A, "Lee", 60, 80), (Q, "No", 200, 0), (A, "7", 250, 0),
    ]  # fmt: skip

    result = made(linked(items, (0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6), (7, 8)))

    assert fields(result) == [("no", "7")]
    (order,) = result["sections"]
    assert (order["header"], order["places"]) == ("Order", [{"page": 1, "box": [0.0, 0.0, 30.0, 10.0]}])
    assert [(part["header"], fields(part)) for part in order["sections"]] == [
        ("Buyer", [("name", "Kim")]),
        ("Seller", [("name", "Lee")]),
    ]


def test_cells_of_a_table_are_no_fields() -> None:
    page = grid(("Item", "Price (GBP)"), (("Pen", "1.20"), ("Ink", ""), ("Tape", "2.50")))

    result = made(page)

    assert result["fields"] == []
    (table,) = result["tables"]
    assert table["columns"] == [{"key": "Item", "name": "item"}, {"key": "Price (GBP)", "name": "price_gbp"}]
    assert [[cell and cell["value"] for cell in row["cells"]] for row in table["rows"]] == [
        ["Pen", "1.20"], ["Ink", None], ["Tape", "2.50"],
    ]  # fmt: skip
    assert table["rows"][0]["cells"][1] == {
        "value": "1.20",
        "normal": {"type": "money", "amount": "1.20", "currency": "GBP"},
        "confidence": 0.9,
        "box": [104.0, 20.0, 128.0, 30.0],
    }
    assert table["places"] == [
        {"page": 1, "box": [0.0, 0.0, 165.0, 70.0], "column_boxes": [[0.0, 0.0, 24.0, 10.0], [100.0, 0.0, 165.0, 10.0]]}
    ]


def test_a_table_stands_under_the_header_of_its_columns() -> None:
    page = grid(("Item", "Qty"), (("Pen", "1"), ("Ink", "2")), y=40)
    header = linked([(H, "Goods", 0, 0)])
    words = (*page.words, *header.words)
    entities = (*(page.entities or ()), replace((header.entities or ())[0], words=(len(page.words),)))
    links = (*(page.links or ()), Link(len(entities) - 1, 0, 0.8))

    result = made(replace(page, words=words, entities=entities, links=links))

    assert (result["tables"], [part["header"] for part in result["sections"]]) == ([], ["Goods"])
    assert len(result["sections"][0]["tables"]) == 1


def test_a_table_goes_on_over_the_page() -> None:
    rows = (("Pen", "1"), ("Ink", "2"))
    first, second = grid(("Item", "Qty"), rows, y=800), grid(("ITEM", "Qty"), rows)
    other = grid(("Item", "Price"), rows)

    (table,) = made(first, second)["tables"]

    assert [row["page"] for row in table["rows"]] == [1, 1, 2, 2]
    assert [place["page"] for place in table["places"]] == [1, 2]
    assert len(made(first, other, second)["tables"]) == 3, "other columns, and not the page before"
    assert len(made(first, EMPTY, second)["tables"]) == 2


def test_a_field_repeated_on_every_page_is_kept_once() -> None:
    items: list[Item] = [(Q, "No:", 0, 0), (A, "7234", 60, 0), (Q, "Page", 0, 20), (A, "1", 60, 20)]
    other = [*items[:3], (A, "2", 60, 20)]
    links = (0, 1, 0.5), (2, 3, 0.5)
    twice = linked([*items[:2], (Q, "No", 0, 40), (A, "7234", 60, 40)], (0, 1, 0.8), (2, 3, 0.6))

    result = made(linked(items, *links), linked(other, *links), twice)

    assert fields(result) == [("no", "7234"), ("page", "1"), ("page", "2"), ("no", "7234")]
    assert [[place["page"] for place in row["places"]] for row in result["fields"]] == [[1, 2, 3], [1], [2], [3]]
    assert result["fields"][0]["confidence"] == 0.8


def test_sections_of_one_name_go_on_but_stay_apart_on_a_page() -> None:
    items: list[Item] = [(H, "Buyer", 0, 0), (Q, "Name", 0, 20), (A, "Kim", 60, 20)]
    again: list[Item] = [(label, text, x, y + 100) for label, text, x, y in items]
    links = (0, 1), (1, 2)

    assert len(made(linked(items, *links), linked(items, *links))["sections"]) == 1
    assert len(made(linked([*items, *again], *links, (3, 4), (4, 5)))["sections"]) == 2


def test_dates_are_read_as_the_document_writes_them() -> None:
    def dated(text: str) -> Page:
        return linked([(Q, "Date", 0, 0), (A, text, 60, 0)], (0, 1))

    first, _ = made(dated("03/04/2024"), dated("25/04/2024"))["fields"]

    assert first["normal"] == {"type": "date", "value": "2024-04-03"}


def test_a_page_that_could_not_be_read_keeps_its_number() -> None:
    page = linked([(Q, "No", 0, 0), (A, "7", 60, 0)], (0, 1))

    result = made(ImageUnreadable("page 1 of the PDF is broken: export it anew"), page)

    assert result["pages"][0] == {
        "page": 1,
        "error": {"code": "image_unreadable", "message": "page 1 of the PDF is broken: export it anew"},
    }
    assert result["fields"][0]["places"][0]["page"] == 2


def test_remarks_on_a_page_that_was_read_are_told() -> None:
    page = replace(linked([]), remarks=(Remark(INK_WITHOUT_WORDS), Remark("of_a_newer_release", "Klingon")))

    result = made(page)

    assert Page.from_json(page.to_json()).remarks == page.remarks
    assert [row["code"] for row in result["pages"][0]["remarks"]] == ["ink_without_words", "of_a_newer_release"]
    assert "no word could be read; look at the page" in result["pages"][0]["remarks"][0]["message"]
    assert result["pages"][0]["remarks"][1]["message"] == "of_a_newer_release (Klingon)"


def test_a_page_without_remarks_has_the_form_of_earlier_releases() -> None:
    assert "remarks" not in linked([]).to_json()
    assert "remarks" not in made(linked([]))["pages"][0]


def test_documents_of_synthetic_pages_are_valid() -> None:
    result = made(*(generate(seed).page for seed in range(30)))

    assert result["fields"]
    assert result["tables"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from((Q, A, H)), st.sampled_from(("Name", "12", "a b")), *[st.integers(0, 60)] * 2)),
    st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9), st.floats(0, 1))),
    st.sampled_from((10, 0, -10)),
)
def test_any_links_between_any_boxes(items: list[Item], links: list[tuple[int, int, float]], height: int) -> None:
    page = linked(items, *links)
    boxes = [replace(word.box, y1=word.box.y0 + height) for word in page.words]
    words = tuple(replace(word, box=box) for word, box in zip(page.words, boxes, strict=True))

    made(replace(page, words=words), page)


def test_five_thousand_words_take_seconds() -> None:
    items: list[Item] = [((Q, A)[i % 2], "same", 60.0 * (i % 50), 20.0 * (i // 50)) for i in range(5000)]
    page = linked(items, *((i - 1, i) for i in range(1, 5000, 2)))
    started = time.process_time()

    result = document([page, page])

    assert time.process_time() - started < 10
    assert sum(len(row["places"]) for row in result["fields"]) == 5000


def test_the_example_of_the_docs_is_valid() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "key-values.md").read_text("utf-8")

    check_document(json.loads(text.split("```json\n")[1].split("```")[0]))
