"""Compact tagger, the shipped one: a word-level layout transformer for pages of any length and any order of words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from prelabel.errors import ModelUnavailable
from prelabel.kie.tag.device import device_of, fetch
from prelabel.kie.tag.features import WindowFeatures, window_features
from prelabel.kie.tag.network import Network, Shape, collate
from prelabel.kie.tag.packing import Packer, launch
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.kie.tag.windows import margins, spans
from prelabel.lines import line_height
from prelabel.registry.model_files import CONFIG
from prelabel.registry.tagger_files import WEIGHTS, read_compact

#: Words of a window, and words that two adjacent windows share.
WINDOW, OVERLAP = 512, 128
#: Largest sum of squared window lengths in one pass through the network; larger batches are split to bound memory.
_SQUARES = 4_000_000
#: Fixed cost of a pass, in squares of words. On a CPU: 1.5 ms of the 7 ms that 128 words take. On a GPU, where squares
#: are cheap: an estimate.
_CPU_FIXED, _GPU_FIXED = 5_000, 500_000


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a page. `words`: indices into the page; `margins`: words between each word and the nearer cut."""

    words: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]
    features: WindowFeatures


class CompactTagger:
    """A `Tagger` with the network of this package. `load` reads a folder that `save` wrote."""

    def __init__(self, network: Network, tags: tuple[str, ...], digest: str, device: torch.device) -> None:
        self.name = "compact"
        self.tags = tags
        self.digest = digest
        self._device = device
        self.network = network.to(device).eval()
        self.packer = Packer(_SQUARES, power=2, fixed=_CPU_FIXED if device.type == "cpu" else _GPU_FIXED)

    @classmethod
    def load(cls, folder: Path, device: str) -> CompactTagger:
        """Load a model folder. Raises ModelUnavailable, in one line, if files are missing or do not fit."""
        checkpoint = read_compact(folder)
        try:
            network = Network(Shape(**checkpoint.config["shape"]))
            weights = load_file(folder / WEIGHTS)
            network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        except (KeyError, TypeError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0]
            raise ModelUnavailable(f"{folder} does not fit this version ({reason}); train it again") from None
        return cls(network, checkpoint.tags, checkpoint.digest, device_of(device))

    def encode(self, page: TagInput) -> Encoded:
        """Cut a page into windows of at most `WINDOW` words from top to bottom, whatever the order of the words."""
        windows = _windows(page.cleaned()) if page.words else []
        return Encoded(sum(len(w.words) for w in windows), len(page.words), windows)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Return the tag probabilities of every page; for a word in two windows, the one with more context counts."""
        return self.launch(batch)()

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        """Begin `forward` on the device, and return a function that waits for the result."""
        return launch(batch, len(self.tags), self.packer, _length, self._score)

    def _score(self, windows: list[_Window]) -> Callable[[], list[Probabilities]]:
        with torch.inference_mode():
            scores = self.network(collate([w.features for w in windows]).to(self._device))
            rows = fetch(scores.float().softmax(-1))
        return lambda: [row[: len(window.words)] for row, window in zip(rows(), windows, strict=True)]


def save(network: Network, tags: Sequence[str], folder: Path, notes: dict[str, object]) -> None:
    """Write config.json and model.safetensors (half precision). `notes`: the options of the training."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_type": "prelabel-compact", "tags": list(tags), "shape": asdict(network.shape), "training": notes}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    save_file({name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}, folder / WEIGHTS)
    # safetensors makes files that only their owner may read; the data of a package must be readable by all.
    (folder / WEIGHTS).chmod(0o644)


def _windows(page: TagInput) -> list[_Window]:
    boxes = np.array([(b.x0, b.y0, b.x1, b.y1) for b in page.boxes], dtype=np.float64)
    height = line_height(page.boxes)
    order = np.lexsort((boxes[:, 0], boxes[:, 1] + boxes[:, 3]))
    found = []
    for start, stop in spans(len(order), WINDOW, OVERLAP):
        chosen = order[start:stop]
        features = window_features(
            [page.words[i] for i in chosen], boxes[chosen], (page.width_px, page.height_px), height
        )
        found.append(_Window(chosen, margins(start, stop, len(order)), features))
    return found


def _length(window: _Window) -> int:
    return len(window.words)
