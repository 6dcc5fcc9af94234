"""The guards that the harness can switch off, each with the fault that it guards against and the symptom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.chaos.plan import SMALL, Plan, Size
from tests.chaos.report import Report

#: Always enough to do for a fault to find it in hand.
_BUSY = replace(SMALL, pages=60, hosted=0, documents=1, poisoned=0, in_flight=80, patience_s=15.0)


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A run without a guard. `symptom` tells whether the report shows what is missing."""

    plan: Plan
    symptom: Callable[[Report], bool]
    size: Size = _BUSY


def _doubled(report: Report) -> bool:
    return bool(report.doubled)


def _lost(report: Report) -> bool:
    return bool(report.lost)


def _broken(report: Report) -> bool:
    return bool(report.broken)


UNGUARDED = {
    "look": Unguarded(Plan(9001, ((0.5, "cut"),)), _doubled),
    "token": Unguarded(Plan(9001, ((4.0, "stop-child"),)), _broken),
    "recovery": Unguarded(Plan(9001, ((4.0, "kill-cpu"),)), _lost),
}
