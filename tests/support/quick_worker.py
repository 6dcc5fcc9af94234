"""A real worker that reads and tags in no time: `celery -A tests.support.quick_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. So the time of a page is that of its messages and of the ledger. READ_S:
seconds that reading takes all the same.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np

from prelabel.kie.tag import loading
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.ocr import reading
from prelabel.ocr.choose import Choice
from prelabel.page import Box, Page, Word
from tasks.app import app

__all__ = ["app"]


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    time.sleep(float(os.environ.get("READ_S", "0")))
    words = data.decode().split()
    boxes = (Box(10, 10 + 20 * place, 90, 20 + 20 * place) for place in range(len(words)))
    named = tuple(Word(text, box, 0.9, choice.first.name) for text, box in zip(words, boxes, strict=True))
    return Page(1000, 1400, 1000, 1400, words=named)


class Tagger:
    """A tagger that labels every word as an answer."""

    name, digest = "planted", "1"
    tags: tuple[str, ...] = ("O", "B-QUESTION", "B-ANSWER", "B-HEADER")

    def encode(self, page: TagInput) -> Encoded:
        return Encoded(len(page.words), len(page.words), page.words)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        row = np.array([0, 0, 1, 0], np.float32)
        return [np.tile(row, (page.words, 1)) for page in batch]

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        return lambda: self.forward(batch)


if "PLANTED_IN" in os.environ:
    reading.read_page = read_page
    loading.tagger_for = lambda settings: Tagger()
    torch = ModuleType("torch")
    torch.set_num_threads = lambda number: None  # type: ignore[attr-defined]
    sys.modules["torch"] = torch  # its import takes two seconds and is not needed here
    importlib.import_module(f"workers.{os.environ['PLANTED_IN']}")
