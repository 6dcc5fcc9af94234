"""The options of a tagger's training, as its run's config.json keeps them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class TaggerTraining:
    """All that decides a training; written into its run's config.json. 0 or "": what suits model and data."""

    #: Sources of pages, see `prelabel.training.sources`; `valid` ones only judge, else a part of the others does.
    data: tuple[str, ...]
    valid: tuple[str, ...] = ()
    #: "compact", or a LayoutLM v1: a folder or a hub name.
    model: str = "compact"
    #: compact only: "shipped" or a folder whose weights to begin with.
    start: str = ""
    #: LayoutLM only: vocab.txt or tokenizer.json of another vocabulary than the model's.
    vocab: str = ""
    #: All labels but OTHER; else those of the model that it begins with, else those of the data.
    labels: tuple[str, ...] = ()
    epochs: int = 10
    pages_per_epoch: int = 0
    valid_pages: int = 200
    seed: int = 0
    #: Words (compact) or tokens (LayoutLM) of a batch, padding included, and pages that are sorted by length together.
    batch_tokens: int = 0
    pool: int = 64
    rate: float = 0.0
    #: "warmup-cosine" or "plateau" (ReduceLROnPlateau on the validation's score).
    schedule: str = "warmup-cosine"
    warm_up: float = 0.03
    decay: float = 0.0
    smoothing: float = 0.02
    #: Weight of the past in the averaged weights, which are those that count; 0: the last weights count.
    average: float = 0.998
    clip: float = 1.0
    #: Chance that training drops a number inside the network; negative: as the model was built.
    dropout: float = -1.0
    #: "auto", "cpu", "cuda" or "cuda:N"; "auto" (half on a GPU), "fp32", "bf16" or "fp16"; CPU threads.
    device: str = "auto"
    precision: str = "auto"
    threads: int = 1
    keep: int = 3

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> TaggerTraining:
        """What `asdict` gave, after a way through JSON."""
        known = {field.name for field in fields(cls)}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**{name: value for name, value in (values | lists).items() if name in known})
