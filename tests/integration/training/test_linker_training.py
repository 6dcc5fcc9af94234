"""Training of the linker: views of a page, reproducible files, sources without links of a kind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from prelabel.datasets.funsd import write_annotations
from prelabel.errors import SettingError
from prelabel.kie.link.candidates import KINDS
from prelabel.kie.link.learned import LearnedLinker
from prelabel.kie.link.loading import describe
from prelabel.kie.link.roles import certain_roles
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.tagger import Probabilities
from prelabel.page import Entity, Link, Page
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.settings import Settings
from prelabel.training.link_examples import examples, gold, linked_kinds, regrouped, relabelled
from prelabel.training.linker import LinkerTraining, train
from prelabel.training.sources import HELD_OUT
from synthetic import generate
from tests.support.cli_runs import Cli
from tests.unit.kie.test_link_features import form

SMALL = LinkerTraining(pages=30, rounds=15)
TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)  # no .env of the developer
    return Cli(monkeypatch, capsys)


@pytest.fixture(scope="module")
def tagger() -> CompactTagger:
    return CompactTagger.load(SHIPPED_COMPACT, "cpu")


@pytest.fixture(scope="module")
def trained(tagger: CompactTagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(SMALL, tmp_path_factory.mktemp("trained"), tagger)


def linked() -> Page:
    links = [(0, 1), (2, 3), (4, 5), (4, 6), (5, 8), (6, 7), (6, 9)]
    return replace(form(), links=tuple(Link(a, b) for a, b in links))


def told(page: Page, labels: dict[int, str]) -> Probabilities:
    """Return tag probabilities of the true tags, except for the words in `labels`."""
    rows = np.full((len(page.words), len(TAGS)), 0.01, np.float32)
    for entity in page.entities or ():
        for place, word in enumerate(entity.words):
            rows[word, TAGS.index(labels.get(word, f"{'I' if place else 'B'}-{entity.label}"))] = 0.94
    return rows


def test_a_linker_trained_in_seconds_links_better_than_chance(trained: Path) -> None:
    linker = LearnedLinker.load(trained)
    right = found = wanted = 0
    for number in range(20):
        page = generate(HELD_OUT + number).page
        links = linker.link(page.words, page.entities or (), certain_roles(page.entities or ()))
        here, there = ({(x.source, x.target) for x in each} for each in (links, page.links or ()))
        right, found, wanted = right + len(here & there), found + len(here), wanted + len(there)
    assert 2 * right / (found + wanted) > 0.75


def test_what_was_asked_for_is_kept_with_the_linker(trained: Path, tagger: CompactTagger) -> None:
    notes = json.loads((trained / "config.json").read_text("utf-8"))["training"]
    assert (notes["pages"], notes["rounds"], notes["tagger"]) == (30, 15, ["compact", tagger.digest])
    rows = [json.loads(line) for line in (trained / "metrics.jsonl").read_text("utf-8").splitlines()]
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(0 < row["f1"] <= 1 for row in rows)
    gains = json.loads((trained / "importances.json").read_text("utf-8"))
    assert sum(gains["answers"]["second"].values()) == pytest.approx(1, abs=0.01)


def test_the_same_numbers_give_the_same_files(trained: Path, tagger: CompactTagger, tmp_path: Path) -> None:
    again = train(SMALL, tmp_path / "again", tagger)
    for file in trained.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name


def test_gold_entities_keep_all_links() -> None:
    view = gold(linked())
    assert view.links == {(x.source, x.target) for x in linked().links or ()}
    made = examples(view, predicted=False)
    assert {kind: (made[kind].wanted, int(made[kind].truth.sum())) for kind in KINDS} == {
        "answers": (5, 5),
        "headers": (2, 2),
    }


def test_a_link_is_lost_where_an_end_has_another_label() -> None:
    page = linked()
    view = relabelled(page, told(page, {0: "B-ANSWER"}), TAGS, Random(0), 0.0)
    assert (view.page.entities or ())[0].label == "ANSWER"
    assert (0, 1) not in view.links
    assert view.lost == {"answers": 1, "headers": 0}
    assert examples(view, predicted=True)["answers"].wanted == 5


def test_drawn_labels_follow_the_probabilities() -> None:
    page = linked()
    even = np.full((len(page.words), len(TAGS)), 1 / len(TAGS), np.float32)
    views = [relabelled(page, even, TAGS, Random(seed), 1.0) for seed in range(40)]
    assert {(view.page.entities or ())[0].label for view in views} == {"HEADER", "QUESTION", "ANSWER", "OTHER"}


def test_groups_take_over_the_links_of_what_they_mostly_are() -> None:
    page = linked()
    view = regrouped(page, LearnedLinker.load(SHIPPED_LINKER).grouper, told(page, {}), TAGS)
    texts = [" ".join(page.words[i].text for i in e.words) for e in view.page.entities or ()]
    assert ("Name:", "Ann Lee") in {(texts[a], texts[b]) for a, b in view.links}
    assert len(view.links) + sum(view.lost.values()) == len(page.links or ())


def test_variants_of_a_page_share_their_origin() -> None:
    page = linked()
    moved = replace(page, words=page.words[:-1], entities=(page.entities or ())[:-1], links=())
    made = [examples(gold(each), predicted=False)["answers"].origin for each in (page, moved, generate(3).page)]
    assert made[0] == made[1] != made[2]


def test_a_source_without_links_of_a_kind_says_nothing_about_it(tagger: CompactTagger, tmp_path: Path) -> None:
    # Given annotated pages without links of headers
    pages = [generate(HELD_OUT + number).page for number in range(12)]
    for number, page in enumerate(pages):
        entities = page.entities or ()
        kept = tuple(x for x in page.links or () if entities[x.source].label == "QUESTION")
        write_annotations(tmp_path / "data", f"{number:02d}", page.with_links(kept, ()))
    source = f"funsd:{tmp_path / 'data'}"
    # When a linker is trained on them and on synthetic ones
    out = train(replace(SMALL, data=(f"{source}=0.5", "synthetic=0.5")), tmp_path / "out", tagger)
    # Then only the latter taught it headers
    rows = map(json.loads, (out / "metrics.jsonl").read_text("utf-8").splitlines())
    assert {row["kind"]: row["pages"] for row in rows} == {"answers": SMALL.pages, "headers": SMALL.pages // 2}
    with pytest.raises(SettingError, match="headers"):
        train(replace(SMALL, data=(source,), pages=10), tmp_path / "none", tagger)


def test_the_kinds_that_pages_know() -> None:
    assert linked_kinds([linked()]) == set(KINDS)
    assert linked_kinds([replace(linked(), links=(Link(0, 1), Link(1, 0)))]) == {"answers"}
    assert linked_kinds([Page(1, 1, 1, 1, entities=(Entity("OTHER", ()),), links=())]) == set()


def test_no_data_is_a_clear_error(tagger: CompactTagger, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="--data"):
        train(replace(SMALL, data=()), tmp_path / "out", tagger)


def test_the_command_trains_a_linker_that_the_setting_takes(cli: Cli, tmp_path: Path) -> None:
    made = cli("train", "relations", "--out", str(tmp_path / "out"), "--pages", "20", "--json").json()
    assert [row["kind"] for row in made] == list(KINDS)
    assert describe(Settings(linker=str(tmp_path / "out"), _env_file=None))[0] == "learned"
    taken = cli("train", "relations", "--out", str(tmp_path / "out"))
    assert (taken.code, "is taken" in taken.error_line()) == (2, True)
