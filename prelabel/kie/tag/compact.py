"""Compact tagger, the shipped one: a word-level layout transformer for pages of any length and any order of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from prelabel.kie.tag.backend import computes_in_torch
from prelabel.kie.tag.features import WindowFeatures, window_features
from prelabel.kie.tag.packing import Passes, launch
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.kie.tag.windows import margins, spans
from prelabel.lines import line_height
from prelabel.registry.tagger_files import Checkpoint, read_compact

#: Words of a window, and words that two adjacent windows share.
WINDOW, OVERLAP = 512, 128


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a page. `words`: indices into the page; `margins`: words between each word and the nearer cut."""

    words: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]
    features: WindowFeatures


class Scorer(Protocol):
    """The network on a device. `passes`: how it takes the windows of many pages."""

    @property
    def passes(self) -> Passes: ...

    def __call__(self, windows: Sequence[WindowFeatures]) -> Callable[[], list[Probabilities]]:
        """Begin a pass, and return a function that waits for the tag probabilities of each window, (words, tags)."""
        ...


class CompactTagger:
    """A `Tagger` around the network of this package, in numpy or in torch."""

    def __init__(self, scorer: Scorer, tags: tuple[str, ...], digest: str = "") -> None:
        self.name = "compact"
        self.tags = tags
        self.digest = digest
        self._scorer = scorer

    @classmethod
    def load(cls, folder: Path, device: str) -> CompactTagger:
        """Load a model folder: in torch for a GPU, in numpy otherwise.

        Raises ModelUnavailable, in one line, if files are missing or do not fit, SettingError for a wrong device.
        """
        checkpoint = read_compact(folder)
        return cls(_scorer(checkpoint, device), checkpoint.tags, checkpoint.digest)

    def encode(self, page: TagInput) -> Encoded:
        """Cut a page into windows of at most `WINDOW` words from top to bottom, whatever the order of the words."""
        windows = windows_of(page)
        return Encoded(sum(len(w.words) for w in windows), len(page.words), windows)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Return the tag probabilities of every page; for a word in two windows, the one with more context counts."""
        return self.launch(batch)()

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        """Begin `forward` on the device, and return a function that waits for the result."""
        return launch(batch, len(self.tags), self._scorer.passes, _length, self._score)

    def _score(self, windows: list[Window]) -> Callable[[], list[Probabilities]]:
        return self._scorer([window.features for window in windows])


def _scorer(checkpoint: Checkpoint, device: str) -> Scorer:
    if computes_in_torch(device):
        from prelabel.kie.tag.torch_scorer import TorchScorer

        return TorchScorer.load(checkpoint, device)
    from prelabel.kie.tag.numpy_scorer import NumpyScorer

    return NumpyScorer.load(checkpoint)


def windows_of(page: TagInput) -> list[Window]:
    """Cut a page into windows of at most `WINDOW` words from top to bottom; none for a page without words."""
    return _windows(page.cleaned()) if page.words else []


def _windows(page: TagInput) -> list[Window]:
    boxes = np.array([(b.x0, b.y0, b.x1, b.y1) for b in page.boxes], dtype=np.float64)
    height = line_height(page.boxes)
    order = np.lexsort((boxes[:, 0], boxes[:, 1] + boxes[:, 3]))
    found = []
    for start, stop in spans(len(order), WINDOW, OVERLAP):
        chosen = order[start:stop]
        features = window_features(
            [page.words[i] for i in chosen], boxes[chosen], (page.width_px, page.height_px), height
        )
        found.append(Window(chosen, margins(start, stop, len(order)), features))
    return found


def _length(window: Window) -> int:
    return len(window.words)
