"""Reading and tagging without models, for real workers whose messages and ledger a test is about."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from prelabel.kie.tag import loading
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.ocr import reading
from prelabel.page import Box, Page, Word
from prelabel.registry.model_files import CONFIG
from prelabel.registry.tagger_files import SHIPPED_COMPACT


def page_of(words: Sequence[str], engine: str) -> Page:
    """Return a page of these words, one below the other."""
    boxes = (Box(10, 10 + 20 * place, 90, 20 + 20 * place) for place in range(len(words)))
    named = tuple(Word(text, box, 0.9, engine) for text, box in zip(words, boxes, strict=True))
    return Page(1000, 1400, 1000, 1400, words=named)


def renamed_tagger(folder: Path, **labels: str) -> str:
    """Copy the shipped tagger to a new folder, with other names for its labels; return the folder."""
    shutil.copytree(SHIPPED_COMPACT, folder)
    config = (folder / CONFIG).read_text("utf-8")
    for old, new in labels.items():
        config = config.replace(old, new)
    (folder / CONFIG).write_text(config, "utf-8")
    return str(folder)


class AnswerTagger:
    """A tagger that labels every word as an answer."""

    name, digest = "planted", "1"
    tags: tuple[str, ...] = ("O", "B-QUESTION", "B-ANSWER", "B-HEADER")

    def encode(self, page: TagInput) -> Encoded:
        return Encoded(len(page.words), len(page.words), page.words)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        row = np.array([float(tag == "B-ANSWER") for tag in self.tags], np.float32)
        return [np.tile(row, (page.words, 1)) for page in batch]

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        return lambda: self.forward(batch)


def start(kind: str, read_page: Callable[..., Page], tagger: AnswerTagger) -> ModuleType:
    """Make this process a worker of a kind that reads and tags so; return the worker's module."""
    planted: Any = (reading, loading)
    planted[0].read_page = read_page
    planted[1].tagger_for = lambda settings: tagger
    return importlib.import_module(f"workers.{kind}")
