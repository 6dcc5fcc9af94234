"""The recogniser alone: each true word is read in its own crop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.ocr import recogniser
from benchmarks.ocr.pages import Sheet
from prelabel.ocr.reader.path import Character
from prelabel.page import Box, Word


class Stub:
    """Reads "a" in dark crops, "b" in others, and remembers the sizes."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def read(self, crops: list[np.ndarray[Any, Any]]) -> list[list[Character]]:
        self.sizes += [crop.shape for crop in crops]
        return [[Character("a" if crop.mean() < 128 else "b", 0, 1, 0.97)] for crop in crops]


def test_words_are_read_in_their_boxes(tmp_path: Path) -> None:
    # Given a page with a dark word, a light one that is no "b", and one at the edge
    page = Image.new("L", (200, 100), 255)
    page.paste(0, (10, 10, 60, 40))
    page.save(tmp_path / "page.png")
    truth = (
        Word("a", Box(10, 10, 60, 40)),
        Word("7", Box(100.4, 50, 140.2, 80)),
        Word("b", Box(180, 80, 200, 100)),
    )
    sheet = Sheet("page", tmp_path / "page.png", 20_000, truth, sources=("batang", "Carlito", "batang"), boxed=(1,))
    network = Stub()
    # When it is read
    reading = recogniser.read(network, sheet)  # type: ignore[arg-type]
    # Then each crop has its margin within the page, and the scores know fonts, boxes and the lost number
    assert network.sizes == [(38, 58), (38, 48), (23, 23)]
    assert reading.scores.word_recall == pytest.approx(2 / 3)
    assert reading.prints.recalls == {"Carlito": 0.0, "batang": 1.0}
    assert (reading.prints.values, reading.prints.exact) == (1, 0)
    assert [error.truth for error in reading.wrong] == ["7"]
    assert reading.wrong[0].number
