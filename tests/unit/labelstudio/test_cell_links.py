"""Links of table cells after people's corrections."""

from __future__ import annotations

import pytest

from prelabel.labelstudio.regions.cell_links import CellLink, Placed, cell_links
from prelabel.page import Box

Q, A = "QUESTION", "ANSWER"


def at(label: str, column: float, row: float, *, new: bool = False, columns: float = 1) -> Placed:
    """Place a region in a grid of 100 x 40 px."""
    return Placed(label, Box(100 * column, 40 * row, 100 * (column + columns) - 40, 40 * row + 20), new)


#: Two titles, two rows; the second row has a name: the total.
TABLE = {
    "item": at(Q, 1, 0),
    "price": at(Q, 2, 0),
    "pen": at(A, 1, 1),
    "1.20": at(A, 2, 1),
    "total": at(Q, 0, 2),
    "1.90": at(A, 2, 2),
}
KEPT = [["item", "pen", 0.9], ["price", "1.20", 0.8], ["price", "1.90", 0.7], ["total", "1.90", 0.6]]


def links(placed: dict[str, Placed], *drawn: tuple[str, str], kept: list[list[object]] = KEPT) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in cell_links(placed, kept, drawn)}


AS_KEPT = {("item", "pen"), ("price", "1.20"), ("price", "1.90"), ("total", "1.90")}


def test_untouched_cells_have_their_links_and_confidences() -> None:
    found = cell_links(TABLE, [*KEPT, *KEPT], [])
    assert CellLink("price", "1.20", 0.8) in found
    assert {(link.source, link.target) for link in found} == AS_KEPT
    assert len(found) == len(KEPT), "a copied region repeats the rows of its original"


def test_a_page_without_kept_links_gets_none() -> None:
    assert cell_links(TABLE | {"new": at(A, 1, 2, new=True)}, [], []) == ()


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ("pen", AS_KEPT - {("item", "pen")}),
        ("total", AS_KEPT - {("total", "1.90")}),
        ("price", {("item", "pen"), ("total", "1.90")}),
    ],
)
def test_a_deleted_region_takes_only_its_own_links_with_it(gone: str, left: set[tuple[str, str]]) -> None:
    assert links({id_: region for id_, region in TABLE.items() if id_ != gone}) == left


def test_a_title_drawn_anew_takes_over_the_cells() -> None:
    others = {id_: region for id_, region in TABLE.items() if id_ != "price"}
    assert links(others | {"unit price": at(Q, 2, 0, new=True)}) == {
        ("unit price" if source == "price" else source, target) for source, target in AS_KEPT
    }


def test_two_halves_of_a_title_become_one_by_deleting_the_linked_half() -> None:
    others = {id_: region for id_, region in TABLE.items() if id_ != "price"}
    assert ("other half", "1.20") in links(others | {"other half": at(Q, 2, 0.1)})


def test_a_false_title_that_is_deleted_is_not_replaced_by_a_question_elsewhere() -> None:
    others = {id_: region for id_, region in TABLE.items() if id_ != "price"}
    assert links(others | {"above": at(Q, 2, -5)}) == {("item", "pen"), ("total", "1.90")}


def test_a_drawn_relation_replaces_the_link_from_the_same_direction() -> None:
    assert links(TABLE, ("item", "1.90")) == AS_KEPT - {("price", "1.90")}
    assert links(TABLE, ("pen", "1.20")) == AS_KEPT, "from the left: the column stays"


def test_a_cell_drawn_by_hand_gets_its_column_and_its_row() -> None:
    drawn = TABLE | {"ink": at(A, 1, 2, new=True), "tape": at(A, 1, 3, new=True)}
    assert links(drawn) == AS_KEPT | {("item", "ink"), ("total", "ink"), ("item", "tape")}
    assert ("item", "ink") not in links(drawn, ("total", "ink")), "a person has linked it"


def test_a_column_drawn_by_hand_gets_its_cells() -> None:
    drawn = TABLE | {"qty": at(Q, 3, 0, new=True), "3": at(A, 3, 1, new=True)}
    assert ("qty", "3") in links(drawn)


def test_an_answer_far_below_or_beside_the_table_is_no_cell() -> None:
    assert links(TABLE | {"note": at(A, 1, 9, new=True), "aside": at(A, 5, 1, new=True)}) == AS_KEPT


def test_a_cell_that_was_moved_to_another_column_belongs_there() -> None:
    moved = TABLE | {"1.20": at(A, 1, 2, new=True)}
    assert links(moved) == AS_KEPT - {("price", "1.20")} | {("item", "1.20"), ("total", "1.20")}


def test_of_two_tables_the_nearer_title_counts() -> None:
    below = {"kind": at(Q, 1, 4), "blue": at(A, 1, 5), "red": at(A, 1, 6, new=True)}
    kept = [*KEPT, ["kind", "blue", 0.9]]
    assert ("kind", "red") in links(TABLE | below, kept=kept)
