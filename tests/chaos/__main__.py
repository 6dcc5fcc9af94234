"""The program `python -m tests.chaos`: many seeds, one line each, and totals. Exit code 1: a guarantee was broken."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.plan import FULL, SMALL, Plan, Report
from tests.chaos.run import run

SEEDS = range(5001, 5051)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, help="default: 50 seeds")
    parser.add_argument("--small", action="store_true", help="40 pages and 4 faults a seed, instead of 200 and 8")
    parser.add_argument("--jobs", type=int, default=1, help="number of seeds that run at a time")
    parser.add_argument("--json", type=Path, help="append a line of JSON for each seed to this file")
    parser.add_argument("--keep", type=Path, help="keep logs and Redis's files in this folder, by seed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(args.jobs) as pool:
        folder, size = args.keep or Path(scratch), SMALL if args.small else FULL
        reports = []
        plans = (Plan.draw(seed, size) for seed in args.seeds or SEEDS)
        for report in pool.map(lambda plan: run(plan, size, folder / str(plan.seed)), plans):
            reports.append(report)
            print(_line(report), flush=True)
            if args.json:
                with args.json.open("a") as out:
                    out.write(json.dumps(report.to_json()) + "\n")
    print("\n".join(_table(reports)))
    return 1 if any(report.broken for report in reports) else 0


def _line(report: Report) -> str:
    faults = " ".join(name for _, name in report.plan.schedule)
    counts = f"{report.done:4} done {report.failed:2} failed {report.skipped:2} skipped {report.by_hand:2} by hand"
    return "\n    ".join(
        [
            f"{report.plan.seed} {'BROKEN' if report.broken else 'ok'} {report.seconds:5.1f} s {counts}  {faults}",
            *report.broken,
        ]
    )


def _table(reports: Sequence[Report]) -> Iterator[str]:
    """Yield the lines of the table: recovery times by fault, then the totals."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for name, s in report.recovery_s.items():
            seconds[name].append(s)
    yield f"\n{'fault':12} {'times':>5} {'median':>8} {'longest':>8}   seconds until pages in hand advanced"
    for name, found in sorted(seconds.items()):
        yield f"{name:12} {len(found):5} {statistics.median(found):8.1f} {max(found):8.1f}"
    pages = sum(report.done + report.failed + report.skipped for report in reports)
    lost, doubled = sum(len(report.lost) for report in reports), sum(len(report.doubled) for report in reports)
    by_hand, removed = sum(report.by_hand for report in reports), sum(report.removed for report in reports)
    broken = sum(bool(report.broken) for report in reports)
    yield f"\n{len(reports)} seeds, {pages} pages: {lost} lost, {doubled} doubled; {broken} seeds broke a guarantee"
    yield f"{by_hand} pages were retried by hand after an outage; {removed} second predictions were found and removed"


if __name__ == "__main__":
    sys.exit(main())
