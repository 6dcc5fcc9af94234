"""The program `python -m tests.chaos`: many seeds, one line each, and totals. Exit code 1: a guarantee was broken."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.chaos.plan import FULL, SMALL, Plan
from tests.chaos.report import Report, table
from tests.chaos.run import run

SEEDS = range(5001, 5061)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, help=f"default: {len(SEEDS)} seeds")
    parser.add_argument("--small", action="store_true", help="few pages and 4 faults a seed, instead of 8")
    parser.add_argument("--jobs", type=int, default=1, help="number of seeds that run at a time")
    parser.add_argument("--json", type=Path, help="append a line of JSON for each seed to this file")
    parser.add_argument("--keep", type=Path, help="keep logs and Redis's files in this folder, by seed")
    parser.add_argument("--faults", nargs="+", help="only these faults, at second 2, instead of the drawn ones")
    parser.add_argument("--older", type=Path, help="checkout of an older release whose workers are there, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(args.jobs) as pool:
        folder, size = args.keep or Path(scratch), SMALL if args.small else FULL
        reports = []
        plans = [Plan.draw(seed, size) for seed in args.seeds or SEEDS]
        if args.faults:
            plans = [plan.with_faults([(2.0, name) for name in args.faults]) for plan in plans]
        if args.older:
            plans = [plan.beside(args.older) for plan in plans]
        begun = {pool.submit(run, plan, size, folder / str(plan.seed)): plan for plan in plans}
        for done in as_completed(begun):
            fault = done.exception()
            report = Report(begun[done], broken=[f"the harness failed: {fault!r}"]) if fault else done.result()
            reports.append(report)
            print(report, flush=True)
            if args.json:
                with args.json.open("a") as out:
                    out.write(json.dumps(report.to_json()) + "\n")
    print("\n".join(table(reports)))
    return 1 if any(report.broken for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
