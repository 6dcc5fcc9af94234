"""Training of the confidence: worn pages by seed, curves that only rise or fall, the command from pages to a model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from prelabel.kie.confidence import curves
from prelabel.kie.confidence.curves import Curves
from prelabel.kie.confidence.word_signs import TESSERACT
from prelabel.page import Page, Word
from prelabel.training.confidence import examples
from prelabel.training.confidence.__main__ import main
from prelabel.training.confidence.examples import as_printed
from prelabel.training.confidence.fitting import calibrated, fitted
from prelabel.training.confidence.worn_pages import WornPage, worn_page
from synthetic import generate
from synthetic.rendering import picture


def test_a_seed_gives_the_same_picture_and_wear_changes_with_it() -> None:
    pages = [worn_page(seed) for seed in range(9_300_000_000, 9_300_000_008)]

    assert np.array_equal(np.asarray(worn_page(9_300_000_000).image), np.asarray(pages[0].image))
    assert {page.made.language for page in pages} == {"en", "ko"}
    assert {page.image.mode for page in pages} == {"L"}
    assert len({page.wear for page in pages}) > 4


def test_answers_alone_are_written_by_hand() -> None:
    made = generate(11, "en", printed=True)

    printed, written = (np.asarray(picture(made, written=way)).astype(int) for way in (False, True))

    changed = np.abs(printed - written) > 60
    for word, label in zip(made.page.words, made.page.labels or (), strict=True):
        box = word.box
        part = changed[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)]
        if label.label == "QUESTION" and len(word.text) > 3:
            assert part.mean() < 0.02
        if label.label == "ANSWER" and len(word.text) > 3 and word.text.isalpha():
            assert part.any()


def test_curves_rise_with_confidences_even_where_the_examples_do_not() -> None:
    rng = np.random.default_rng(2)
    link, odd, other = rng.uniform(-1, 5, 4000), rng.integers(0, 2, 4000).astype(float), rng.normal(size=4000)
    chance = 1 / (1 + np.exp(-(np.minimum(link, 2) - 2 * odd - 0.4 * np.maximum(link - 4, 0))))
    right = (rng.random(4000) < chance).astype(float)

    made = fitted({"link": link, "value_odd": odd, "tails": other}, right, np.ones(4000), 1.0)

    rising = [y for _, y in made.curves["link"]]
    assert rising == sorted(rising)
    assert rising[-1] > 1.5
    assert made.curves["value_odd"][-1][1] == pytest.approx(-2, abs=0.4)
    found = made.chances({"link": np.array([0.0, 3.0]), "value_odd": np.zeros(2), "tails": np.zeros(2)})
    assert found.tolist() == pytest.approx([0.5, 0.88], abs=0.05)
    again = fitted({"link": link, "value_odd": odd, "tails": other}, right, np.ones(4000), 1.0)
    assert again == made


def test_the_last_curve_mends_sums_that_say_too_little() -> None:
    rng = np.random.default_rng(3)
    sign = rng.uniform(-3, 3, 4000)
    right = (rng.random(4000) < 1 / (1 + np.exp(-2 * sign))).astype(float)
    weak = Curves(0.0, {"a": ((-3.0, -3.0), (3.0, 3.0))})

    made = calibrated(weak, {"a": sign}, right, np.ones(4000), 1.0)

    assert [y for _, y in made.last] == sorted(y for _, y in made.last)
    found = made.chances({"a": np.array([-1.0, 0.0, 1.0])})
    assert found.tolist() == pytest.approx([0.12, 0.5, 0.88], abs=0.06)


def test_the_command_writes_curves_that_can_be_read_and_reads_no_page_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an engine that reads what is printed, with doubts of its own
    rng = np.random.default_rng(4)
    read: list[object] = []

    def reading(image: object, _: object) -> Page:
        page = made[len(read)]
        read.append(image)
        words = tuple(
            Word(w.text if sure > 0.4 else w.text + "x", w.box, float(sure), TESSERACT)
            for w, sure in zip(page.words, rng.random(len(page.words)), strict=True)
        )
        return Page(page.width_px, page.height_px, page.width_px, page.height_px, words=words)

    pages = [generate(seed, printed=True) for seed in range(4)]
    made = [page.page for page in pages]
    monkeypatch.setattr(examples, "read_image", reading)
    monkeypatch.setattr(examples, "choice_for", lambda *_: None)
    monkeypatch.setattr(
        examples, "worn_page", lambda seed, **_: WornPage(pages[seed - examples.FIRST_SEED], picture(pages[0]), "clean")
    )
    monkeypatch.setattr("prelabel.training.confidence.__main__.naf_pages", lambda _: [(as_printed(made[0]), ())])
    args = ["--pages", "4", "--naf", str(tmp_path), "--kept", str(tmp_path / "kept"), "--out", str(tmp_path / "out")]

    outcome = CliRunner().invoke(main, args)

    assert outcome.exit_code == 0, outcome.output
    config = json.loads((tmp_path / "out" / "config.json").read_text("utf-8"))
    assert config["training"]["pages"] == 4
    monkeypatch.setattr(curves, "SHIPPED", tmp_path / "out" / "config.json")
    curves.shipped.cache_clear()
    assert set(curves.shipped().curves) == set(config["curves"])
    curves.shipped.cache_clear()
    before = (tmp_path / "out" / "config.json").read_bytes()
    assert CliRunner().invoke(main, args).exit_code == 0
    assert (len(read), (tmp_path / "out" / "config.json").read_bytes()) == (4, before)
    curves.shipped.cache_clear()


def test_pages_as_printed_have_exact_words_and_nothing_else() -> None:
    made = generate(3, "ko", printed=True).page

    bare = as_printed(made)

    assert {(word.engine, word.confidence) for word in bare.words} == {("text_layer", 1.0)}
    assert (bare.labels, bare.entities, bare.links, bare.key_values) == (None, None, None, None)
    assert [word.text for word in bare.words] == [word.text for word in made.words]
