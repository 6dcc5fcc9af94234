"""Training of the network for writing systems: it learns, its files can be loaded, and it is reproducible."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from prelabel.ocr.tesseract import writing_system as script
from prelabel.ocr.tesseract.writing_system import padded, windows_in
from prelabel.page import Box, Word
from prelabel.training.writing_system import (
    Network,
    WritingSystemTraining,
    gather,
    labels,
    layout_boxes,
    prepared,
    train,
)
from synthetic.printing import ocr_page

SHORT = WritingSystemTraining(seed=5, pages=3, crops=40, epochs=5, batch=64, pool=256)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("short")
    train(SHORT, gather(SHORT), out)
    return out


def test_it_learns_more_than_the_most_frequent_answer(folder: Path) -> None:
    page = prepared(ocr_page(9_500, language="mixed", dpi=150))
    boxes = [word.box for word in page.words]
    wanted = np.array([bool(label) for label in labels(boxes, page.words)])

    found = script.hangul(page.dark, boxes, folder) > 0.5

    assert np.mean(found == wanted) > max(wanted.mean(), 1 - wanted.mean()) + 0.1


def test_the_config_says_how_it_was_trained(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))

    assert config["seed"] == SHORT.seed
    assert config["pages"] == SHORT.pages


def test_the_same_training_gives_the_same_weights(tmp_path: Path) -> None:
    tiny = WritingSystemTraining(seed=4, pages=1, crops=20, epochs=1)
    for name in "ab":
        train(tiny, gather(tiny), tmp_path / name)

    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


def test_training_and_reading_compute_the_same(folder: Path) -> None:
    page = prepared(ocr_page(9_501, language="ko", dpi=100))
    boxes = [word.box for word in page.words][:20]
    network = Network(SHORT.look, SHORT.see, SHORT.weigh)
    network.load_state_dict({k: v.float() for k, v in load_file(folder / script.WEIGHTS).items()})

    words = [strip for strip in script.strips(page.dark, boxes) if strip is not None]
    expected = [
        network(torch.from_numpy(padded(word) / np.float32(255))[None], torch.tensor([windows_in(len(word))])).item()
        for word in words
    ]

    assert script.results(words, script.weights(folder))[:, 0] == pytest.approx(expected, abs=1e-3)


def test_labels_go_by_the_letters_inside() -> None:
    word = Word("10,370원", Box(100, 10, 200, 30))
    boxes = [Box(95, 8, 204, 33), Box(100, 10, 165, 30), Box(190, 10, 220, 30), Box(100, 200, 200, 220)]

    assert labels(boxes, [word]) == [True, False, None, False]


def test_the_layout_finds_most_words() -> None:
    page = prepared(ocr_page(9_502, dpi=150))

    boxes = layout_boxes(page.image)

    hit = [
        any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes)
        for x, y in (w.box.center for w in page.words)
    ]
    assert np.mean(hit) > 0.7
