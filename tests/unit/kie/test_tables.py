"""Tables from links: rows and columns, gaps, cells in two lines, names of rows, and layouts that are no table."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from prelabel.kie.key_values.pairs import entity_text
from prelabel.kie.key_values.tables import Row, Table, cell_links, tables
from prelabel.page import Box, Link, Page, Word
from synthetic import generate
from tests.support.forms import A, Q, grid, linked


def found(page: Page) -> tuple[Table, ...]:
    return tables(page.words, page.entities or (), page.links or ())


def told(page: Page) -> list[list[list[str | None]]]:
    """Return every table as texts: its titles, then its rows, each with its name."""

    def text(index: int | None) -> str | None:
        return None if index is None else entity_text(page.words, (page.entities or ())[index])

    def cells(row: Row) -> list[str | None]:
        return [" ".join(text(i) or "" for i in cell.answers) if cell else None for cell in row.cells]

    return [
        [[text(column) for column in table.columns], *([text(row.question), *cells(row)] for row in table.rows)]
        for table in found(page)
    ]


def test_rows_and_columns_with_a_gap() -> None:
    page = grid(("Item", "Qty", "Price"), (("Pen", "6", "1.20"), ("Ink", "", "8.00"), ("Tape", "1", "2.50")))

    assert told(page) == [
        [
            ["Item", "Qty", "Price"],
            [None, "Pen", "6", "1.20"],
            [None, "Ink", None, "8.00"],
            [None, "Tape", "1", "2.50"],
        ]
    ]
    (table,) = found(page)
    assert table.pairs == {(x.source, x.target) for x in page.links or ()}


def test_every_link_into_a_table_is_a_cell_link_and_no_other() -> None:
    page = grid(("Item", "Qty"), (("Pen", "6"), ("Ink", "2")))
    field = linked([(Q, "Date", 500, 0), (A, "today", 560, 0)], (0, 1))
    entities = tuple(replace(e, words=tuple(i + len(page.words) for i in e.words)) for e in field.entities or ())
    both = replace(
        page,
        words=page.words + field.words,
        entities=(page.entities or ()) + entities,
        links=(*(page.links or ()), Link(6, 7, 0.9)),
    )
    assert cell_links(both) == {(link.source, link.target) for link in page.links or ()}


def test_a_cell_is_as_sure_as_its_weakest_link() -> None:
    page = grid(("A", "B"), (("a", "b"), ("c", "d")))
    page = replace(page, links=tuple(replace(x, confidence=0.1 * x.target) for x in page.links or ()))

    (table,) = found(page)

    assert [cell and cell.confidence for row in table.rows for cell in row.cells] == [0.1 * i for i in (2, 3, 4, 5)]


def test_fields_above_their_values_are_no_table() -> None:
    assert found(grid(("Issue date", "Due date", "Ref"), (("14 March", "13 April", "7"),))) == ()
    assert found(grid(("Items",), (("Pen",), ("Ink",)))) == ()
    assert (
        found(linked([(Q, "Name", 0, 0), (A, "Kim", 60, 0), (Q, "Date", 0, 20), (A, "May", 60, 20)], (0, 1), (2, 3)))
        == ()
    )


def test_a_text_in_two_lines_is_one_cell() -> None:
    page = linked(
        [
            (Q, "Item", 0, 0), (Q, "Qty", 100, 0), (Q, "Price", 200, 0),
            (A, "Pen, blue,", 0, 20), (A, "6", 100, 20), (A, "1.20", 200, 20), (A, "box of 12", 0, 32),
            (A, "Ink", 0, 60), (A, "1", 100, 60), (A, "8.00", 200, 60),
        ],
        (0, 3), (1, 4), (2, 5), (0, 6), (0, 7), (1, 8), (2, 9),
    )  # fmt: skip

    assert told(page)[0][1:] == [[None, "Pen, blue, box of 12", "6", "1.20"], [None, "Ink", "1", "8.00"]]


def test_a_row_without_the_leading_column_is_a_row() -> None:
    page = grid(("A", "B", "C"), (("1", "2", "3"), ("", "5", "6"), ("7", "8", "9")))

    assert told(page)[0][1:] == [[None, "1", "2", "3"], [None, None, "5", "6"], [None, "7", "8", "9"]]


def test_a_cell_over_several_rows_joins_none() -> None:
    page = grid(("Kind", "Item", "Qty"), (("", "Pen", "6"), ("Office", "Ink", "1"), ("", "Tape", "2")))
    words = tuple(
        replace(word, box=Box(word.box.x0, 20, word.box.x1, 70)) if word.text == "Office" else word
        for word in page.words
    )

    assert told(replace(page, words=words))[0][1:] == [
        [None, "Office", "Pen", "6"],
        [None, None, "Ink", "1"],
        [None, None, "Tape", "2"],
    ]


def test_names_of_rows() -> None:
    page = linked(
        [
            (Q, "Male", 100, 0), (Q, "Female", 200, 0),
            (Q, "Seoul", 0, 20), (A, "12", 100, 20), (A, "15", 200, 20),
            (Q, "Busan", 0, 40), (A, "8", 100, 40), (A, "9", 200, 40),
        ],
        (0, 3), (2, 3), (1, 4), (2, 4), (0, 6), (5, 6), (1, 7), (5, 7),
    )  # fmt: skip

    assert told(page) == [[["Male", "Female"], ["Seoul", "12", "15"], ["Busan", "8", "9"]]]
    (table,) = found(page)
    assert table.pairs == {(x.source, x.target) for x in page.links or ()}


def test_totals_below_a_table_are_none_of_its_rows() -> None:
    items = grid(("Item", "Amount"), (("Pen", "1"), ("Ink", "2"), ("", "3")))
    words, entities = items.words, items.entities or ()
    entities = (*entities, replace(entities[0], words=(len(words),)))
    words = (*words, Word("Total", Box(10, 60, 40, 70)))
    page = replace(items, words=words, entities=entities, links=(*(items.links or ()), Link(len(entities) - 1, 6)))

    assert told(page)[0][1:] == [[None, "Pen", "1"], [None, "Ink", "2"]]
    assert (len(entities) - 1, 6) not in found(page)[0].pairs


def test_a_row_that_is_named_by_chance_stays_one() -> None:
    rows = [(Q if x == y == 1 else A, f"{x}{y}", 100.0 * x, 20.0 + 20 * y) for y in range(3) for x in range(3)]
    titles = [(Q, title, 100.0 * x, 0.0) for x, title in enumerate("ABC")]
    cells = [(x, 3 + 3 * y + x) for y in range(3) for x in range(3) if (x, y) != (1, 1)]
    page = linked([*titles, *rows], *cells, (7, 8))

    assert told(page)[0][1:] == [
        [None, "00", "10", "20"],
        ["11", "01", None, "21"],
        [None, "02", "12", "22"],
    ]


def test_what_stands_far_below_or_alone_is_none_of_its_rows() -> None:
    page = grid(("A", "B"), (("1", "2"), ("3", "4"), ("5", "6"), *[("", "")] * 10, ("Kim", "Lee")))
    assert told(page)[0][1:] == [[None, "1", "2"], [None, "3", "4"], [None, "5", "6"]]
    alone = grid(("A", "B"), (("1", "2"), ("3", ""), ("5", "6"), ("Note", "")))
    assert told(alone)[0][1:] == [[None, "1", "2"], [None, "3", None], [None, "5", "6"]]


def test_tables_of_synthetic_pages_hold_every_answer_once() -> None:
    seen = 0
    for seed in range(40):
        page = generate(seed).page
        for table in found(page):
            answers = [i for row in table.rows for cell in row.cells if cell for i in cell.answers]
            assert len(answers) == len(set(answers))
            assert all(len(row.cells) == len(table.columns) for row in table.rows)
            seen += 1
    assert seen > 10


@pytest.mark.parametrize(("columns", "rows"), [(50, 100), (2, 2500), (2500, 2)])
def test_five_thousand_words_take_no_minutes(columns: int, rows: int) -> None:
    page = grid([f"t{i}" for i in range(columns)], [[f"{row}" for _ in range(columns)] for row in range(rows)])
    started = time.process_time()

    (table,) = found(page)

    assert time.process_time() - started < 5
    assert (len(table.columns), len(table.rows)) == (columns, rows)
