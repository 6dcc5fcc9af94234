"""A very short training: it writes a folder that loads, learns something, and comes out the same twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import torch

from prelabel.ser.compact import CompactTagger
from prelabel.training.compact import HELD_OUT, TAGS, Training, tag_accuracy, train
from prelabel.training.synthetic import generate

SHORT = Training(seed=3, pages=96, batch=4, pool=32, rate=3e-3, average=0.9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("short")
    train(SHORT, out)
    return out


def test_it_learns_more_than_the_most_frequent_tag(folder: Path) -> None:
    held_out = [generate(HELD_OUT + i) for i in range(15)]
    counts = Counter(tag for page in held_out for tag in page.tags)

    accuracy = tag_accuracy(CompactTagger.load(folder, "cpu"), held_out)

    assert accuracy > max(counts.values()) / sum(counts.values()) + 0.1


def test_the_config_says_how_it_was_trained(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))

    assert config["tags"] == list(TAGS)
    assert config["training"]["seed"] == SHORT.seed
    assert config["training"]["pages"] == SHORT.pages


def test_the_same_training_gives_the_same_weights(tmp_path: Path) -> None:
    tiny = Training(seed=4, pages=16, batch=4, pool=16)
    train(tiny, tmp_path / "a")
    train(tiny, tmp_path / "b")

    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()
