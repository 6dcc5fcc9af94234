"""Script of a word (Latin, Hangul, Chinese characters and kana, Cyrillic ...) by its ink, without reading it.

The network is that of `ocr/tesseract/writing_system`, with one result for each script. `scripts.train_scripts`
trains it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from prelabel.errors import ModelUnavailable
from prelabel.images.ink import Dark
from prelabel.ocr.tesseract.writing_system import STEP, WEIGHTS, WINDOW, Numbers, Strip, padded, strips, windows_in
from prelabel.page import Box

FOLDER = Path(__file__).parents[2] / "models/scripts"

#: The scripts that are told apart, in the order of the network's results. `han`: Chinese characters and kana.
SCRIPTS = ("latin", "hangul", "han", "cyrillic", "greek", "arabic", "hebrew", "thai", "devanagari", "other")


def script_likelihoods(dark: Dark, boxes: Sequence[Box], folder: Path = FOLDER) -> NDArray[np.float64]:
    """Return the likelihood of each script for the word in each box, 0..1 in a row: shape (len(boxes), len(SCRIPTS)).

    They are the probabilities on a page where all scripts are as frequent. `dark`: ink of the page, `boxes` in its
    pixels. A box without ink counts as Latin. Raises ModelUnavailable where the weights are missing or damaged.
    """
    found = strips(dark, boxes)
    likelihoods = np.zeros((len(boxes), len(SCRIPTS)))
    likelihoods[:, 0] = 1.0
    inked = [number for number, strip in enumerate(found) if strip is not None]
    if inked:
        weights = _weights(folder)
        logits = _logits([strip for strip in found if strip is not None], weights).astype(np.float64)
        logits -= np.log(weights["shares"])
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        likelihoods[inked] = powers / powers.sum(axis=1, keepdims=True)
    return likelihoods


def _logits(words: Sequence[Strip], w: Mapping[str, Numbers]) -> Numbers:
    counts = np.array([windows_in(len(word)) for word in words])
    canvases = [padded(word) for word in words]
    height = canvases[0].shape[1]
    first = np.cumsum([0, *(len(canvas) for canvas in canvases[:-1])])
    begin = np.cumsum(counts) - counts
    places = np.repeat(first - begin * STEP, counts) + np.arange(counts.sum()) * STEP
    ink = np.concatenate(canvases).ravel()
    windows = np.lib.stride_tricks.sliding_window_view(ink, WINDOW * height)[places * height].astype(np.float32)
    seen = np.maximum(windows @ w["look.weight"] + w["look.bias"], 0)
    seen = np.maximum(seen @ w["see.weight"] + w["see.bias"], 0)
    word = np.hstack((np.maximum.reduceat(seen, begin), np.add.reduceat(seen, begin) / counts[:, None]))
    word = np.maximum(word @ w["weigh.weight"] + w["weigh.bias"], 0)
    logits: Numbers = word @ w["decide.weight"] + w["decide.bias"]
    return logits


@lru_cache(maxsize=4)
def _weights(folder: Path) -> dict[str, Numbers]:
    """Load the network's layers, scaled for gray levels 0..255."""
    try:
        loaded = {name: value.astype(np.float32) for name, value in load_file(folder / WEIGHTS).items()}
        layers = {name: value.T.copy() if name.endswith("weight") else value for name, value in loaded.items()}
        layers["look.weight"] /= 255
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelUnavailable(f"{folder / WEIGHTS} cannot be read ({error}); install prelabel again") from None
    return layers
