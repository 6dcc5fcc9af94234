"""Families of Korean office documents: links, words, tables and questions; families kept out of training."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from synthetic import FAMILIES, HELD_OUT, SyntheticPage, generate
from synthetic.canvas import Canvas
from synthetic.korean.blocks.common_parts import Headings
from synthetic.korean.blocks.grid import Cell, ruled
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.questions import Question, QuestionPrinter
from synthetic.korean.families import FAMILIES as OFFICE
from synthetic.korean.form_values import spelled
from synthetic.korean.held_out import parcel_and_hospital_bill, payslip, survey_and_inspection
from synthetic.korean.ocr_errors import is_hangul, misread_signs, misread_syllable
from synthetic.korean.vocabulary import KOREAN
from synthetic.style import Style

SEEDS = range(12)


@pytest.fixture(scope="module", params=[family.name for family in OFFICE])
def pages(request: pytest.FixtureRequest) -> list[SyntheticPage]:
    return [generate(seed, "ko", family=request.param, printed=True) for seed in SEEDS]


def _links(made: SyntheticPage) -> Counter[tuple[str, str]]:
    entities = made.page.entities or ()
    return Counter((entities[x.source].label, entities[x.target].label) for x in made.page.links or ())


def test_links_lead_down_from_headers_to_answers(pages: list[SyntheticPage]) -> None:
    found = sum((_links(made) for made in pages), Counter())

    assert set(found) <= {("QUESTION", "ANSWER"), ("HEADER", "QUESTION")}
    assert found["QUESTION", "ANSWER"] >= 4 * len(pages)


def test_nearly_every_answer_has_its_question(pages: list[SyntheticPage]) -> None:
    answers = [
        (made, number)
        for made in pages
        for number, entity in enumerate(made.page.entities or ())
        if entity.label == "ANSWER"
    ]
    free = [number for made, number in answers if number not in {x.target for x in made.page.links or ()}]

    # Dates above a signature and names before 귀하 have none.
    assert len(free) <= 3 * len(pages)
    assert len(free) < 0.25 * len(answers)


def test_most_words_are_korean_and_on_the_page(pages: list[SyntheticPage]) -> None:
    words = [(word, made.page) for made in pages for word in made.page.words]

    assert sum(any(map(is_hangul, word.text)) for word, _ in words) > 0.35 * len(words)
    for word, page in words:
        assert 0 <= word.box.x0 < word.box.x1 <= page.width_px + 2
        assert 0 <= word.box.y0 < word.box.y1 <= page.height_px


def test_words_do_not_lie_upon_each_other(pages: list[SyntheticPage]) -> None:
    covered = total = 0
    for made in pages:
        boxes = [word.box for word in made.page.words]
        for number, a in enumerate(boxes):
            total += 1
            covered += any(
                min(a.x1, b.x1) - max(a.x0, b.x0) > 0.4 * min(a.width, b.width)
                and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.4 * min(a.height, b.height)
                for b in boxes[number + 1 :]
            )

    assert covered < 0.02 * total


def test_pages_of_a_family_differ(pages: list[SyntheticPage]) -> None:
    assert len({" ".join(word.text for word in made.page.words) for made in pages}) == len(pages)


def test_there_are_many_families_and_five_are_held_out() -> None:
    trained = [family for family in OFFICE if not family.held_out]

    assert len(trained) >= 40
    assert {family.name for family in OFFICE if family.held_out} == set(HELD_OUT) & {each.name for each in OFFICE}
    assert len(HELD_OUT & {family.name for family in OFFICE}) == 5


def test_training_never_draws_what_is_held_out() -> None:
    trained = {generate(seed, "ko").family for seed in range(200)}
    held_out = {generate(seed, "ko", held_out=True).family for seed in range(60)}

    assert not trained & HELD_OUT
    assert held_out == {family.name for family in FAMILIES if family.held_out and "ko" in family.languages}


def test_held_out_families_share_no_layout_with_trained_ones() -> None:

    for module in (payslip, parcel_and_hospital_bill, survey_and_inspection):
        assert not {"ruled", "Paper", "grid", "fields", "tables", "prose"} & set(vars(module))


def test_office_pages_are_quick() -> None:
    started = time.process_time()
    for seed in range(100):
        generate(seed, "ko", family=OFFICE[seed % len(OFFICE)].name)

    # Twice the usual time: test machines are shared.
    assert time.process_time() - started < 2.0


def test_a_grid_links_cells_to_the_names_left_and_above() -> None:
    canvas = Canvas(Random(1), KOREAN, 800, 1000, 12)
    rows = [
        [
            Cell((("HEADER", "공급자"),), rows=2, upright=True),
            Cell((("QUESTION", "상호"),)),
            Cell((("ANSWER", "한빛"),)),
        ],
        [Cell((("QUESTION", "주소"),)), Cell((("ANSWER", "서울"),))],
        [Cell((("QUESTION", "품명"),), columns=2), Cell((("QUESTION", "수량"),))],
        [Cell((("QUESTION", "볼트"),), columns=2), Cell((("ANSWER", "3"),), keys="both")],
    ]

    bottom = ruled(canvas, 10, 400, 20, (1, 2, 3), rows)

    texts = {ink.entity: ink.text for ink in reversed(canvas.inks)}
    assert {(texts[a], texts[b]) for a, b in canvas.links} == {
        ("공", "상호"),
        ("공", "주소"),
        ("상호", "한빛"),
        ("주소", "서울"),
        ("볼트", "3"),
        ("수량", "3"),
    }
    assert all(20 < ink.y0 < ink.y1 < bottom for ink in canvas.inks)


def test_sums_are_spelled_as_on_cheques() -> None:
    assert spelled(1_200_000) == "일백이십만"
    assert spelled(200_030_004) == "이억삼만사"


def test_misread_syllables_are_other_syllables() -> None:
    rng = Random(3)
    for char in "가힣뷁공급받는자사업등록번호":
        read = {misread_syllable(char, rng) for _ in range(30)}
        assert all(map(is_hangul, read))
        assert read - {char}


def test_signs_are_misread_and_words_are_not() -> None:
    rng = Random(3)

    assert misread_signs("등록번호", rng) == "등록번호"
    assert {misread_signs("□", rng) for _ in range(40)} & {"O", "ㅁ", "[]"}


def _paper(filled: float = 1.0) -> Paper:
    rng = Random(5)
    style = replace(Style.draw(rng, KOREAN), filled=filled)
    return Paper(Canvas(rng, KOREAN, 827, 1169, 12), style)


def _texts(canvas: Canvas) -> dict[int, str]:
    texts: dict[int, list[str]] = {}
    for ink in canvas.inks:
        texts.setdefault(ink.entity, []).append(ink.text)
    return {entity: " ".join(parts) for entity, parts in texts.items()}


@pytest.mark.parametrize("seed", range(8))
def test_a_cell_of_a_crossed_table_belongs_to_its_row_and_its_column(seed: int) -> None:
    canvas = Canvas(Random(seed), KOREAN, 827, 1169, 12)
    paper = Paper(canvas, Style.draw(canvas.rng, KOREAN))
    names = {"앞": ("시력", "청력", "혈압"), "뒤": ("체중", "신장", "맥박")}
    columns = (Column("결과", lambda _: "71", needed=True), Column("전년", lambda _: "72", needed=True))

    named_row_table(paper, TableKind("검사명", names, columns), Headings(paper))

    texts = _texts(canvas)
    cells = [entity for entity, text in texts.items() if text in ("71", "72")]
    assert cells
    for cell in cells:
        keys = [source for source, target in canvas.links if target == cell]
        assert len(keys) == 2
        row, column = sorted(
            (next(ink for ink in canvas.inks if ink.entity == key) for key in keys), key=lambda i: i.x0
        )
        ink = next(ink for ink in canvas.inks if ink.entity == cell)
        assert abs(row.y0 - ink.y0) < abs(column.y0 - ink.y0)


@pytest.mark.parametrize("filled", [0.0, 1.0])
def test_only_the_chosen_option_of_a_question_answers_it(filled: float) -> None:
    paper = _paper(filled)

    QuestionPrinter(paper).print_all([Question("담배를 피우십니까?", "아니오|예|끊었음")])

    canvas, texts = paper.canvas, _texts(paper.canvas)
    answers = [entity for entity in texts if canvas.labels[entity] == "ANSWER"]
    options = {text: canvas.labels[entity] for entity, text in texts.items() if text in ("아니오", "예", "끊었음")}
    assert len(answers) == len(canvas.links) == int(filled)
    assert sorted(options.values()) == ["ANSWER"] * int(filled) + ["OTHER"] * (3 - int(filled))
