"""A worker without models, for the test of upgrades: `celery -A tests.integration.releases.planted_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. Every image is read as one word; every word is an answer.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from prelabel.kie.tag import loading
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.ocr import reading, versions
from prelabel.page import Box, Page, Word
from tasks.app import app

__all__ = ["app"]


def read_page(*_: object, **__: object) -> Page:
    return Page(100, 200, 100, 200, words=(Word("read", Box(10, 10, 90, 25), 0.9, "tesseract"),))


class Tagger:
    """A tagger that labels every word as an answer."""

    name, digest = "planted", "1"
    tags: tuple[str, ...] = ("O", "B-QUESTION", "B-ANSWER", "B-HEADER")

    def encode(self, page: TagInput) -> Encoded:
        return Encoded(len(page.words), len(page.words), page.words)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        return [np.tile(np.array([0, 0, 1, 0], np.float32), (page.words, 1)) for page in batch]

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        return lambda: self.forward(batch)


if __name__ != "__main__" and "PLANTED_IN" in os.environ:
    reading.read_page = read_page
    versions.engine_versions = lambda *_: {"tesseract": "planted"}
    loading.tagger_for = lambda settings: Tagger()
    torch = ModuleType("torch")
    torch.set_num_threads = lambda number: None  # type: ignore[attr-defined]
    sys.modules["torch"] = torch  # its import takes two seconds and is not needed here
    worker: Any = importlib.import_module(f"workers.{os.environ['PLANTED_IN']}")
