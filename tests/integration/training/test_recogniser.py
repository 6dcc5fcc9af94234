"""Training of the word reader: loadable files, reproducible networks, crops as in a layout analysis."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
import yaml

from prelabel.models.recogniser.prelabel_reader import SYLLABLES, Model, jamo_table
from prelabel.training.recogniser import NAME, RecogniserTraining, crops_as_found, inputs, length, train
from synthetic.printing import charset

SHORT = RecogniserTraining(crops=150, pool=50, batch_px=32 * 1024)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train(SHORT, folder)
    return folder


def test_a_syllable_is_the_sum_of_its_letters() -> None:
    table = jamo_table()

    assert set(table.sum(0).tolist()) == {3.0}
    assert len({tuple(column.nonzero().flatten().tolist()) for column in table.T}) == len(SYLLABLES) == 2350
    same_vowel = table[19:40].argmax(0)
    for one, two in ((0, 1), (0, 100), (500, 700)):
        letters = [unicodedata.normalize("NFD", SYLLABLES[number])[1] for number in (one, two)]
        assert (same_vowel[one] == same_vowel[two]) == (letters[0] == letters[1])


def test_the_networks_last_classes_are_the_syllables_of_the_charset() -> None:
    assert charset().endswith(SYLLABLES)


def test_what_it_writes_is_an_easyocr_network(trained: Path) -> None:
    assert sorted(path.name for path in trained.iterdir()) == [f"{NAME}.{end}" for end in ("pth", "py", "yaml")]
    assert (trained / f"{NAME}.pth").stat().st_size < 6_000_000
    settings = yaml.safe_load((trained / f"{NAME}.yaml").read_text("utf-8"))
    assert settings["character_list"] == charset()
    assert settings["made_by"]["crops"] == SHORT.crops
    weights = torch.load(trained / f"{NAME}.pth", weights_only=True)
    assert all(name.startswith("module.") for name in weights)
    Model(len(charset()) + 1).load_state_dict({name.removeprefix("module."): value for name, value in weights.items()})


def test_a_seed_gives_the_same_network_again(trained: Path, tmp_path: Path) -> None:
    train(SHORT, tmp_path)

    first, again = (torch.load(folder / f"{NAME}.pth", weights_only=True) for folder in (trained, tmp_path))
    assert all(torch.equal(value, again[name]) for name, value in first.items())


def test_crops_are_cut_as_layouts_cut_them_and_sized_as_easyocr_does() -> None:
    hard = RecogniserTraining(ease=1e-9, copied=1.0, cut=1.0, beside=1.0)

    for crop, text in islice(crops_as_found(hard, Random(0)), 40):
        tensor = inputs([crop])
        assert tensor.shape == (1, 1, 32, 32 * length(crop))
        assert -1 <= tensor.min() <= tensor.max() <= 1
        assert set(text) <= set(charset())
        assert np.ptp(crop) > 60, "its text can be seen"
