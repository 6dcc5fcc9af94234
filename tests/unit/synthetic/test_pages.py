"""Synthetic pages: one page for one seed, consistent truth, English and Korean, fast enough."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import pytest
from click.testing import CliRunner

from prelabel.errors import SettingError
from synthetic import FAMILIES, HELD_OUT, LABELS, SyntheticPage, generate, page_statistics
from synthetic.canvas import Canvas
from synthetic.english.vocabulary import ENGLISH
from synthetic.family import Family
from synthetic.ocr_noise import read

SEEDS = range(120)


@pytest.fixture(scope="module")
def pages() -> list[SyntheticPage]:
    return [generate(seed) for seed in SEEDS]


def test_the_same_seed_gives_the_same_page(pages: list[SyntheticPage]) -> None:
    assert [generate(seed) for seed in range(10)] == pages[:10]


def test_different_seeds_give_different_pages(pages: list[SyntheticPage]) -> None:
    texts = {" ".join(word.text for word in made.page.words) for made in pages if made.page.words}

    assert len(texts) == sum(1 for made in pages if made.page.words)


def test_the_language_can_be_chosen() -> None:
    korean = "".join(word.text for seed in range(5) for word in generate(seed, "ko").page.words)
    english = "".join(word.text for seed in range(5) for word in generate(seed, "en").page.words)

    assert sum("가" <= c <= "힣" for c in korean) > 0.3 * len(korean)
    assert not any("가" <= c <= "힣" for c in english)


def test_both_languages_are_drawn(pages: list[SyntheticPage]) -> None:
    counts = Counter(made.language for made in pages)

    assert min(counts["en"], counts["ko"]) > 0.25 * len(pages)


def test_words_have_text_and_lie_on_the_page(pages: list[SyntheticPage]) -> None:
    for made in pages:
        for word in made.page.words:
            assert word.text.strip() == word.text != ""
            assert 0 <= word.box.x0 < word.box.x1 <= made.page.width_px
            assert 0 <= word.box.y0 < word.box.y1 <= made.page.height_px


def test_labels_and_entities_agree(pages: list[SyntheticPage]) -> None:
    for made in pages:
        page = made.page
        assert page.labels is not None
        assert page.entities is not None
        assert len(page.labels) == len(page.words)
        assert all(page.labels[i].label == entity.label for entity in page.entities for i in entity.words)
        grouped = [i for entity in page.entities for i in entity.words]
        assert len(grouped) == len(set(grouped))
        assert all(page.labels[i].label == "OTHER" for i in set(range(len(page.words))) - set(grouped))


def test_links_lead_from_headers_to_fields_and_from_questions_to_answers(pages: list[SyntheticPage]) -> None:
    kinds: Counter[tuple[str, str]] = Counter()
    for made in pages:
        entities = made.page.entities or ()
        pairs = [(x.source, x.target) for x in made.page.links or ()]
        assert len(pairs) == len(set(pairs))
        kinds.update((entities[a].label, entities[b].label) for a, b in pairs)

    assert set(kinds) == {("QUESTION", "ANSWER"), ("HEADER", "QUESTION")}
    assert kinds["HEADER", "QUESTION"] > 0.05 * kinds.total()


def test_questions_have_none_one_or_many_answers(pages: list[SyntheticPage]) -> None:
    answers = Counter[int]()
    for made in pages:
        entities = made.page.entities or ()
        links = Counter(x.source for x in made.page.links or ())
        answers.update(links[number] for number, each in enumerate(entities) if each.label == "QUESTION")

    assert (
        min(answers[0], answers[1], sum(count for number, count in answers.items() if number > 1))
        > 0.05 * answers.total()
    )


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_fills_pages_in_each_of_its_languages(family: Family) -> None:
    for language in family.languages:
        made = [generate(seed, language, family=family.name) for seed in range(4)]

        assert {(each.family, each.language) for each in made} == {(family.name, language)}
        assert sum(len(each.page.words) for each in made) > 4 * 20
        assert {"QUESTION", "ANSWER", "OTHER"} <= {label.label for each in made for label in each.page.labels or ()}


def test_families_have_names_of_their_own_and_both_languages_have_many() -> None:
    names = [family.name for family in FAMILIES]

    assert len(names) == len(set(names))
    for language, least in (("en", 40), ("ko", 15)):
        assert sum(language in family.languages for family in FAMILIES) >= least


def test_held_out_families_come_only_on_request(pages: list[SyntheticPage]) -> None:
    assert HELD_OUT
    assert not {made.family for made in pages} & HELD_OUT
    assert {generate(seed, held_out=True).family for seed in range(20)} <= HELD_OUT
    name = min(HELD_OUT)
    assert generate(1, family=name).family == name


@pytest.mark.parametrize(
    "how",
    [{"family": "nonsense"}, {"family": "memo", "language": "ko"}, {"language": "fr"}],
    ids=["name", "both", "language"],
)
def test_a_request_that_no_family_fits_is_refused(how: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="famil"):
        generate(0, **how)  # type: ignore[arg-type]


def test_every_label_and_much_other_text_occur(pages: list[SyntheticPage]) -> None:
    counts = Counter(label.label for made in pages for label in made.page.labels or ())
    total = sum(counts.values())

    assert set(counts) == {*LABELS, "OTHER"}
    assert counts["OTHER"] > 0.1 * total
    assert counts["HEADER"] > 0.01 * total


def test_a_hundred_pages_take_no_more_than_a_second_of_one_core() -> None:
    started = time.process_time()
    for seed in range(100):
        generate(seed)

    # Twice the usual time: test machines are shared.
    assert time.process_time() - started < 2.0


def test_the_statistics_of_pages() -> None:
    done = CliRunner().invoke(page_statistics.main, ["--pages", "5", "--language", "en"], catch_exceptions=False)

    first, *families, last = done.output.splitlines()
    assert first.endswith("pages a second of one core")
    assert 1 <= len(families) <= 5
    assert last.startswith("all: 5 pages, ")


def test_pages_of_a_typist_have_glyphs_of_one_width() -> None:
    canvas = Canvas(Random(1), ENGLISH, 800, 1000, 12, pitch=0.6, upper=frozenset(("QUESTION",)))
    canvas.text("illicit", 10, 10, "QUESTION")
    canvas.text("whammow", 10, 40, "ANSWER")

    one, two = canvas.inks
    assert one.x1 - one.x0 == pytest.approx(two.x1 - two.x0)
    assert (one.text, two.text) == ("ILLICIT", "whammow")


def test_noise_keeps_the_canvas_as_it_is() -> None:
    canvas = Canvas(Random(1), ENGLISH, 800, 1000, 12)
    canvas.text("Total amount due: 12.50", 10, 10, "QUESTION")
    before = [(ink.text, ink.x0) for ink in canvas.inks]

    read(canvas)

    assert [(ink.text, ink.x0) for ink in canvas.inks] == before
