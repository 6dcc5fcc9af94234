"""Learned linker: links in any order and on odd pages, its files, and the rule that replaces a missing linker."""

from __future__ import annotations

import logging
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from prelabel.errors import ModelUnavailable
from prelabel.kie import trees
from prelabel.kie.link import loading
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.kie.link.learned import LearnedLinker
from prelabel.kie.link.loading import SHIPPED, describe, linker_for, stand_in
from prelabel.kie.link.roles import certain_roles
from prelabel.page import Box, Entity, Page, Word
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.settings import Settings
from prelabel.training.sources import HELD_OUT
from synthetic import generate
from tests.unit.kie.test_link_features import crowded, form, shuffled


@pytest.fixture(scope="module")
def linker() -> LearnedLinker:
    return LearnedLinker.load(SHIPPED_LINKER)


def ends(linker: LearnedLinker, page: Page) -> set[tuple[int, int]]:
    entities = page.entities or ()
    return {(x.source, x.target) for x in linker.link(page.words, entities, certain_roles(entities))}


def settings(linker: str = SHIPPED) -> Settings:
    return Settings(linker=linker, _env_file=None)


def test_names_go_with_their_values_and_columns_with_their_cells(linker: LearnedLinker) -> None:
    assert {(0, 1), (2, 3), (5, 8), (6, 7), (6, 9)} <= ends(linker, form())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_shipped_linker_links_pages_that_it_has_not_seen(linker: LearnedLinker, language: str) -> None:
    right = found = wanted = 0
    for number in range(30):
        page = generate(HELD_OUT + number, language).page
        there, here = {(x.source, x.target) for x in page.links or ()}, ends(linker, page)
        right, found, wanted = right + len(there & here), found + len(here), wanted + len(there)
    assert 2 * right / (found + wanted) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_entities_changes_no_link(linker: LearnedLinker, seed: int) -> None:
    page = generate(HELD_OUT + seed).page
    moved, order = shuffled(page, Random(seed))
    assert {(order[a], order[b]) for a, b in ends(linker, moved)} == ends(linker, page)


def test_a_page_drawn_larger_has_the_same_links(linker: LearnedLinker) -> None:
    page = generate(HELD_OUT).page
    words = tuple(
        replace(word, box=Box(*(2.5 * side for side in (word.box.x0, word.box.y0, word.box.x1, word.box.y1))))
        for word in page.words
    )
    assert ends(linker, replace(page, words=words)) == ends(linker, page)


def test_links_come_sorted_with_confidences_between_0_and_1(linker: LearnedLinker) -> None:
    page = generate(HELD_OUT + 1).page
    links = linker.link(page.words, page.entities or (), certain_roles(page.entities or ()))
    assert [(x.source, x.target) for x in links] == sorted((x.source, x.target) for x in links)
    assert all(0 < link.confidence <= 1 for link in links)


@pytest.mark.parametrize(
    ("words", "entities"),
    [
        ((), ()),
        ((Word("Ann", Box(0, 0, 9, 9)),), (Entity("ANSWER", (0,)),)),
        ((Word("Ann", Box(0, 0, 9, 9)), Word("x", Box(0, 20, 9, 29))), (Entity("TOTAL", (0,)), Entity("ANSWER", (1,)))),
        ((Word("Ann", Box(9, 9, 0, 0)), Word("x", Box(-50, 2, -60, 5))), (Entity("ANSWER", (0,)), Entity("OTHER", ()))),
    ],
)
def test_a_page_without_ends_to_link_has_no_links(
    linker: LearnedLinker, words: tuple[Word, ...], entities: tuple[Entity, ...]
) -> None:
    assert linker.link(words, entities, certain_roles(entities)) == ()


def test_a_page_of_1500_entities_takes_seconds_at_most(linker: LearnedLinker) -> None:
    page = crowded(1500)
    began = time.process_time()
    ends(linker, page)
    assert time.process_time() - began < 15


