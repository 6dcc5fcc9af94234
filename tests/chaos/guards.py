"""The guards that the harness can switch off, each with the fault that it guards against and the symptom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.chaos.plan import SMALL, Plan, Scene, Size
from tests.chaos.report import Report

#: Always enough to do for a fault to find it in hand.
_BUSY = replace(
    SMALL, pages=40, hosted=0, documents=1, outside=2, poisoned=0, in_flight=80, span_s=2.0, patience_s=12.0
)


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


def _failed(report: Report) -> bool:
    return report.failed > 0


def _removed(report: Report) -> bool:
    return report.removed > 0


_TWO_IO = Scene(io_workers=2)

UNGUARDED = {
    "look": Unguarded(Plan(9001, ((0.5, "cut"),)), _doubled),
    "recheck": Unguarded(Plan(9001, ((2.0, "cut-later"),)), _doubled),
    "lock": Unguarded(Plan(9001, ((0.2, "stop-importing"),), scene=_TWO_IO), _removed),
    "care": Unguarded(Plan(9001, ((1.0, "run-expired"), (3.0, "kill-cpu"))), _lost, replace(_BUSY, documents=0)),
    "outage": Unguarded(Plan(9001, ((2.0, "away"),)), _failed),
    "token": Unguarded(Plan(9001, ((3.0, "stop-child"),)), _broken),
    "recovery": Unguarded(Plan(9001, ((3.0, "kill-cpu"),)), _lost),
}
