"""Features of the compact tagger for a window of words: hashed n-grams, shapes, geometry, relations of two words.

No feature depends on the order of the words: reordered words give the same numbers, reordered.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: Rows of the n-gram table. A change of any number here requires a new training.
BUCKETS = 16384
MAX_NGRAMS = 28
SHAPE_FEATURES = 24
GEOMETRY_FEATURES = 16
#: Number of signed logarithmic distance classes on each axis: odd, with 0 in the middle.
STEPS = 21
#: Numbers of joint classes of (gap across, drop), of (left edges, right edges), and of neighbourhood.
RELATIONS = (STEPS * STEPS, STEPS * STEPS, 6)

_FAR = 40.0
_MARKS = ":.,$#/-()_%*"


@dataclass(frozen=True, slots=True)
class WindowFeatures:
    """Features of the words of a window.

    `ngrams`: bucket ids, word after word. `counts`: number of ids a word. `relations`: (3, words, words) classes.
    """

    ngrams: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    shapes: Floats
    geometry: Floats
    relations: npt.NDArray[np.int16]


def window_features(
    words: Sequence[str], boxes: npt.NDArray[np.float64], size_px: tuple[float, float], line_height_px: float
) -> WindowFeatures:
    """Return the features of at least one word. `boxes`: (words, 4) pixels; `size_px`: size of the page."""
    ids = [ngram_ids(word) for word in words]
    em = boxes / line_height_px
    gap, drop = _gaps(em), _drops(em)
    near = _neighbours(em, gap, drop)
    edges = _classes(em[None, :, 0] - em[:, None, 0]) * STEPS + _classes(em[None, :, 2] - em[:, None, 2])
    return WindowFeatures(
        np.fromiter((i for row in ids for i in row), dtype=np.int64),
        np.array([len(row) for row in ids], dtype=np.int64),
        np.array([shape(word) for word in words], dtype=np.float32),
        _geometry(boxes, em, near, size_px),
        np.stack([_classes(gap) * STEPS + _classes(drop), edges, near.classes]).astype(np.int16),
    )


@lru_cache(maxsize=65536)
def ngram_ids(word: str) -> tuple[int, ...]:
    """Return the buckets of the character n-grams of a word: whole word, digit pattern, trigrams, bigrams."""
    text = unicodedata.normalize("NFC", word).lower()
    framed = f"<{text}>"
    pattern = "".join("9" if c.isdigit() else "가" if c >= "가" else "a" if c.isalpha() else c for c in text)
    grams = [framed, "P" + pattern[:16], "B" + framed[:4], "E" + framed[-4:]]
    grams += [framed[i : i + 3] for i in range(len(framed) - 2)]
    grams += [framed[i : i + 2] for i in range(len(framed) - 1)]
    return tuple(zlib.crc32(gram.encode()) % BUCKETS for gram in grams[:MAX_NGRAMS])


@lru_cache(maxsize=65536)
def shape(word: str) -> tuple[float, ...]:
    """Return `SHAPE_FEATURES` numbers, 0..2, about the characters of a word."""
    count = max(len(word), 1)
    digits, upper = sum(c.isdigit() for c in word), sum(c.isupper() for c in word)
    letters, hangul = sum(c.isalpha() for c in word), sum("가" <= c <= "힣" for c in word)
    return (
        min(count, 20) / 10,
        digits / count,
        upper / count,
        letters / count,
        hangul / count,
        float(word.endswith(":")),
        float(word[:1].isupper()),
        float(word.isupper()),
        float(word.isdigit()),
        float(count == 1),
        float("₩" in word or "￦" in word or word.endswith("원")),
        1 - (letters + digits) / count,
        *(float(mark in word) for mark in _MARKS),
    )


@dataclass(frozen=True, slots=True)
class _Near:
    """Nearest neighbours of the words of a window.

    `classes`: 0 far, 1 left neighbour, 2 right, 3 above, 4 below, 5 the word itself. `gaps`: (words, 4) in ems.
    """

    classes: npt.NDArray[np.int64]
    gaps: npt.NDArray[np.float64]


def _gaps(em: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the signed horizontal gap of every two words, 0 if one is above the other."""
    right = em[None, :, 0] - em[:, None, 2]
    gap = np.maximum(right, 0) - np.maximum(right.T, 0)
    return np.asarray(gap, dtype=np.float64)


def _drops(em: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the vertical distance from the centre of word i down to the centre of word j."""
    middle = (em[:, 1] + em[:, 3]) / 2
    return np.asarray(middle[None, :] - middle[:, None], dtype=np.float64)


def _classes(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the classes 0..STEPS-1 of distances in ems: the middle is below 0.2 em, each step is a factor of 1.8."""
    size = np.abs(distance)
    step = np.where(size < 0.2, 0, 1 + np.log(np.maximum(size, 0.2) / 0.2) / np.log(1.8))
    signed = np.sign(distance) * np.minimum(np.floor(step), STEPS // 2)
    classes: npt.NDArray[np.int64] = (STEPS // 2 + signed).astype(np.int64)
    return classes


def _neighbours(em: npt.NDArray[np.float64], gap: npt.NDArray[np.float64], drop: npt.NDArray[np.float64]) -> _Near:
    count = len(em)
    overlap = np.minimum(em[:, None, 3], em[None, :, 3]) - np.maximum(em[:, None, 1], em[None, :, 1])
    beside = (np.abs(drop) < 0.6) | (overlap > 0.5)
    column = (gap == 0) & ~beside
    across = (em[None, :, 0] + em[None, :, 2] - em[:, None, 0] - em[:, None, 2]) / 2
    classes = np.zeros((count, count), dtype=np.int64)
    gaps = np.full((count, 4), _FAR)
    rows = np.arange(count)
    for number, (mask, distance) in enumerate(
        (
            (beside & (across < 0), np.abs(gap)),
            (beside & (across > 0), np.abs(gap)),
            (column & (drop < 0), np.abs(drop)),
            (column & (drop > 0), np.abs(drop)),
        )
    ):
        # Among words at the same distance the nearer centre wins, whatever their order.
        masked = np.where(mask, distance + 1e-3 * np.abs(across), np.inf)
        nearest = masked.argmin(1)
        found = np.isfinite(masked[rows, nearest])
        classes[rows[found], nearest[found]] = number + 1
        gaps[found, number] = np.minimum(distance[rows[found], nearest[found]], _FAR)
    classes[rows, rows] = 5
    return _Near(classes, gaps)


def _geometry(
    boxes: npt.NDArray[np.float64],
    em: npt.NDArray[np.float64],
    near: _Near,
    size_px: tuple[float, float],
) -> Floats:
    width, height = size_px
    place = boxes / np.array([width, height, width, height])
    extent = np.log1p(np.maximum(np.stack([em[:, 2] - em[:, 0], em[:, 3] - em[:, 1]], 1), 0))
    left, right = near.gaps[:, 0], near.gaps[:, 1]
    flags = np.stack([left > 1.2, right > 1.2, left < 0.6, right < 0.6, near.gaps[:, 2] > 2, near.gaps[:, 3] > 2], 1)
    features: Floats = np.concatenate([place, extent, near.gaps / 10, flags], 1).astype(np.float32)
    return features
