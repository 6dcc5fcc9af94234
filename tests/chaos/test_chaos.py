"""Tests with injected faults: no page is lost, no prediction is stored twice, and a guard that is off is noticed.

Small runs are part of `make test`, large ones of the slow tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.chaos.guards import UNGUARDED
from tests.chaos.plan import FULL, SMALL, Plan, Scene, Size
from tests.chaos.report import Report
from tests.chaos.run import run
from tests.chaos.timing import SHIPPED, SPEED

#: Runs at a time: a run waits more than it computes.
_AT_ONCE = 6


def run_all(plans: Sequence[Plan], size: Size, folder: Path, at_once: int = _AT_ONCE) -> list[Report]:
    with ThreadPoolExecutor(at_once) as pool:
        return [*pool.map(lambda plan: run(plan, size, folder / str(plan.seed)), plans)]


def broken(reports: Sequence[Report]) -> dict[int, list[str]]:
    return {report.plan.seed: report.broken for report in reports if report.broken}


def test_four_small_seeds_keep_every_guarantee(tmp_path: Path) -> None:
    plans = [Plan.draw(seed, SMALL) for seed in range(9001, 9005)]
    assert broken(run_all(plans, SMALL, tmp_path)) == {}


def test_a_guard_that_is_off_is_noticed(tmp_path: Path) -> None:
    """Given runs without one guard each, with the fault that it guards against, then each has its symptom.

    On a busy machine a fault may find nothing to harm: the run is tried again.
    """
    left = list(UNGUARDED)
    for attempt in range(3):
        left = unnoticed(left, tmp_path / str(attempt))
    assert left == []


def unnoticed(guards: Sequence[str], folder: Path) -> list[str]:
    """Run without each of these guards; return those whose symptom did not show."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        plans = {name: UNGUARDED[name] for name in guards}
        begun = {
            name: pool.submit(run, guard.plan, guard.size, folder / name, guard_off=name)
            for name, guard in plans.items()
        }
        return [name for name, one in begun.items() if not plans[name].symptom(one.result())]


@pytest.mark.slow
def test_twenty_seeds_keep_every_guarantee(tmp_path: Path) -> None:
    plans = [Plan.draw(seed, FULL) for seed in range(7001, 7021)]
    assert broken(run_all(plans, FULL, tmp_path, at_once=2)) == {}


@pytest.mark.slow
def test_work_of_a_killed_worker_goes_on_within_a_minute_with_the_default_settings(tmp_path: Path) -> None:
    faults = ((3.0, "kill-cpu"), (10.0, "kill-gpu"), (17.0, "kill-child"), (24.0, "kill-io"))
    report = run(Plan(8001, faults, scene=Scene(SHIPPED)), FULL, tmp_path)
    assert report.broken == []
    assert report.recovery_s
    assert max(report.recovery_s.values()) * SPEED < 60
