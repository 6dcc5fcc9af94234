"""Pages with noisy tag probabilities around the ground truth, made without a tagger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from prelabel.evaluation.kie import bio_tags
from prelabel.kie.tag.tagger import Probabilities, plain_label
from prelabel.page import Page
from prelabel.training.tagged_pages import TaggedPage

TAGS = ("O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "B-ANSWER", "I-ANSWER")


def noisily_tagged(pages: Iterable[Page], *, seed: int = 0, begins: float = 1.0) -> list[TaggedPage]:
    """Return the pages with `noisy_probabilities`, as pages without annotated links."""
    rng = np.random.default_rng(seed)
    return [TaggedPage(page, noisy_probabilities(bio_tags(page), rng, begins), TAGS, frozenset()) for page in pages]


def noisy_probabilities(tags: Sequence[str], rng: np.random.Generator, begins: float = 1.0) -> Probabilities:
    """Return (words, `TAGS`) probabilities around these tags; most labels are correct.

    `begins`: weight of the correct B or I within a label.
    """
    plain = np.array([plain_label(tag) for tag in TAGS])
    there = np.array([plain_label(tag) for tag in tags])
    labels = np.unique(plain)
    of_label = 3.0 * (there[:, None] == labels) + rng.standard_normal((len(tags), len(labels)))
    of_tag = begins * (np.array(tags)[:, None] == TAGS) + rng.standard_normal((len(tags), len(TAGS)))
    rows = np.exp(of_label[:, np.searchsorted(labels, plain)] + of_tag)
    chances: Probabilities = (rows / rows.sum(1, keepdims=True)).astype(np.float32)
    return chances
