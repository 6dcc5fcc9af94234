"""Alignment rule on typical layouts of forms."""

from __future__ import annotations

import time

from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.alignment import link
from prelabel.page import Box
from synthetic import generate
from tests.support.forms import A, H, Q, form


def pairs(*items: tuple[str, str, float, float]) -> list[tuple[str, str]]:
    words, entities = form(*items)
    return [(pair.key, pair.value) for pair in key_values(words, entities, link(words, entities))]


def test_nothing_gives_nothing() -> None:
    assert link([], []) == ()
    assert pairs((Q, "Name:", 0, 0)) == []
    assert pairs((A, "Kim", 0, 0)) == []


def test_label_left_value_right() -> None:
    assert pairs((Q, "Name:", 0, 0), (A, "Kim Minho", 100, 0), (Q, "Date:", 0, 20), (A, "2024-01-02", 100, 20)) == [
        ("Name", "Kim Minho"),
        ("Date", "2024-01-02"),
    ]


def test_two_columns_of_fields() -> None:
    found = pairs(
        (Q, "상호", 0, 0), (A, "한빛상사", 60, 0), (Q, "성명", 200, 0), (A, "김민호", 260, 0),
        (Q, "주소", 0, 20), (Q, "전화", 200, 20), (A, "02-123-4567", 260, 20),
    )  # fmt: skip

    assert found == [("상호", "한빛상사"), ("성명", "김민호"), ("전화", "02-123-4567")]


def test_label_above_value() -> None:
    found = pairs((Q, "Issue date", 0, 0), (Q, "Due date", 120, 0), (A, "14 March", 0, 14), (A, "13 April", 120, 14))

    assert found == [("Issue date", "14 March"), ("Due date", "13 April")]


def test_every_cell_of_a_column_leads_to_its_header() -> None:
    cells = [
        (A, text, x, y)
        for y, row in ((20, ("Pen", "6")), (40, ("Ink", "12")), (60, ("Tape", "1")))
        for text, x in zip(row, (0, 112), strict=True)
    ]

    found = pairs((Q, "Item", 0, 0), (Q, "Qty", 100, 0), *cells)

    assert sorted(found) == sorted(
        [("Item", "Pen"), ("Item", "Ink"), ("Item", "Tape"), ("Qty", "6"), ("Qty", "12"), ("Qty", "1")]
    )


def test_a_table_with_names_on_both_sides_gives_both_links() -> None:
    found = pairs(
        (Q, "Male", 100, 0), (Q, "Female", 200, 0),
        (Q, "Seoul", 0, 20), (A, "12", 100, 20), (A, "15", 200, 20),
        (Q, "Busan", 0, 40), (A, "8", 100, 40), (A, "9", 200, 40),
    )  # fmt: skip

    assert {("Male", "12"), ("Seoul", "12"), ("Busan", "9"), ("Female", "9")} <= set(found)


def test_a_list_below_the_first_answer_belongs_to_the_same_question() -> None:
    assert pairs((Q, "cc:", 0, 0), (A, "Kim", 40, 0), (A, "Lee", 40, 14)) == [("cc", "Kim"), ("cc", "Lee")]


def test_totals_below_a_table_keep_to_their_names() -> None:
    found = pairs((Q, "Amount", 200, 0), (A, "10.00", 206, 20), (Q, "Subtotal", 120, 40), (A, "10.00", 206, 40))

    assert ("Subtotal", "10.00") in found
    assert found.count(("Amount", "10.00")) == 1


def test_a_box_ticked_before_its_name() -> None:
    assert pairs((A, "X", 0, 0), (Q, "Express", 10, 0)) == [("Express", "X")]


def test_confidence_falls_with_distance_and_stays_in_range() -> None:
    words, entities = form((Q, "a", 0, 0), (A, "near", 20, 0), (Q, "b", 0, 40), (A, "far", 400, 40))

    near, far = link(words, entities)

    assert 1 >= near.confidence > far.confidence > 0


def test_headers_lead_to_the_questions_below_them() -> None:
    words, entities = form((H, "Contact", 0, 0), (Q, "Name", 0, 20), (A, "Kim", 60, 20))

    assert {(x.source, x.target) for x in link(words, entities)} == {(0, 1), (1, 2)}


def test_labels_in_any_case_count() -> None:
    assert pairs(("question", "Name", 0, 0), ("Answer", "Kim", 60, 0)) == [("Name", "Kim")]


def test_gold_entities_of_synthetic_pages() -> None:
    # Given a hundred pages with gold entities
    found = right = wanted = 0
    for seed in range(100):
        page = generate(seed).page
        entities = page.entities or ()
        truth = {(x.source, x.target) for x in page.links or () if entities[x.target].label == A}
        linked = {(x.source, x.target) for x in link(page.words, entities) if entities[x.target].label == A}
        found, right, wanted = found + len(linked), right + len(linked & truth), wanted + len(truth)

    # Then most answers have their question: cells have two questions, of which the rule finds one
    assert 2 * right / (found + wanted) > 0.85


def test_keys_lose_their_colons_and_text_is_composed() -> None:
    words, entities = form((Q, "품명 :", 0, 0), (A, "가방", 60, 0))

    (pair,) = key_values(words, entities, link(words, entities))

    assert (pair.key, pair.value) == ("품명", "가방")
    assert pair.key_box == Box(0, 0, 23, 10)
    assert pair.value_box == Box(60, 0, 60 + 6 * len("가방"), 10)


def test_five_thousand_cells_take_no_minutes() -> None:
    cells = [(A if (i + i // 50) % 2 else Q, "abc", 60.0 * (i % 50), 20.0 * (i // 50)) for i in range(5000)]
    words, entities = form(*cells)
    started = time.process_time()

    assert link(words, entities)
    assert time.process_time() - started < 5
