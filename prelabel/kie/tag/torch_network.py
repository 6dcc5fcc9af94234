"""Network of the compact tagger in torch: words as tokens, attention biased by the relative position of two words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from prelabel.kie.tag.features import BUCKETS, GEOMETRY_FEATURES, RELATIONS, SHAPE_FEATURES, WindowFeatures
from prelabel.kie.tag.shape import Shape


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to the longest one. `mask`: True for words. `relations`: (windows, words, words) each."""

    ngrams: Tensor
    offsets: Tensor
    shapes: Tensor
    geometry: Tensor
    relations: tuple[Tensor, ...]
    mask: Tensor

    def to(self, device: torch.device) -> Batch:
        """Copy the batch to a device."""
        return Batch(
            self.ngrams.to(device),
            self.offsets.to(device),
            self.shapes.to(device),
            self.geometry.to(device),
            tuple(relation.to(device) for relation in self.relations),
            self.mask.to(device),
        )


def collate(windows: Sequence[WindowFeatures]) -> Batch:
    """Join windows in one batch, padded to the longest one."""
    longest = max(len(w.counts) for w in windows)
    count = len(windows)
    shapes = np.zeros((count, longest, SHAPE_FEATURES), np.float32)
    geometry = np.zeros((count, longest, GEOMETRY_FEATURES), np.float32)
    relations = np.zeros((len(RELATIONS), count, longest, longest), np.int32)
    counts = np.zeros((count, longest), np.int64)
    for i, window in enumerate(windows):
        n = len(window.counts)
        shapes[i, :n], geometry[i, :n], counts[i, :n] = window.shapes, window.geometry, window.counts
        relations[:, i, :n, :n] = window.relations
    flat = counts.reshape(-1)
    return Batch(
        torch.from_numpy(np.concatenate([w.ngrams for w in windows])),
        torch.from_numpy(np.cumsum(flat) - flat),
        torch.from_numpy(shapes),
        torch.from_numpy(geometry),
        tuple(torch.from_numpy(relation) for relation in relations),
        torch.from_numpy(counts > 0),
    )


class Network(nn.Module):
    """Network that scores the tags of words, whatever their order and the other windows of the batch."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.ngrams = nn.EmbeddingBag(BUCKETS, width, mode="mean")
        self.shapes = nn.Linear(SHAPE_FEATURES, width)
        self.geometry = nn.Sequential(nn.Linear(GEOMETRY_FEATURES, width), nn.GELU(), nn.Linear(width, width))
        self.mixed = nn.LayerNorm(width)
        self.biases = nn.ModuleList(nn.Embedding(rows, shape.heads * shape.biases) for rows in RELATIONS)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.final = nn.LayerNorm(width)
        self.tags = nn.Linear(width, shape.tags)
        self.dropout = nn.Dropout(shape.dropout)
        #: Probability that training hides the text of a word, so that only its position counts.
        self.hidden = 0.2
        nn.init.normal_(self.ngrams.weight, std=0.3)
        for table in self.biases:
            nn.init.normal_(cast(nn.Embedding, table).weight, std=0.05)

    def forward(self, batch: Batch) -> Tensor:
        """Return (windows, words, tags) scores; the scores of padding are meaningless."""
        windows, words = batch.mask.shape
        text = self.ngrams(batch.ngrams, batch.offsets).view(windows, words, -1)
        if self.training:
            text = text * (torch.rand(windows, words, 1, device=text.device) > self.hidden)
        x = self.dropout(self.mixed(text + self.shapes(batch.shapes) + self.geometry(batch.geometry)))
        biases = self._biases(batch)
        for number, layer in enumerate(self.layers):
            x = layer(x, biases[self.shape.bias_set(number)])
        return cast(Tensor, self.tags(self.final(x)))

    def _biases(self, batch: Batch) -> tuple[Tensor, ...]:
        """Return (windows, heads, words, words) biases; towards padding they are very large negative numbers."""
        tables = [cast(nn.Embedding, table) for table in self.biases]
        total = tables[0](batch.relations[0])
        for table, relation in zip(tables[1:], batch.relations[1:], strict=True):
            total = total + table(relation)
        padding = ~batch.mask[:, None, None, :]
        split = total.permute(0, 3, 1, 2).split(self.shape.heads, dim=1)
        return tuple(bias.masked_fill(padding, -1e9) for bias in split)


class _Layer(nn.Module):
    """Pre-norm transformer layer with biased attention."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.before = nn.LayerNorm(width)
        self.between = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        windows, words, width = x.shape
        qkv = self.qkv(self.before(x)).view(windows, words, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(windows, words, width)
        x = x + self.dropout(self.out(mixed))
        return cast(Tensor, x + self.dropout(self.feed(self.between(x))))
