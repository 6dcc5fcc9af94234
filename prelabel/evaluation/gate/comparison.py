"""Comparison of two sets of models on a source of pages: decision, calibration and risk, as JSON and as text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.evaluation.gate.decision import Decision, Look, decide
from prelabel.evaluation.gate.measure import Contender, Judged, judge, reliabilities
from prelabel.evaluation.kie import check_labels
from prelabel.evaluation.reliability.measure import Reliability


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the gate found on the pages of `source`; `at`: unix time."""

    champion: Contender
    challenger: Contender
    source: str
    pages: int
    decision: Decision
    reliability: tuple[Reliability, Reliability]
    at: float

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as one object."""
        sides = zip(("champion", "challenger"), (self.champion, self.challenger), self.reliability, strict=True)
        models = {
            name: {"name": side.name, "models": side.digest, "reliability": sure.to_json()}
            for name, side, sure in sides
        }
        return {"source": self.source, "pages": self.pages, "at": self.at, **models, **self.decision.to_json()}

    def text(self) -> str:
        """Return the comparison as lines that people read."""
        made = self.decision
        lines = [
            f"champion:   {self.champion.name} ({self.champion.digest})",
            f"challenger: {self.challenger.name} ({self.challenger.digest})",
            f"{self.pages} pages of {self.source}",
            "",
            f"{'F1 %':24}{'pages':>6}{'champion':>10}{'challenger':>12}  difference",
            *(_row(look) for look in (made.key_values, *made.looks)),
            "",
            *_reliability(self.reliability),
            "",
            f"{'passed' if made.passed else 'not passed'}: {made.reason}",
        ]
        return "\n".join(line.rstrip() for line in lines) + "\n"


def compare(
    pages: Sequence[AnnotatedPage],
    champion: Contender,
    challenger: Contender,
    *,
    source: str,
    link_threshold: float,
    seed: int = 0,
    progress: Callable[[Iterable[Judged]], Iterable[Judged]] = iter,
) -> Comparison:
    """Extract all pages with both, and decide. `progress`: passes the pages on, and shows how many there were.

    Raises SettingError where the challenger has no label of the annotations.
    """
    check_labels(pages, challenger.models.tagger)
    judged = list(progress(judge(pages, champion.models, challenger.models, link_threshold=link_threshold)))
    decision = decide([each.pair for each in judged], seed=seed)
    return Comparison(champion, challenger, source, len(pages), decision, reliabilities(judged), time.time())


def _row(look: Look) -> str:
    first, second = 100 * look.champion, 100 * look.challenger
    shown = f"{look.what:24}{look.pages:>6}{first:>10.1f}{second:>12.1f}  {second - first:+.1f}"
    if look.low is None or look.high is None:
        return f"{shown} (too few pages)"
    return f"{shown} ({100 * look.low:+.1f} to {100 * look.high:+.1f}){' falls' if look.falls else ''}"


def _reliability(sides: tuple[Reliability, Reliability]) -> list[str]:
    lines = [f"{'confidence':24}{'':>6}{'champion':>10}{'challenger':>12}"]
    lines.append(f"{'ECE %':24}{'':>6}" + f"{100 * sides[0].ece:>10.1f}{100 * sides[1].ece:>12.1f}")
    for first, second in zip(*(side.coverage() for side in sides), strict=True):
        what = f"no look % at {100 * first.wanted:.0f} % right"
        lines.append(f"{what:24}{'':>6}{100 * first.share:>10.0f}{100 * second.share:>12.0f}")
    return lines
