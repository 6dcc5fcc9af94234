"""The generator: one seed one page, sane truth, English and Korean, fast enough."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from prelabel.training.synthetic import LABELS, SyntheticPage, generate
from prelabel.training.synthetic.noise import read

SEEDS = range(120)


@pytest.fixture(scope="module")
def pages() -> list[SyntheticPage]:
    return [generate(seed) for seed in SEEDS]


def test_the_same_seed_gives_the_same_page(pages: list[SyntheticPage]) -> None:
    assert [generate(seed) for seed in range(10)] == pages[:10]


def test_different_seeds_give_different_pages(pages: list[SyntheticPage]) -> None:
    texts = {" ".join(word.text for word in made.page.words) for made in pages if made.page.words}

    assert len(texts) == sum(1 for made in pages if made.page.words)


def test_a_language_can_be_asked_for() -> None:
    korean = "".join(word.text for seed in range(5) for word in generate(seed, "ko").page.words)
    english = "".join(word.text for seed in range(5) for word in generate(seed, "en").page.words)

    assert sum("가" <= c <= "힣" for c in korean) > 0.3 * len(korean)
    assert not any("가" <= c <= "힣" for c in english)


def test_both_languages_come_by_themselves(pages: list[SyntheticPage]) -> None:
    counts = Counter(made.language for made in pages)

    assert min(counts["en"], counts["ko"]) > 0.25 * len(pages)


def test_words_have_text_and_lie_on_the_page(pages: list[SyntheticPage]) -> None:
    for made in pages:
        for word in made.page.words:
            assert word.text.strip() == word.text != ""
            assert 0 <= word.box.x0 < word.box.x1 <= made.page.width_px
            assert 0 <= word.box.y0 < word.box.y1 <= made.page.height_px


def test_tags_labels_and_entities_tell_the_same(pages: list[SyntheticPage]) -> None:
    for made in pages:
        page = made.page
        assert page.labels is not None
        assert page.entities is not None
        assert len(made.tags) == len(page.words)
        for entity in page.entities:
            first, *rest = entity.words
            assert made.tags[first] == f"B-{entity.label}"
            assert all(made.tags[i] == f"I-{entity.label}" for i in rest)
        grouped = [i for entity in page.entities for i in entity.words]
        assert len(grouped) == len(set(grouped))
        assert all(made.tags[i] == "O" for i in set(range(len(page.words))) - set(grouped))


def test_links_lead_from_questions_to_answers(pages: list[SyntheticPage]) -> None:
    for made in pages:
        entities = made.page.entities or ()
        for link in made.page.links or ():
            assert (entities[link.source].label, entities[link.target].label) == ("QUESTION", "ANSWER")


def test_every_label_and_much_other_text_occur(pages: list[SyntheticPage]) -> None:
    counts = Counter(label.label for made in pages for label in made.page.labels or ())
    total = sum(counts.values())

    assert set(counts) == {*LABELS, "OTHER"}
    assert counts["OTHER"] > 0.2 * total
    assert counts["HEADER"] > 0.01 * total


def test_a_hundred_pages_take_no_more_than_a_second_of_one_core() -> None:
    started = time.process_time()
    for seed in range(100):
        generate(seed)

    # twice the room: the machines of tests are shared
    assert time.process_time() - started < 2.0


def test_noise_keeps_the_canvas_as_it_is() -> None:
    from random import Random

    from prelabel.training.synthetic.canvas import Canvas
    from prelabel.training.synthetic.english import ENGLISH

    canvas = Canvas(Random(1), ENGLISH, 800, 1000, 12)
    canvas.text("Total amount due: 12.50", 10, 10, "QUESTION")
    before = [(ink.text, ink.x0) for ink in canvas.inks]

    read(canvas)

    assert [(ink.text, ink.x0) for ink in canvas.inks] == before
