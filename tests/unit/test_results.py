"""Results without servers: the document of a page, rows of a document, and files of results."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from prelabel.errors import ImageUnreadable, NotPredicted, PageAbsent
from prelabel.kie.key_values.documents import document
from prelabel.labelstudio.prefetch import read_ahead
from prelabel.ocr.remarks import INK_WITHOUT_WORDS
from prelabel.page import Box, Page, Remark
from prelabel.pdf.page_words import FormField
from prelabel.results.files import WRITERS
from prelabel.results.read import document_and_page
from prelabel.results.rows import COLUMNS, document_rows
from prelabel.results.why_no_result import NoResultReasons
from prelabel.settings import Settings
from tests.support.cli_runs import NOWHERE, Cli
from tests.support.forms import A, H, Item, Q, grid, linked
from tests.support.key_values_schema import check_document

OURS = "0123456789abcdef"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"document": OURS, "page": 2, "pages": 5}, (OURS, 2, 5)),
        ({"document": "order 7", "page": "3"}, ("order 7", 3, 3)),
        ({"image": f"s3://b/preprocessed/{OURS}-12.png"}, (OURS, 12, 12)),
        ({"ocr": f"/data/local-files/?d=processed/{OURS}-2.png", "pages": 4}, (OURS, 2, 4)),
        ({"document": OURS, "image": f"/files/{OURS}-2.png"}, (OURS, 2, 2)),
        ({"document": OURS, "page": 0}, ("task-9", 1, 1)),
        ({"document": OURS, "page": 1, "pages": 10**9}, (OURS, 1, 1)),
        ({"document": ["a"], "page": "²", "pages": None}, ("task-9", 1, 1)),
        ({"image": "https://example.com/a.png", "pages": 2.5}, ("task-9", 1, 1)),
        ({}, ("task-9", 1, 1)),
    ],
)
def test_where_a_page_belongs(data: dict[str, Any], where: tuple[str, int, int]) -> None:
    assert document_and_page(9, data) == where


def made(*pages: Page | ImageUnreadable, **kw: Any) -> dict[str, Any]:
    """Return a document in the form of `read_results`."""
    found = document(pages, **kw)
    about = {"task_id": 7, "url": "http://ls/7", "source": "prediction", "model_version": "v"}
    found["pages"] = [row if "error" in row else row | about for row in found["pages"]]
    return {"id": OURS, "name": "견적서.pdf", "project_id": 6, **found}


def order() -> dict[str, Any]:
    items: list[Item] = [
        (H, "Order", 0, 0), (H, "Buyer", 0, 20), (Q, "Due", 0, 40), (A, "03/04/2024", 60, 40),
        (Q, "Total (GBP)", 0, 60), (A, "-1,454.00", 200, 60), (Q, "기간", 0, 80), (A, "2024.03.05 ~ 03.10", 60, 80),
        (Q, "Paid", 0, 100), (A, "☑", 60, 100),
    ]  # fmt: skip
    page = linked(items, (0, 1), (1, 2), (2, 3), (4, 5), (6, 7), (8, 9))
    form = FormField("Your name", "name_1", "=Kim", Box(1, 1, 2, 2))
    table = grid(("Item", "Qty"), (("Pen", "2"), ("Ink", ""), ("Tape", "3")))
    return made(page, table, ImageUnreadable("it is broken"), forms={2: (form,)})


def test_every_field_every_cell_and_every_page_without_result_is_a_row() -> None:
    found = list(document_rows(order()))

    assert all(list(row) == list(COLUMNS) for row in found)
    kept = ("page", "section", "table", "row", "column", "key", "value")
    assert [tuple(row[name] for name in kept) for row in found] == [
        (2, None, None, None, None, "Your name", "=Kim"),
        (1, None, None, None, None, "Total (GBP)", "-1,454.00"),
        (1, None, None, None, None, "기간", "2024.03.05 ~ 03.10"),
        (1, None, None, None, None, "Paid", "☑"),
        (2, None, 1, 1, 1, "Item", "Pen"),
        (2, None, 1, 1, 2, "Qty", "2"),
        (2, None, 1, 2, 1, "Item", "Ink"),
        (2, None, 1, 3, 1, "Item", "Tape"),
        (2, None, 1, 3, 2, "Qty", "3"),
        (1, "Order > Buyer", None, None, None, "Due", "03/04/2024"),
        (3, None, None, None, None, None, None),
    ]
    values = ("type", "normal", "unit", "number", "date", "ambiguous")
    by_key = {row["key"]: tuple(row[name] for name in values) for row in found}
    assert by_key["Total (GBP)"] == ("money", "-1454.00", "GBP", Decimal("-1454.00"), None, False)
    assert by_key["기간"] == ("date_range", "2024-03-05/2024-03-10", None, None, date(2024, 3, 5), False)
    assert by_key["Paid"] == ("boolean", "true", None, None, None, False)
    assert by_key["Due"] == ("date", "2024-04-03", None, None, date(2024, 4, 3), True), "day first beside pounds"
    assert [row["source"] for row in found[:2]] == ["form", "prediction"]
    assert (found[1]["link"], found[-1]["link"]) == ("http://ls/7", None)
    assert found[-1]["problem"] == "image_unreadable: it is broken"


def test_a_remark_on_a_page_is_a_row() -> None:
    read = made(replace(linked([(Q, "No", 0, 0), (A, "7", 60, 0)], (0, 1)), remarks=(Remark(INK_WITHOUT_WORDS),)))

    field, remark = document_rows({"id": "a", "name": None, **read})

    assert (field["key"], field["problem"]) == ("No", None)
    assert (remark["key"], remark["page"]) == (None, 1)
    assert remark["problem"].startswith("ink_without_words: the page has ink")


def written(form: str, *documents: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    WRITERS[form](iter(documents), out)
    return out.getvalue()


def test_no_cell_of_the_csv_is_a_formula_but_numbers_stay_numbers() -> None:
    read = list(csv.DictReader(io.StringIO(written("csv", order()).decode("utf-8-sig"))))

    assert read[0]["value"] == "'=Kim"
    assert (read[1]["value"], read[1]["number"], read[1]["document_name"]) == ("'-1,454.00", "-1454.00", "견적서.pdf")


def test_parquet_has_types_and_leaves_out_numbers_that_have_none() -> None:
    def amount(text: str) -> dict[str, Any]:
        return made(linked([(Q, "Total", 0, 0), (A, text, 60, 0)], (0, 1)))

    documents = [order(), amount("$1." + "1" * 12), amount("9" * 20 + "조원"), amount("$12.50")]
    table = pq.read_table(io.BytesIO(written("parquet", *documents)))

    assert [str(kind) for kind in table.schema.types[2:6]] == ["int32", "string", "int32", "int32"]
    totals = [row for row in table.to_pylist() if row["key"] == "Total"]
    assert [row["number"] for row in totals] == [None, None, Decimal("12.5")]
    assert [row["type"] for row in totals] == ["money"] * 3
    assert table.column("ambiguous").to_pylist().count(True) == 1


def test_json_of_none_of_one_of_many_and_of_half_a_letter() -> None:
    half = order() | {"name": "\ud800"}
    assert json.loads(written("json")) == []
    assert json.loads(written("json", order())) == [order()]
    assert [each["name"] for each in json.loads(written("json", half, order()))] == ["?", "견적서.pdf"]
    assert [json.loads(line) for line in written("jsonl", order(), order()).splitlines()] == [order(), order()]
    assert next(document_rows(half))["document_name"] == "?"


def test_the_example_of_the_docs_is_valid() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "results.md").read_text("utf-8")
    check_document(json.loads(text.split("```json\n")[1].split("```")[0]))


def test_without_redis_the_reason_is_not_known() -> None:
    reasons = NoResultReasons(Settings(_env_file=None, redis_url=f"redis://{NOWHERE}", label_studio_url="http://ls"), 6)

    assert list(reasons.documents(None)) == []
    absent, unpredicted = reasons.reason(OURS, 1, None), reasons.reason(OURS, 2, 5)
    assert (type(absent), type(unpredicted)) == (PageAbsent, NotPredicted)
    assert "Redis does not answer" in str(unpredicted)


def test_one_item_is_read_ahead_and_an_error_waits_for_its_turn() -> None:
    began = [threading.Event() for _ in range(4)]
    taken: list[int] = []

    def read(number: int) -> int:
        began[number].set()
        if number == 2:
            raise KeyError(number)
        return number * 10

    def numbers() -> Iterator[int]:
        for number in range(4):
            taken.append(number)
            yield number

    found = read_ahead(read, numbers())
    assert next(found) == (0, 0)
    assert began[1].wait(10)
    assert taken == [0, 1]
    assert next(found) == (1, 10)
    with pytest.raises(KeyError):
        next(found)


def test_documents_of_words_alone_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    read = made(linked([("Text", "a line", 0, 0)]))
    for page in read["pages"]:
        page["word_count"] = 2
    monkeypatch.setattr("prelabel.results.read.read_results", lambda *_, **__: iter([read]))
    cli = Cli(monkeypatch, capsys)

    assert "1 documents have words, but no field; --words writes the words" in cli("results", 6).error_line()
    assert cli("results", 6, "--words").err == ""
    assert cli("results", 6, "--words", "--format", "csv").code == 2
    read["fields"] = made(linked([("NO", "7", 0, 0)]))["fields"]
    assert cli("results", 6).err == ""


def test_pages_with_remarks_are_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    read = made(*[replace(linked([]), remarks=(Remark(INK_WITHOUT_WORDS),))] * 3)
    monkeypatch.setattr("prelabel.results.read.read_results", lambda *_, **__: iter([read]))

    done = Cli(monkeypatch, capsys)("results", 6)

    assert done.code == 0
    assert "3 pages: the page has ink, but no word could be read; look at the page" in done.error_line()


def test_a_label_of_ones_own_is_a_row() -> None:
    rows = list(document_rows(made(linked([("INVOICE_NUMBER", "NP-20418", 0, 0), ("상호", "한빛", 0, 20)]))))

    found = [(row["key"], row["name"], row["value"], row["source"]) for row in rows]
    assert found == [
        ("INVOICE_NUMBER", "invoice_number", "NP-20418", "prediction"), ("상호", "상호", "한빛", "prediction"),
    ]  # fmt: skip