def test_the_shipped_linker_is_small_and_loads_at_once() -> None:
    assert sum(file.stat().st_size for file in SHIPPED_LINKER.iterdir()) < 3_000_000
    assert {file.suffix for file in SHIPPED_LINKER.iterdir()} == {".txt", ".json"}
    began = time.process_time()
    LearnedLinker.load(SHIPPED_LINKER)
    assert time.process_time() - began < 0.3


def test_the_digest_follows_every_file(linker: LearnedLinker, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_LINKER, tmp_path / "copy"))
    assert LearnedLinker.load(folder).digest == linker.digest == describe(settings())[1]
    config = folder / "config.json"
    config.write_text(config.read_text("utf-8").replace('"slope": ', '"slope": 1'), "utf-8")
    assert describe(settings(linker=str(folder)))[1] != linker.digest


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("config.json", None, "has no config.json"),
        ("config.json", '{"model_type": "layoutlm"}', "no config of the linker"),
        ("config.json", '{"model_type": "prelabel-linker", "kinds": {"answers": {"best": 1}, "who": 1}}', "has no who"),
        ("config.json", '{"model_type": "prelabel-linker", "kinds": {"answers": {"worst": 1}}}', "train it again"),
        ("answers.second.txt", None, "has no answers.second.txt"),
        ("answers.first.txt", "tree\nversion=v4\n", "train it again"),
    ],
)
def test_a_folder_that_does_not_fit_is_one_clear_line(tmp_path: Path, file: str, text: str | None, says: str) -> None:
    folder = Path(shutil.copytree(SHIPPED_LINKER, tmp_path / "linker"))
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text, "utf-8")
    with pytest.raises(ModelUnavailable, match=says) as error:
        linker_for(settings(linker=str(folder)))
    assert "\n" not in str(error.value)


def test_a_linker_of_other_features_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_LINKER, tmp_path / "linker"))
    shutil.copyfile(folder / "answers.first.txt", folder / "answers.second.txt")
    with pytest.raises(ModelUnavailable, match="other features of answers"):
        LearnedLinker.load(folder)


def test_a_folder_that_is_not_there_says_how_to_train_one() -> None:
    with pytest.raises(ModelUnavailable, match="prelabel train relations"):
        linker_for(settings(linker="/no/such"))


def test_the_setting_names_the_rule_or_the_shipped_linker() -> None:
    assert isinstance(linker_for(settings(linker="alignment")), AlignmentRule)
    assert describe(settings(linker="alignment")) == ("alignment", AlignmentRule.digest)
    shipped = linker_for(settings())
    assert (shipped.name, shipped.digest) == describe(settings())
    assert not stand_in(settings())


def test_where_lightgbm_does_not_run_the_rule_stands_in(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    # Given a machine without OpenMP
    (tmp_path / "lightgbm.py").write_text('raise OSError("libgomp.so.1: cannot open shared object file")', "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lightgbm", raising=False)
    loading._linker.cache_clear()
    trees.library.cache_clear()
    # When linkers are loaded
    with caplog.at_level(logging.WARNING):
        found = linker_for(settings())
    # Then the rule replaces the shipped one, and a folder is an error; both messages name the reason and the cure
    assert found.name == "alignment"
    with pytest.raises(ModelUnavailable) as error:
        linker_for(settings(linker=str(SHIPPED_LINKER)))
    for told in (caplog.text, str(error.value)):
        assert "libgomp.so.1: cannot open shared object file): scripts/install-system.sh kie" in told
    loading._linker.cache_clear()
    trees.library.cache_clear()


def test_without_lightgbm_the_rule_stands_in_and_the_log_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a machine without lightgbm
    monkeypatch.setattr(loading, "find_spec", lambda _: None)
    loading._linker.cache_clear()
    # When linkers are loaded
    with caplog.at_level(logging.WARNING):
        found = [linker_for(settings()), linker_for(settings())]
    # Then the rule is used, under its own name, with one line in the log
    assert found[0] is found[1]
    assert describe(settings()) == (found[0].name, found[0].digest) == ("alignment", AlignmentRule.digest)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "pip install 'prelabel[kie]'" in caplog.text
    with pytest.raises(ModelUnavailable, match="lightgbm is not installed"):
        linker_for(settings(linker=str(SHIPPED_LINKER)))
    loading._linker.cache_clear()
