"""Tests with injected faults: no page is lost, no prediction is stored twice, and a guard that is off is noticed.

Small runs are part of `make test`, large ones of the slow tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.plan import FULL, SHIPPED, SMALL, Plan, Report, Size
from tests.chaos.run import run

#: For each guard, the fault (second, name) in the middle of the work that causes harm when the guard is off.
UNGUARDED = {"look": (0.5, "cut"), "token": (4.0, "stop-child"), "recovery": (4.0, "kill-cpu")}


def run_all(plans: Sequence[Plan], size: Size, folder: Path, guards_off: Sequence[str] = ()) -> list[Report]:
    """Run the plans, four at a time, because a run waits more than it computes."""
    off = guards_off or [""] * len(plans)
    with ThreadPoolExecutor(4) as pool:
        begun = [
            pool.submit(run, p, size, folder / f"{p.seed}{g}", guard_off=g) for p, g in zip(plans, off, strict=True)
        ]
        return [one.result() for one in begun]


def broken(reports: Sequence[Report]) -> dict[int, list[str]]:
    return {report.plan.seed: report.broken for report in reports if report.broken}


def test_four_small_seeds_keep_every_guarantee(tmp_path: Path) -> None:
    plans = [Plan.draw(seed, SMALL) for seed in range(9001, 9005)]
    assert broken(run_all(plans, SMALL, tmp_path)) == {}


def test_a_guard_that_is_off_is_noticed(tmp_path: Path) -> None:
    plans = [Plan(9001, (fault,)) for fault in UNGUARDED.values()]
    always_busy = {**SMALL.env, "PAGES_IN_FLIGHT": "80"}
    # Frozen until another chain has claimed the page, but less than PRELABEL_OCR_TIME_LIMIT, which would end the stale
    # chain.
    size = replace(SMALL, pages=80, env=always_busy, patience_s=20.0, pace=replace(SMALL.pace, stopped_s=8.0))
    reports = run_all(plans, size, tmp_path, [*UNGUARDED])
    assert [guard for guard, report in zip(UNGUARDED, reports, strict=True) if not report.broken] == []
    assert reports[0].doubled
    assert reports[2].lost


@pytest.mark.slow
def test_twenty_seeds_keep_every_guarantee(tmp_path: Path) -> None:
    plans = [Plan.draw(seed, FULL) for seed in range(7001, 7021)]
    assert broken(run_all(plans, FULL, tmp_path)) == {}


@pytest.mark.slow
def test_work_of_a_killed_worker_goes_on_within_a_minute_with_the_default_settings(tmp_path: Path) -> None:
    plan = Plan(8001, ((3.0, "kill-cpu"), (20.0, "kill-gpu"), (35.0, "kill-child"), (50.0, "kill-io")))
    report = run(plan, SHIPPED, tmp_path)
    assert report.broken == []
    assert report.recovery_s
    assert max(report.recovery_s.values()) < 60
