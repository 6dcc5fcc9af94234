"""Options of a training of a tagger, as the config.json of its training run stores them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class TaggerTraining:
    """All options of a training of a tagger. 0 or "" means a default by model and data."""

    #: Sources of pages, see `prelabel.training.sources`. `valid`: for validation only; by default a part of `data` is
    #: kept for it.
    data: tuple[str, ...]
    valid: tuple[str, ...] = ()
    #: "compact", or a LayoutLM v1: a folder or a hub name.
    model: str = "compact"
    #: For "compact": initial weights, "shipped" or a folder; empty: random weights.
    start: str = ""
    #: For LayoutLM: vocab.txt or tokenizer.json of a vocabulary that replaces the model's own.
    vocab: str = ""
    #: All labels but OTHER; by default those of the initial model, else those of the data.
    labels: tuple[str, ...] = ()
    epochs: int = 10
    pages_per_epoch: int = 0
    valid_pages: int = 200
    seed: int = 0
    #: Words (compact) or tokens (LayoutLM) of a batch, padding included; number of pages whose windows are sorted by
    #: length together.
    batch_tokens: int = 0
    pool: int = 64
    rate: float = 0.0
    #: "warmup-cosine" or "plateau" (ReduceLROnPlateau on the validation's score).
    schedule: str = "warmup-cosine"
    warm_up: float = 0.03
    decay: float = 0.0
    smoothing: float = 0.02
    #: Weight of the past in the averaged weights, which are validated and saved; 0: the last weights are.
    average: float = 0.998
    clip: float = 1.0
    #: Probability of dropout in the network; negative: as the model was built.
    dropout: float = -1.0
    #: "auto", "cpu", "cuda" or "cuda:N". Precision: "auto" (half on a GPU), "fp32", "bf16" or "fp16". CPU threads.
    device: str = "auto"
    precision: str = "auto"
    threads: int = 1
    keep: int = 3

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> TaggerTraining:
        """Return the options that `asdict` gave and that were stored as JSON."""
        known = {field.name for field in fields(cls)}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**{name: value for name, value in (values | lists).items() if name in known})
