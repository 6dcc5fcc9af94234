"""Confidence intervals of a micro F1: the percentile bootstrap over pages (Efron, doi.org/10.1214/aos/1176344552)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prelabel.evaluation.scores import Scores, f1

DRAWS = 1000


def f1_interval(pages: Sequence[Scores], *, seed: int, draws: int = DRAWS) -> tuple[float, float]:
    """Return (low, high), 0..1: the interval with 95 % of the micro F1s of as many pages, drawn with replacement.

    The same seed draws the same pages whatever the scores, so that figures of one set of pages can be compared.
    """
    if not pages:
        return 1.0, 1.0
    times = np.random.default_rng(seed).multinomial(len(pages), np.full(len(pages), 1 / len(pages)), size=draws)
    sums = times @ np.array([(page.matched, page.truth, page.predicted) for page in pages])
    low, high = np.percentile([f1(*row) for row in sums.tolist()], (2.5, 97.5))
    return float(low), float(high)
