"""The compact tagger that ships: a word-level layout transformer, for pages of any length and any order of words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from prelabel.errors import ModelUnavailable
from prelabel.ser.checkpoint import CONFIG, WEIGHTS, read_compact
from prelabel.ser.device import device_of
from prelabel.ser.features import WindowFeatures, window_features
from prelabel.ser.lines import line_height
from prelabel.ser.network import Network, Shape, collate
from prelabel.ser.tagger import Encoded, Probabilities, TagInput
from prelabel.ser.windows import margins, spans

#: Words of a window and words that two windows share.
WINDOW, OVERLAP = 512, 128
#: Squares of words that one pass through the network may hold; more is split, so that memory stays bounded.
_SQUARES = 4_000_000


@dataclass(frozen=True, slots=True)
class _Window:
    """`words`: indices into the page; `margins`: words between each word and the nearer cut of the window."""

    words: npt.NDArray[np.int64]
    margins: npt.NDArray[np.int64]
    features: WindowFeatures


class CompactTagger:
    """A `Tagger`. `load` reads a folder that `prelabel.training.compact` wrote."""

    def __init__(self, network: Network, tags: tuple[str, ...], digest: str, device: torch.device) -> None:
        self.name = "compact"
        self.tags = tags
        self.digest = digest
        self._device = device
        self._network = network.to(device).eval()

    @classmethod
    def load(cls, folder: Path, device: str) -> CompactTagger:
        """Raises ModelUnavailable with one line where files are missing or do not fit."""
        checkpoint = read_compact(folder)
        try:
            network = Network(Shape(**checkpoint.config["shape"]))
            weights = load_file(folder / WEIGHTS)
            network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        except (KeyError, TypeError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0]
            raise ModelUnavailable(f"{folder} does not fit this version ({reason}); train it anew") from None
        return cls(network, checkpoint.tags, checkpoint.digest, device_of(device))

    def encode(self, page: TagInput) -> Encoded:
        """Windows of at most `WINDOW` words from top to bottom, whatever the order of the words."""
        windows = _windows(page) if page.words else []
        return Encoded(sum(len(w.words) for w in windows), len(page.words), windows)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        """Tag probabilities of every page; of a word in two windows, those of the window with most context count."""
        results: list[Probabilities] = [np.zeros((page.words, len(self.tags)), np.float32) for page in batch]
        best = [np.full(page.words, -1, np.int64) for page in batch]
        windows = [(number, window) for number, page in enumerate(batch) for window in page.payload]
        for part in _parts(windows):
            for (number, window), rows in zip(part, self._probabilities([w for _, w in part]), strict=True):
                wins = window.margins > best[number][window.words]
                results[number][window.words[wins]] = rows[wins]
                best[number][window.words[wins]] = window.margins[wins]
        return results

    def _probabilities(self, windows: Sequence[_Window]) -> list[Probabilities]:
        with torch.inference_mode():
            scores = self._network(collate([w.features for w in windows]).to(self._device))
            rows = scores.float().softmax(-1).cpu().numpy()
        return [row[: len(window.words)] for row, window in zip(rows, windows, strict=True)]


def save(network: Network, tags: Sequence[str], folder: Path, notes: dict[str, object]) -> None:
    """Write config.json and model.safetensors (half precision). `notes` say how it was trained."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_type": "prelabel-compact", "tags": list(tags), "shape": asdict(network.shape), "training": notes}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    save_file({name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}, folder / WEIGHTS)
    # safetensors makes files that only their owner may read; a package's data is for everyone
    (folder / WEIGHTS).chmod(0o644)


def _windows(page: TagInput) -> list[_Window]:
    boxes = np.array([(b.x0, b.y0, b.x1, b.y1) for b in page.boxes], dtype=np.float64)
    height = line_height(page.boxes)
    size = (max(page.width_px, 1), max(page.height_px, 1))
    order = np.lexsort((boxes[:, 0], boxes[:, 1] + boxes[:, 3]))
    found = []
    for start, stop in spans(len(order), WINDOW, OVERLAP):
        chosen = order[start:stop]
        features = window_features([page.words[i] for i in chosen], boxes[chosen], size, height)
        found.append(_Window(chosen, margins(start, stop, len(order)), features))
    return found


def _parts(windows: list[tuple[int, _Window]]) -> list[list[tuple[int, _Window]]]:
    """Windows sorted by length, in parts that stay within the memory bound."""
    parts: list[list[tuple[int, _Window]]] = []
    for item in sorted(windows, key=lambda pair: len(pair[1].words)):
        if not parts or (len(parts[-1]) + 1) * len(item[1].words) ** 2 > _SQUARES:
            parts.append([])
        parts[-1].append(item)
    return parts
