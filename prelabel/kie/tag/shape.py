"""Sizes of the compact tagger's network, and the shape of each of its weights."""

from __future__ import annotations

from dataclasses import dataclass

from prelabel.kie.tag.features import BUCKETS, GEOMETRY_FEATURES, RELATIONS, SHAPE_FEATURES


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network."""

    tags: int
    width: int = 128
    layers: int = 4
    heads: int = 4
    dropout: float = 0.1
    #: Sets of attention biases; neighbouring layers share one.
    biases: int = 2

    def bias_set(self, layer: int) -> int:
        """Return the number of the bias set that a layer uses."""
        return layer * self.biases // self.layers

    def weights(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each weight by its name; the matrices are (out, in)."""
        width = self.width
        found: dict[str, tuple[int, ...]] = {"ngrams.weight": (BUCKETS, width)}
        found |= _linear("shapes", SHAPE_FEATURES, width) | _norm("mixed", width)
        found |= _linear("geometry.0", GEOMETRY_FEATURES, width) | _linear("geometry.2", width, width)
        found |= {f"biases.{i}.weight": (rows, self.heads * self.biases) for i, rows in enumerate(RELATIONS)}
        for layer in range(self.layers):
            name = f"layers.{layer}"
            found |= _norm(f"{name}.before", width) | _linear(f"{name}.qkv", width, 3 * width)
            found |= _linear(f"{name}.out", width, width) | _norm(f"{name}.between", width)
            found |= _linear(f"{name}.feed.0", width, 4 * width) | _linear(f"{name}.feed.2", 4 * width, width)
        return found | _norm("final", width) | _linear("tags", width, self.tags)


def _linear(name: str, size: int, out: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, size), f"{name}.bias": (out,)}


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}
