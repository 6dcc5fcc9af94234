"""Forward pass of the compact tagger in numpy: the network of `torch_network`, for machines without a GPU.

The words of several windows are one long table, so that nothing is padded; only attention looks at each window alone.
The arrays of a pass are kept for the next one, because fresh memory would have to be mapped each time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from prelabel.kie.tag.features import RELATIONS, Floats, WindowFeatures
from prelabel.kie.tag.gelu import gelu
from prelabel.kie.tag.network_files import read_network
from prelabel.kie.tag.packing import Unpadded
from prelabel.kie.tag.shape import Shape
from prelabel.kie.tag.tagger import Probabilities
from prelabel.registry.tagger_files import Checkpoint

#: As in torch.
_EPSILON = np.float32(1e-5)
#: Words of a pass. A product of 150 rows takes 8 % longer than it would as a part of 1,000 rows; more gain nothing.
_WORDS = 1024
#: Classes of the third relation. Its table and that of the first are joined, which saves a look-up for each two words.
_NEAR = RELATIONS[2]


class Arrays:
    """Working memory: float32 arrays by name, which grow and are used again."""

    def __init__(self) -> None:
        self._flat: dict[str, Floats] = {}

    def __call__(self, name: str, *shape: int) -> Floats:
        """Return an array of this shape with any content."""
        size = prod(shape)
        flat = self._flat.get(name)
        if flat is None or flat.size < size:
            flat = self._flat[name] = np.empty(size, np.float32)
        return flat[:size].reshape(shape)


@dataclass(frozen=True, slots=True)
class _Linear:
    """Weights (in, out) and bias of a linear layer."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats, out: Floats) -> Floats:
        np.matmul(x, self.weight, out=out)
        out += self.bias
        return out

    def after(self, norm: _Norm) -> _Linear:
        """Return the layer with the scale and the offset of a norm in front of it, which then only centres."""
        return _Linear(norm.scale[:, None] * self.weight, norm.offset @ self.weight + self.bias)


@dataclass(frozen=True, slots=True)
class _Norm:
    """Scale and offset of a layer norm."""

    scale: Floats
    offset: Floats


@dataclass(frozen=True, slots=True)
class _Layer:
    """Pre-norm transformer layer; its norms are folded into `qkv` and `widen`, the scale of attention into `qkv`."""

    qkv: _Linear
    out: _Linear
    widen: _Linear
    narrow: _Linear


