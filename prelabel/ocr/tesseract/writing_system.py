"""Writing system of a word, Hangul or other, found by its ink before any text is read: one language's model reads it.

A word is drawn as a strip of fixed height. A small network looks at windows of the strip, each a little wider than a
syllable, and at the maximum and the mean of their features. In doubt the majority of the page's words decides.
`prelabel.training.writing_system` trains the network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load_file

from prelabel.errors import ModelUnavailable
from prelabel.images.ink import Dark
from prelabel.page import Box

Numbers = NDArray[np.float32]
#: Gray levels of a word, 255 is ink: shape (columns, ROWS).
Strip = NDArray[np.uint8]

FOLDER = Path(__file__).parents[2] / "models/writing_system"
WEIGHTS = "model.safetensors"

#: Rows of a strip, columns of a window (one and a half syllables) and between windows, all in pixels of the strip.
ROWS, WINDOW, STEP = 16, 24, 4
#: Paper before a word's first column.
_BEFORE = 4
#: Longer strips are squeezed: no word is as long, only ruled lines are.
_LONGEST = 24 * ROWS
#: Words of the usual mixture that are counted to the words of each page: a single word shows little of a page.
#: Measured on Tesseract's boxes of 108 pages: 98.7 % of words right without the page's share, 98.9 % with it; words of
#: FUNSD taken for Hangul: 2.7 %, then 0.7 %.
_USUAL_WORDS = 10
_ROUNDS = 10
#: Rows of a long word that are filled to more than this share are a ruled line above or below it.
_RULE = 0.95


def hangul(dark: Dark, boxes: Sequence[Box], folder: Path = FOLDER) -> NDArray[np.float64]:
    """Return the probability 0..1 that the word in each box holds a letter of Hangul: shape (len(boxes),).

    `dark`: the page's ink, see `ink.dark_pixels`; `boxes` in its pixels; `folder`: the trained weights. Letters may be
    light on dark ground. A box without ink, outside the page or with only a ruled line gives 0.0. Raises
    ModelUnavailable where the weights are missing or damaged.
    """
    found = strips(dark, boxes)
    probabilities = np.zeros(len(boxes))
    inked = [number for number, strip in enumerate(found) if strip is not None]
    if inked:
        words = [strip for strip in found if strip is not None]
        layers = weights(folder)
        probabilities[inked] = _with_page(results(words, layers)[:, 0], float(layers["share"]))
    return probabilities


def strips(dark: Dark, boxes: Sequence[Box]) -> list[Strip | None]:
    """Scale the ink of each word, from its highest to its lowest row, to `ROWS` pixels of height; None without ink."""
    page = Image.fromarray(dark.view(np.uint8) * np.uint8(255))
    return [_strip(dark, page, box) for box in boxes]


def windows_in(columns: int) -> int:
    """Return the number of windows on a strip of so many columns: they begin before it and end behind it."""
    return 1 + max(0, -(-(columns + 2 * _BEFORE - WINDOW) // STEP))


def padded(strip: Strip) -> Strip:
    """Add paper before and behind the strip, so that its windows fit exactly."""
    width = WINDOW + STEP * (windows_in(len(strip)) - 1)
    ground = np.zeros((width, ROWS), np.uint8)
    ground[_BEFORE : _BEFORE + len(strip)] = strip[: width - _BEFORE]
    return ground


def _strip(dark: Dark, page: Image.Image, box: Box) -> Strip | None:
    height, width = dark.shape
    x0, x1 = max(0, int(box.x0)), min(width, math.ceil(box.x1))
    y0, y1 = max(0, int(box.y0)), min(height, math.ceil(box.y1))
    if x0 >= x1 or y0 >= y1:
        return None
    counts = np.count_nonzero(dark[y0:y1, x0:x1], axis=1)
    light_on_dark = 2 * int(counts.sum()) > (x1 - x0) * (y1 - y0)
    if light_on_dark:
        counts = (x1 - x0) - counts
    most = _RULE * (x1 - x0) if x1 - x0 > 2 * (y1 - y0) else x1 - x0
    rows = np.flatnonzero((counts > 0) & (counts <= most))
    if not rows.size:
        return None
    y0, y1 = y0 + int(rows[0]), y0 + int(rows[-1]) + 1
    columns = min(_LONGEST, max(1, round((x1 - x0) * ROWS / (y1 - y0))))
    strip = np.asarray(page.resize((columns, ROWS), Image.Resampling.BILINEAR, (x0, y0, x1, y1))).T
    return 255 - strip if light_on_dark else strip


def _with_page(logits: Numbers, usual: float) -> NDArray[np.float64]:
    """Return probabilities for a page whose share of Hangul differs from the `usual` one of the training.

    Share and probabilities are estimated together (Saerens, Latinne and Decaestecker, Neural Computation 14:21, 2002).
    """
    own = logits.astype(np.float64).clip(-30, 30) - math.log(usual / (1 - usual))
    share = usual
    for _ in range(_ROUNDS):
        probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-own - math.log(share / (1 - share))))
        share = (usual * _USUAL_WORDS + probabilities.sum()) / (_USUAL_WORDS + len(own))
    return probabilities


def results(words: Sequence[Strip], w: Mapping[str, Numbers]) -> Numbers:
    """Return what a network with these `weights` gives for each word, before the last function: (words, results)."""
    counts = np.array([windows_in(len(word)) for word in words])
    canvases = [padded(word) for word in words]
    first = np.cumsum([0, *(len(canvas) for canvas in canvases[:-1])])
    begin = np.cumsum(counts) - counts
    places = np.repeat(first - begin * STEP, counts) + np.arange(counts.sum()) * STEP
    # Columns lie one after the other, so a window is contiguous in memory.
    ink = np.concatenate(canvases).ravel()
    windows = sliding_window_view(ink, WINDOW * ROWS)[places * ROWS].astype(np.float32)
    seen = np.maximum(windows @ w["look.weight"] + w["look.bias"], 0)
    seen = np.maximum(seen @ w["see.weight"] + w["see.bias"], 0)
    usual = np.add.reduceat(seen, begin) / counts[:, None]
    word = np.hstack((np.maximum.reduceat(seen, begin), usual))
    word = np.maximum(word @ w["weigh.weight"] + w["weigh.bias"], 0)
    given: Numbers = word @ w["decide.weight"] + w["decide.bias"]
    return given


@lru_cache(maxsize=4)
def weights(folder: Path) -> dict[str, Numbers]:
    """Load the layers of a network over strips, scaled for gray levels 0..255. Raises ModelUnavailable."""
    try:
        loaded = {name: value.astype(np.float32) for name, value in load_file(folder / WEIGHTS).items()}
        layers = {name: value.T.copy() if name.endswith("weight") else value for name, value in loaded.items()}
        layers["look.weight"] /= 255
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelUnavailable(f"{folder / WEIGHTS} cannot be read ({error}); install prelabel again") from None
    return layers
