"""Decision of the gate, from the counts of both models on each page. No models, no files.

A challenger passes if its key-values are better by more than noise, and no label and no language falls by more than
noise. Key-values are one look, with an interval of 1 - `ALPHA`: an equal challenger passes in at most `ALPHA` of all
sets of pages (nominal half of it; 3.3 % of 2,500 simulated sets of 20 to 100 pages), a worse one more
rarely. Labels and languages are several looks, which share `ALPHA` (Bonferroni): an equal challenger is stopped by any
of them in about that share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prelabel.evaluation.gate.paired import Difference, difference
from prelabel.evaluation.scores import Scores

#: Share of wrong decisions by chance, both ends of an interval together.
ALPHA = 0.05
#: Fewest pages for a decision, and fewest pages with a label or in a language for a look at it.
LEAST_PAGES, LEAST_OF_A_KIND = 20, 10
#: Standard errors that a difference must have to be noticed at `ALPHA` four times in five: 1.96 + 0.84.
_NOTICED = 2.8
#: Difference for which the pages are named that a decision would need, where none is in sight, 0..1.
_WORTH = 0.01

Verdict = Literal["better", "worse", "a part is worse", "no better", "too few pages"]


@dataclass(frozen=True, slots=True)
class PagePair:
    """One page, judged with both models. `kinds`: label or language -> counts of (champion, challenger)."""

    name: str
    champion: Scores
    challenger: Scores
    kinds: Mapping[str, tuple[Scores, Scores]]


@dataclass(frozen=True, slots=True)
class Look:
    """One row of the table: F1 of both, 0..1, and the interval of their difference at its share of `ALPHA`.

    `low`, `high`: None where there are too few pages for a look.
    """

    what: str
    pages: int
    champion: float
    challenger: float
    low: float | None
    high: float | None

    @property
    def falls(self) -> bool:
        """Whether the challenger is worse by more than noise."""
        return self.high is not None and self.high < 0

    def to_json(self) -> dict[str, Any]:
        """Return percentages."""
        shares = {"champion": self.champion, "challenger": self.challenger, "low": self.low, "high": self.high}
        return {
            "what": self.what,
            "pages": self.pages,
            **{name: None if share is None else round(100 * share, 2) for name, share in shares.items()},
            "falls": self.falls,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the challenger passes, and why. `pages_needed`: None where more pages would not help."""

    verdict: Verdict
    reason: str
    key_values: Look
    looks: tuple[Look, ...]
    pages_needed: int | None = None

    @property
    def passed(self) -> bool:
        """Whether the challenger may be promoted."""
        return self.verdict == "better"

    def to_json(self) -> dict[str, Any]:
        """Return the decision as one object, in percentages."""
        return {
            "passed": self.passed,
            "verdict": self.verdict,
            "reason": self.reason,
            "pages_needed": self.pages_needed,
            "key_values": self.key_values.to_json(),
            "looks": [look.to_json() for look in self.looks],
        }


def decide(pages: Sequence[PagePair], *, seed: int = 0) -> Decision:
    """Compare both models on these pages. The same pages in the same order, and seed, give the same decision."""
    made = difference([each.champion for each in pages], [each.challenger for each in pages], seed=seed)
    few = len(pages) < LEAST_PAGES
    key_values = _look("key-values", made, ALPHA, few=few)
    looks = _looks(pages, seed)
    if few:
        reason = f"{len(pages)} pages are too few to decide: {LEAST_PAGES} are the least"
        return Decision("too few pages", reason, key_values, looks, max(LEAST_PAGES, _needed(made) or 0))
    low, high = made.interval(ALPHA)
    gain = f"{100 * made.observed:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    if high < 0:
        return Decision("worse", f"key-values are worse: {gain}", key_values, looks)
    if fallen := [look for look in looks if look.falls]:
        names = ", ".join(f"{x.what} {100 * (x.challenger - x.champion):+.1f}" for x in fallen)
        return Decision("a part is worse", f"falls by more than noise: {names}; key-values {gain}", key_values, looks)
    if low > 0:
        return Decision("better", f"key-values are better by more than noise: {gain}", key_values, looks)
    if not made.drawn.any():
        return Decision("no better", "both find the same key-values on every page", key_values, looks)
    needed = _needed(made)
    if needed is None:
        return Decision("no better", f"key-values are no better: {gain}", key_values, looks)
    if made.observed > 0:
        told = f"the gain may be noise: {gain}; about {needed} pages would tell"
        return Decision("too few pages", told, key_values, looks, needed)
    told = f"key-values are no better: {gain}; a gain of {100 * _WORTH:.0f} point would need about {needed} pages"
    return Decision("no better", told, key_values, looks, needed)


def _looks(pages: Sequence[PagePair], seed: int) -> tuple[Look, ...]:
    """Look at each label and language. Those with enough pages share `ALPHA`."""
    kinds = sorted({kind for page in pages for kind in page.kinds})
    found = {kind: [page.kinds[kind] for page in pages if kind in page.kinds] for kind in kinds}
    judged = sum(len(pairs) >= LEAST_OF_A_KIND for pairs in found.values())
    looks = []
    for kind, pairs in found.items():
        made = difference([pair[0] for pair in pairs], [pair[1] for pair in pairs], seed=seed)
        looks.append(_look(kind, made, 2 * ALPHA / max(1, judged), few=len(pairs) < LEAST_OF_A_KIND))
    return tuple(looks)


def _look(what: str, made: Difference, alpha: float, *, few: bool) -> Look:
    low, high = (None, None) if few else made.interval(alpha)
    return Look(what, made.pages, made.champion, made.challenger, low, high)


def _needed(made: Difference) -> int | None:
    """Return how many pages would show this gain, or a gain of `_WORTH` where there is none; None without noise."""
    if not made.noise or not made.pages:
        return None
    gain = made.observed if made.observed > 0 else _WORTH
    return math.ceil(made.pages * (_NOTICED * made.noise / gain) ** 2)
