"""The result of a run, and the table of many: one line a seed, recovery times by fault, totals."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from tests.chaos.plan import Plan


@dataclass(slots=True)
class Report:
    """The result of a run, which has passed when `broken` is empty."""

    plan: Plan
    seconds: float = 0.0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    #: Pages of documents that Label Studio holds.
    rendered: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    #: Second predictions, and second pages of documents, that a look found and removed.
    removed: int = 0
    #: Seconds until the pages in hand at a fault advanced, by fault; after an outage, since the server's return.
    recovery_s: dict[str, float] = field(default_factory=dict)
    #: Seconds from the server's return to the first upload, by fault.
    first_upload_s: dict[str, float] = field(default_factory=dict)
    #: Calls a second that a server got while it was away, by fault; the first seconds are left out.
    calls: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    def __str__(self) -> str:
        """Write the line of a seed, and one for each broken guarantee."""
        faults = " ".join(name for _, name in self.plan.schedule)
        counts = f"{self.done:4} done {self.failed:2} failed {self.skipped:2} skipped {self.rendered:2} of documents"
        verdict = "BROKEN" if self.broken else "ok"
        line = f"{self.plan.seed} {verdict} {self.seconds:5.1f} s {counts}  {faults} | {self.plan.scene}"
        return "\n    ".join([line.rstrip(" |"), *self.broken])


def table(reports: Sequence[Report]) -> Iterator[str]:
    """Yield the lines of the tables in Markdown, then the totals."""
    yield "\n| fault | cases | median | longest |\n|---|---|---|---|"
    yield from _rows(report.recovery_s for report in reports)
    yield "\n| outage | cases | first upload: median | longest |\n|---|---|---|---|"
    yield from _rows(report.first_upload_s for report in reports)
    pages = sum(report.done + report.failed + report.skipped for report in reports)
    lost, doubled = sum(len(report.lost) for report in reports), sum(len(report.doubled) for report in reports)
    broken, removed = sum(bool(report.broken) for report in reports), sum(report.removed for report in reports)
    rendered = sum(report.rendered for report in reports)
    yield f"\n{len(reports)} seeds, {pages} pages, {rendered} of them of documents: {lost} lost, {doubled} doubled"
    yield f"{broken} seeds broke a guarantee; nobody put a page back by hand"
    yield f"{removed} second predictions and second pages of documents were found and removed"


def _rows(found: Iterable[dict[str, float]]) -> Iterator[str]:
    seconds: dict[str, list[float]] = defaultdict(list)
    for each in found:
        for name, s in each.items():
            seconds[name].append(s)
    for name, values in sorted(seconds.items()):
        yield f"| {name} | {len(values)} | {statistics.median(values):.1f} | {max(values):.1f} |"
