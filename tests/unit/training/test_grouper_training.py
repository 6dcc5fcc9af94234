"""Training of the grouper: reproducible models, odd pages, pages without examples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prelabel.errors import SettingError
from prelabel.kie.group.grouper import Grouper, feature_names
from prelabel.page import Entity, Page
from prelabel.training.grouper import train_grouper
from prelabel.training.linker import LinkerTraining
from prelabel.training.tagged_pages import TaggedPage
from synthetic import generate
from tests.support.tagged_pages import noisily_tagged


@pytest.fixture(scope="module")
def pages() -> list[TaggedPage]:
    return noisily_tagged(generate(number).page for number in range(6))


def written(grouper: Grouper) -> tuple[str, str]:
    return grouper.across.text, grouper.down.text


def test_the_same_seed_is_the_same_model_and_another_is_another(pages: list[TaggedPage]) -> None:
    first = train_grouper(pages, LinkerTraining(seed=3).tree_options)

    assert (first.across.features, first.down.features) == tuple(len(names) for names in feature_names())
    assert written(train_grouper(pages, LinkerTraining(seed=3).tree_options)) == written(first)
    assert written(train_grouper(pages, LinkerTraining(seed=4).tree_options)) != written(first)


def test_pages_without_words_or_truth_do_no_harm(pages: list[TaggedPage]) -> None:
    empty = replace(pages[0], page=Page(9, 9, 9, 9), probabilities=pages[0].probabilities[:0])
    blank = replace(pages[0], page=replace(pages[0].page, entities=None))
    mark = replace(pages[0].page.words[0], text="|")
    ruled = TaggedPage(Page(9, 9, 9, 9, words=(mark,)), np.array([[0.9, 0.1]], np.float32), ("O", "TOTAL"), frozenset())

    train_grouper([empty, blank, ruled, *pages], LinkerTraining(seed=0).tree_options)


def test_label_sets_may_differ_in_case_and_lack_labels(pages: list[TaggedPage]) -> None:
    few = [replace(page, tags=tuple(tag.lower().replace("header", "title") for tag in page.tags)) for page in pages]

    train_grouper(few, LinkerTraining(seed=0).tree_options)


@pytest.mark.parametrize("kept", [0, 1])
def test_pages_without_entities_of_several_words_teach_nothing(pages: list[TaggedPage], kept: int) -> None:
    teachless = [
        replace(page, page=replace(page.page, entities=tuple(cut(e, kept) for e in page.page.entities or ())))
        for page in pages
    ]

    with pytest.raises(SettingError, match="too few entities of several words") as error:
        train_grouper(teachless if kept else [], LinkerTraining(seed=0).tree_options)
    assert "\n" not in str(error.value)


def cut(entity: Entity, words: int) -> Entity:
    return replace(entity, words=entity.words[:words])
