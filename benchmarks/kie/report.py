"""Report of `benchmarks.kie`: figures over pages, folds and seeds, beside published figures."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.kie.jobs import DEFAULT, KOREAN, NOTHING, SHIPPED, TRAINED, Counts, Result
from prelabel.evaluation.bootstrap import f1_interval
from prelabel.evaluation.kie import GROUPS, PROTOCOLS
from prelabel.evaluation.scores import Scores

#: T1 with the words in the order of OCR, beside T1 in annotation order.
RASTER = "T1_raster"
_ORDERED = {"T1": PROTOCOLS["T1"].format(order="annotation"), RASTER: PROTOCOLS["T1"].format(order="raster")}
_WHAT = PROTOCOLS | _ORDERED

#: Target of each figure, F1 in percent.
AIMS = {
    **{"T1": 78.0, "T2": 87.0, "T3": 97.5, "T4": 94.0, "T5": 76.0, "T6": 60.0, "T6_relaxed": 70.0},
    **{"T7_T1": 55.0, "T7_T3": 95.0, "T7_T6_relaxed": 45.0, "T8_T1": 90.0, "T8_T3": 97.0},
    **{"few_10_shipped": 50.0, "few_30_shipped": 58.0, "few_149_shipped": 76.0},
}
#: F1 on FUNSD's 50 test pages by the authors; all models have weights pretrained on millions of pages.
PUBLISHED = {
    "T1": "LayoutLM base 78.7, LayoutXLM base 79.4, LayoutLMv2 base/large 82.8/84.2, BROS base/large 83.1/84.5; "
    "with the boxes of gold entities LayoutLMv3 base/large 90.3/92.1; GeoLayoutLM 92.9",
    "T3": "LayoutXLM base 54.8",
    "T4": "LayoutLM large 42.8, BROS base/large 71.5/77.0, GeoLayoutLM 89.5; LayoutLMv3 large with entity markers "
    "90.8, KVPFormer 90.9",
    "T6": "MSAU-PAF 75.0; PEneo 72 to 79.3 (RFUND-EN)",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the report.

    `seeds`: F1 of each seed, 0..1, over all its pages. `low`, `high`: 95 % interval over pages. `pages`: number of
    evaluated pages, each counted once.
    """

    name: str
    protocol: str
    seeds: tuple[float, ...]
    low: float
    high: float
    pages: int

    @property
    def f1(self) -> float:
        """The mean over the seeds."""
        return statistics.mean(self.seeds)

    @property
    def spread(self) -> float | None:
        """The standard deviation over the seeds; None for one seed."""
        return statistics.stdev(self.seeds) if len(self.seeds) > 1 else None

    def to_json(self) -> dict[str, Any]:
        """Return the figure in percent, with its target and description."""
        return {
            **{
                name: round(100 * value, 2) for name, value in (("f1", self.f1), ("low", self.low), ("high", self.high))
            },
            "spread": None if self.spread is None else round(100 * self.spread, 2),
            "seeds": [round(100 * value, 2) for value in self.seeds],
            "pages": self.pages,
            "aim": AIMS.get(self.name),
            "published": PUBLISHED.get(self.name),
            "protocol": self.protocol,
        }


def rows(results: Sequence[Result]) -> list[Row]:
    """Return all figures of the finished jobs, in the order of the table."""
    groups: dict[str, dict[int, Counts]] = {}
    results = [*results, *_twins(results)]
    for result in results:
        groups.setdefault(result.job.group, {}).setdefault(result.job.seed, {}).update(result.counts)
    made = [
        _row(name, name, groups[TRAINED], f"{what}; trained on the other pages")
        for name, what in sorted(_WHAT.items())
        if TRAINED in groups
    ]
    for group in (DEFAULT, KOREAN):
        if group in groups:
            what, names = GROUPS[group]
            made += [_row(f"{group}_{name}", name, groups[group], f"{what}: {_WHAT[name]}") for name in names]
    for group in sorted((name for name in groups if name.startswith("few_")), key=_count):
        learned = {len(result.job.learn) for result in results if result.job.group == group}
        start = "the shipped weights" if group.endswith(SHIPPED) else "random weights"
        made.append(_row(group, "T1", groups[group], f"T1 after {_span(learned)} corrected pages, from {start}"))
    return made


def _twins(results: Sequence[Result]) -> list[Result]:
    """Return the jobs of `TRAINED` that also belong to a few-shot row: all pages, same evaluated pages."""
    groups = {(r.job.seed, r.job.learn, r.job.judge): r.job.group for r in results if r.job.group.startswith("few_")}
    return [
        replace(r, job=replace(r.job, group=group.replace(NOTHING, SHIPPED)))
        for r in results
        if r.job.group == TRAINED and (group := groups.get((r.job.seed, r.job.learn, r.job.judge)))
    ]


def _row(name: str, figure: str, seeds: Mapping[int, Counts], protocol: str) -> Row:
    by_seed = [{page: Scores(*counts[figure]) for page, counts in seed.items()} for seed in seeds.values()]
    pages = sorted({page for scores in by_seed for page in scores})
    # The counts of a page are added over the seeds, so that the interval is over pages only.
    together = [_sum(scores[page] for scores in by_seed if page in scores) for page in pages]
    f1s = tuple(_sum(scores.values()).f1 for scores in by_seed)
    return Row(name, protocol, f1s, *f1_interval(together, seed=0), len(pages))


def _count(group: str) -> tuple[int, str]:
    """Return the sort key of a few-shot group: fewest pages first, random weights before shipped weights."""
    _, count, start = group.split("_")
    return int(count), start


def _sum(scores: Iterable[Scores]) -> Scores:
    return sum(scores, Scores(0, 0, 0))


def _span(counts: set[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def show(made: Sequence[Row], console: Console) -> None:
    """Print the table, and the published values of the same figures."""
    table = Table(title="F1 %, mean of the seeds", title_justify="left")
    table.add_column("", no_wrap=True)
    for column in ("F1", "seeds +-", "low", "high", "aim", "pages"):
        table.add_column(column, justify="right")
    table.add_column("figure")
    for row in made:
        values = row.to_json()
        shown = ("-" if values[key] is None else f"{values[key]:.1f}" for key in ("f1", "spread", "low", "high", "aim"))
        table.add_row(row.name, *shown, str(row.pages), row.protocol)
    console.print(table)
    console.print("seeds +-: standard deviation; low, high: 95 % of draws of as many pages.")
    for name, models in PUBLISHED.items():
        if any(row.name == name for row in made):
            console.print(f"{name}, published, FUNSD's test pages: {models}", markup=False, soft_wrap=True)