class NumpyScorer:
    """A scorer of windows on the CPU; safe for many threads, which take turns."""

    def __init__(self, shape: Shape, weights: Mapping[str, Floats]) -> None:
        self.passes = Unpadded(_WORDS)
        self._shape = shape
        self._ngrams = weights["ngrams.weight"]
        self._shapes, self._tags = _linear(weights, "shapes"), _linear(weights, "tags")
        self._geometry = _linear(weights, "geometry.0"), _linear(weights, "geometry.2")
        self._mixed = _norm(weights, "mixed")
        self._tags = self._tags.after(_norm(weights, "final"))
        across, edges, near = (weights[f"biases.{i}.weight"] for i in range(3))
        self._places = (across[:, None] + near[None]).reshape(-1, near.shape[1])
        self._edges = edges
        self._layers = [_layer(weights, f"layers.{i}", shape) for i in range(shape.layers)]
        self._arrays = Arrays()
        self._turn = threading.Lock()

    @classmethod
    def load(cls, checkpoint: Checkpoint) -> NumpyScorer:
        """Load the weights. Raises ModelUnavailable if they do not fit."""
        return cls(*read_network(checkpoint))

    def __call__(self, windows: Sequence[WindowFeatures]) -> Callable[[], list[Probabilities]]:
        """Return a function that returns the tag probabilities of each window, (words, tags)."""
        with self._turn:
            scored = self._score(windows)
        return lambda: scored

    def _score(self, windows: Sequence[WindowFeatures]) -> list[Probabilities]:
        """Compute one pass: attention window by window, everything else over the words of all windows at once."""
        ends = np.cumsum([len(window.counts) for window in windows]).tolist()
        spans = [slice(begin, end) for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
        words, arrays, shape = ends[-1], self._arrays, self._shape
        x = self._words(windows, words)
        biases = [self._biases(window.relations, f"biases {i}") for i, window in enumerate(windows)]
        room, more = arrays("room", words, shape.width), arrays("more", words, shape.width)
        for number, layer in enumerate(self._layers):
            qkv = layer.qkv(_centred(x, room), arrays("qkv", words, 3 * shape.width))
            for span, bias in zip(spans, biases, strict=True):
                self._attend(qkv[span], bias[shape.bias_set(number)], room[span])
            x += layer.out(room, more)
            wide = layer.widen(_centred(x, room), arrays("wide", words, 4 * shape.width))
            x += layer.narrow(gelu(wide, arrays), room)
        scores = self._tags(_centred(x, room), np.empty((words, shape.tags), np.float32))
        _exponentials(scores)
        scores /= scores.sum(-1, keepdims=True)
        return [scores[span] for span in spans]

    def _words(self, windows: Sequence[WindowFeatures], words: int) -> Floats:
        """Return what is known of each word before it sees the others, (words, width)."""
        arrays, width = self._arrays, self._shape.width
        x, room, more = (arrays(name, words, width) for name in ("x", "room", "more"))
        ngrams, counts = (np.concatenate([getattr(w, name) for w in windows]) for name in ("ngrams", "counts"))
        _means(self._ngrams, ngrams, counts, x, arrays)
        x += self._shapes(np.concatenate([w.shapes for w in windows]), room)
        first, second = self._geometry
        x += second(gelu(first(np.concatenate([w.geometry for w in windows]), room), arrays), more)
        np.multiply(_centred(x, room), self._mixed.scale, out=x)
        x += self._mixed.offset
        return x

    def _biases(self, relations: Any, name: str) -> Floats:
        """Return the biases of attention: (sets, heads, words, words). `relations`: (3, words, words) classes."""
        words, total = relations.shape[1], self._shape.biases * self._shape.heads
        by_place, by_edge = (self._arrays(each, words, words, total) for each in ("by place", "by edge"))
        places = relations[0].astype(np.intp)
        places *= _NEAR
        places += relations[2]
        np.take(self._places, places, 0, out=by_place, mode="clip")
        np.take(self._edges, relations[1], 0, out=by_edge, mode="clip")
        found = self._arrays(name, total, words, words)
        np.add(by_place.transpose(2, 0, 1), by_edge.transpose(2, 0, 1), out=found)
        return found.reshape(self._shape.biases, self._shape.heads, words, words)

    def _attend(self, qkv: Floats, bias: Floats, out: Floats) -> None:
        """Write what each word of a window takes from the others. `qkv`: (words, 3 * width)."""
        words, heads, width = len(qkv), self._shape.heads, self._shape.width
        query, key, value = qkv.reshape(words, 3, heads, width // heads).transpose(1, 2, 0, 3)
        scores = self._arrays("scores", heads, words, words)
        np.matmul(query, key.transpose(0, 2, 1), out=scores)
        scores += bias
        _exponentials(scores)
        mixed = out.reshape(words, heads, width // heads).transpose(1, 0, 2)
        np.matmul(scores, value, out=mixed)
        mixed /= scores.sum(-1, keepdims=True)


def _linear(weights: Mapping[str, Floats], name: str) -> _Linear:
    return _Linear(np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"])


def _norm(weights: Mapping[str, Floats], name: str) -> _Norm:
    return _Norm(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _layer(weights: Mapping[str, Floats], name: str, shape: Shape) -> _Layer:
    qkv = _linear(weights, f"{name}.qkv").after(_norm(weights, f"{name}.before"))
    scale = np.ones(3 * shape.width, np.float32)
    scale[: shape.width] = (shape.width // shape.heads) ** -0.5
    return _Layer(
        _Linear(qkv.weight * scale, qkv.bias * scale),
        _linear(weights, f"{name}.out"),
        _linear(weights, f"{name}.feed.0").after(_norm(weights, f"{name}.between")),
        _linear(weights, f"{name}.feed.2"),
    )


def _means(
    table: Floats, ngrams: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], out: Floats, arrays: Arrays
) -> None:
    """Write the mean row of each word's n-grams. The words with most n-grams come first, so each step is a prefix."""
    order = np.argsort(-counts, kind="stable")
    begins = (np.cumsum(counts) - counts)[order]
    sums, rows = (arrays(name, *out.shape) for name in ("sums", "rows"))
    sums[:] = 0
    longer = len(order) - np.cumsum(np.bincount(counts))  # longer[n]: number of words with more than n n-grams
    for place, number in enumerate(longer[:-1].tolist()):
        np.take(table, ngrams[begins[:number] + place], 0, out=rows[:number], mode="clip")
        sums[:number] += rows[:number]
    sums /= counts[order, None].astype(np.float32)
    out[order] = sums


def _centred(x: Floats, out: Floats) -> Floats:
    """Return rows with mean 0 and variance 1."""
    np.subtract(x, x.mean(-1, keepdims=True), out=out)
    variance = np.einsum("ij,ij->i", out, out) / np.float32(x.shape[1])
    out /= np.sqrt(variance + _EPSILON)[:, None]
    return out


def _exponentials(scores: Floats) -> None:
    """Replace scores by their exponentials, divided by the largest one of their row."""
    scores -= scores.max(-1, keepdims=True)
    np.exp(scores, out=scores)
