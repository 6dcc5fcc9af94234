"""Pages with long prose: prose that answers labels, and prose that answers none."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from synthetic import SyntheticPage, generate
from synthetic.canvas import Canvas
from synthetic.english import narration
from synthetic.english.families.narratives import FAMILIES as ENGLISH
from synthetic.english.trades import TRADES
from synthetic.english.vocabulary import AMERICAN
from synthetic.family import Family
from synthetic.korean.blocks import prose_answers
from synthetic.korean.families.narratives import FAMILIES as OFFICE
from synthetic.korean.vocabulary import KOREAN


def _long(made: SyntheticPage) -> int:
    """Return the number of words in answers of at least 20 words."""
    return sum(len(e.words) for e in made.page.entities or () if e.label == "ANSWER" and len(e.words) >= 20)


@pytest.mark.parametrize("family", [*ENGLISH, *OFFICE], ids=lambda family: family.name)
def test_prose_answers_labels_beside_prose_that_answers_none(family: Family) -> None:
    made = [generate(seed, family=family.name, printed=True) for seed in range(25)]

    counts = Counter(label.label for each in made for label in each.page.labels or ())
    assert sum(map(_long, made)) > 0.1 * counts.total()
    assert counts["OTHER"] > 0.03 * counts.total()
    for each in made:
        answered = {link.target for link in each.page.links or ()}
        long = [n for n, e in enumerate(each.page.entities or ()) if e.label == "ANSWER" and len(e.words) >= 20]
        assert answered.issuperset(long)


@pytest.mark.parametrize(("language", "least", "most"), [("en", 0.09, 0.18), ("ko", 0.04, 0.1)])
def test_long_answers_are_a_tenth_of_all_english_words_and_less_of_the_korean(
    language: str, least: float, most: float
) -> None:
    made = [generate(seed, language) for seed in range(200)]

    assert least < sum(map(_long, made)) / sum(len(each.page.words) for each in made) < most


@pytest.mark.parametrize("kind", narration.KINDS)
def test_every_trade_has_words_for_every_kind_of_prose(kind: str) -> None:
    rng = Random(1)
    texts = {narration.narrate(AMERICAN, rng, kind, 6, trade) for trade in TRADES for _ in range(20)}

    assert len(texts) == 20 * len(TRADES)
    assert not any("~" in text for text in texts)


def test_particles_follow_the_syllable_before_them() -> None:
    rng = Random(1)
    text = " ".join(
        prose_answers.narrate(KOREAN, rng, "account", 12, {**dict.fromkeys("netrdflka", ("물",)), "w": ("나",)})
    )

    assert "물을" in text
    assert "나는" in text
    assert "물로" in text
    assert not {"물를", "나은", "물으로"} & set(text.replace(",", " ").split())
    assert "(" not in text


def test_prose_behind_a_label_continues_at_the_margin() -> None:
    canvas = Canvas(Random(1), AMERICAN, 800, 1000, 12)
    canvas.text("word " * 30, 20, 10, "ANSWER", room=300, first=120)

    lines = sorted({ink.y0 for ink in canvas.inks})
    starts = [min(ink.x0 for ink in canvas.inks if ink.y0 == line) for line in lines]
    assert starts == [140] + [20] * (len(lines) - 1)
    assert max(ink.x1 for ink in canvas.inks) <= 320 + 12


def test_hurried_writing_has_other_words() -> None:
    text = "The clerk asked about the invoice because the department was without a cabinet. The truck was late."

    assert len({narration.write_hurriedly(text, Random(seed)) for seed in range(10)}) == 10
    assert narration.write_as_telegram(text, Random(1)).startswith("CLERK ASKED ABOUT INVOICE")
