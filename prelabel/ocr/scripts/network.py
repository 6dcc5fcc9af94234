"""Script of a word (Latin, Hangul, Chinese characters and kana, Cyrillic ...) by its ink, without reading it.

The network is that of `ocr/tesseract/writing_system`, with one result for each script. `scripts.train_scripts`
trains it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from prelabel.images.ink import Dark
from prelabel.ocr.tesseract.writing_system import results, strips, weights
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
        layers = weights(folder)
        logits = results([strip for strip in found if strip is not None], layers).astype(np.float64)
        logits -= np.log(layers["shares"])
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        likelihoods[inked] = powers / powers.sum(axis=1, keepdims=True)
    return likelihoods
