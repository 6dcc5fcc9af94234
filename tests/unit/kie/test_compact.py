"""Compact tagger: independent of word order and batch, complete on long pages, small, fast."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from prelabel.errors import ModelUnavailable, SettingError
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.tagger import TagInput
from prelabel.page import Box
from prelabel.registry.model_files import MODELS
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from synthetic import generate


@pytest.fixture(scope="module")
def tagger() -> CompactTagger:
    torch.set_num_threads(1)
    return CompactTagger.load(SHIPPED_COMPACT, "cpu")


def grid(count: int, columns: int = 12) -> TagInput:
    """Return a page of `count` words in rows."""
    boxes = [
        Box(60 * (i % columns), 16 * (i // columns), 60 * (i % columns) + 50, 16 * (i // columns) + 11)
        for i in range(count)
    ]
    return TagInput(tuple(f"word{i}" for i in range(count)), tuple(boxes), 800, max(1100, 16 * count // columns + 20))


def test_batch_mates_change_nothing(tagger: CompactTagger) -> None:
    pages = [tag_input(generate(seed).page) for seed in (1, 2, 3, 5)] + [grid(1), grid(700)]
    encoded = [tagger.encode(page) for page in pages]

    together = tagger.forward(encoded)

    for page, rows in zip(encoded, together, strict=True):
        assert np.abs(tagger.forward([page])[0] - rows).max() < 1e-4


def test_the_order_of_words_changes_nothing(tagger: CompactTagger) -> None:
    page = tag_input(generate(2).page)
    order = list(range(len(page.words)))
    random.Random(0).shuffle(order)
    shuffled = TagInput(
        tuple(page.words[i] for i in order), tuple(page.boxes[i] for i in order), page.width_px, page.height_px
    )

    straight, mixed = tagger.forward([tagger.encode(page), tagger.encode(shuffled)])

    assert np.abs(straight[order] - mixed).max() < 1e-4


@pytest.mark.parametrize("count", [0, 1, 2, 511, 512, 513, 900, 1300, 5000])
def test_every_word_gets_its_probabilities_once(tagger: CompactTagger, count: int) -> None:
    encoded = tagger.encode(grid(count))
    rows = tagger.forward([encoded])[0]

    assert rows.shape == (count, len(tagger.tags))
    assert rows.dtype == np.float32
    assert np.allclose(rows.sum(1), 1.0, atol=1e-4)
    assert (encoded.cost == 0) == (count == 0)


def test_boxes_outside_the_page_or_without_extent_do_no_harm(tagger: CompactTagger) -> None:
    boxes = (Box(-50, -10, 5, 5), Box(10, 10, 10, 10), Box(5000, 9000, 5100, 9010), Box(10, 10, 10, 10))
    page = TagInput(("a", "", "\u200b", "가격:"), boxes, 100, 100)

    rows = tagger.forward([tagger.encode(page)])[0]

    assert rows.shape == (4, len(tagger.tags))
    assert np.isfinite(rows).all()


def test_a_page_of_150_words_takes_50_ms_of_one_core(tagger: CompactTagger) -> None:
    page = grid(150)
    tagger.forward([tagger.encode(page)])
    started = time.process_time()
    for _ in range(10):
        tagger.forward([tagger.encode(page)])

    assert (time.process_time() - started) / 10 < 0.05


def test_all_that_ships_stays_under_10_mb_and_is_no_pickle() -> None:
    files = [file for file in MODELS.rglob("*") if file.is_file()]

    assert sum(file.stat().st_size for file in files) <= 10_000_000
    kept = {file.suffix for file in files if "__pycache__" not in file.parts}
    assert kept <= {".json", ".safetensors", ".txt", ".md", ".py", ".onnx"}


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no model folder") as caught:
        CompactTagger.load(tmp_path / "none", "cpu")
    assert "\n" not in str(caught.value)


def test_weights_of_another_shape_are_one_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_COMPACT, tmp_path / "model"))
    config = (folder / "config.json").read_text("utf-8").replace('"width": 128', '"width": 64')
    (folder / "config.json").write_text(config, "utf-8")

    with pytest.raises(ModelUnavailable, match="train it again") as caught:
        CompactTagger.load(folder, "cpu")
    assert "\n" not in str(caught.value)


def test_a_cut_weights_file_is_one_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_COMPACT, tmp_path / "model"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])

    with pytest.raises(ModelUnavailable):
        CompactTagger.load(folder, "cpu")


@pytest.mark.parametrize("device", ["gpu0", "cuda:99"])
def test_a_device_that_is_not_there_is_one_line(device: str) -> None:
    with pytest.raises(SettingError, match=device):
        CompactTagger.load(SHIPPED_COMPACT, device)
