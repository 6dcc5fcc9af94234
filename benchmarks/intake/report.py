"""Report of a run of `benchmarks.intake`: ratios, one JSON object, a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.intake.documents import DPI

#: Pairs of ways to compare: the same colours in both; `auto` with the way that keeps colours.
_PAIRS = {
    "gray": ("ours, gray", "pdf2image, gray"),
    "colour": ("ours, colour", "pdf2image, colour"),
    "auto": ("ours, auto", "pdf2image, colour"),
    "poppler": ("ours, colour", 'pdf2image, fmt="png"'),
}
#: The pairs in which both ways have the same work; the worse one counts.
_FAIR = ("gray", "colour")
_BAR, _PEAK_MB = 5.0, 200


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a way for pages of one kind. `peak_mb`: the process's peak memory; `waited_s`: waits for uploads."""

    pages: int
    cpu_s: float
    bytes: int
    peak_mb: float
    wall_s: float
    upload_s: float
    waited_s: float

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a page."""
        return 1000 * self.cpu_s / self.pages


def report(costs: Mapping[str, Mapping[str, Cost]]) -> dict[str, Any]:
    """Return `cpu_ratio`, the worse one of gray against gray and colour against colour, and its parts; JSON-ready."""
    ratios = {name: {**_ratios(costs[ours], costs[theirs])} for name, (ours, theirs) in _PAIRS.items()}
    ours = [cost for way, kinds in costs.items() if way.startswith("ours") for cost in kinds.values()]
    return {
        "cpu_ratio": min(ratios[name]["all"] for name in _FAIR),
        "peak_mb": round(max(cost.peak_mb for cost in ours), 1),
        "upload_overlap": round(1 - sum(cost.waited_s for cost in ours) / sum(cost.upload_s for cost in ours), 3),
        "dpi": DPI,
        "ratios": ratios,
        "ways": {way: {kind: _row(cost) for kind, cost in kinds.items()} for way, kinds in costs.items()},
    }


def _ratios(ours: Mapping[str, Cost], theirs: Mapping[str, Cost]) -> dict[str, float]:
    """Return the CPU ratios by kind, and of a mean page of both kinds."""
    found = {kind: round(theirs[kind].cpu_ms / ours[kind].cpu_ms, 2) for kind in ours}
    means = (sum(cost.cpu_ms for cost in kinds.values()) for kinds in (theirs, ours))
    return {"all": round(next(means) / next(means), 2), **found}


def _row(cost: Cost) -> dict[str, float]:
    return {
        "pages": cost.pages,
        "cpu_ms_a_page": round(cost.cpu_ms, 2),
        "kib_a_page": round(cost.bytes / cost.pages / 1024, 1),
        "peak_mb": round(cost.peak_mb, 1),
        "wall_s": round(cost.wall_s, 2),
        "upload_s": round(cost.upload_s, 2),
        "waited_s": round(cost.waited_s, 2),
    }


def show(console: Console, costs: Mapping[str, Mapping[str, Cost]], found: Mapping[str, Any]) -> None:
    """Print the costs by way and kind, and the ratios beside their bars."""
    table = Table(box=None, pad_edge=False)
    for column in ("way", "pages", "kind", "CPU ms a page", "KiB a page", "peak MB"):
        table.add_column(column, justify="left" if column in {"way", "kind"} else "right")
    for way, kinds in costs.items():
        for kind, cost in kinds.items():
            size = f"{cost.bytes / cost.pages / 1024:.0f}"
            table.add_row(way, str(cost.pages), kind, f"{cost.cpu_ms:.1f}", size, f"{cost.peak_mb:.0f}")
    console.print(table)
    for name, ratios in found["ratios"].items():
        ours, theirs = _PAIRS[name]
        told = ", ".join(f"{kind} {ratio:.1f}" for kind, ratio in ratios.items())
        console.print(f"{theirs} / {ours}: {told}", markup=False)
    console.print(f"cpu_ratio {found['cpu_ratio']:.1f} (bar {_BAR:g}), peak {found['peak_mb']:.0f} MB (bar {_PEAK_MB})")
    console.print(f"{found['upload_overlap']:.0%} of the time of our uploads passed while the next page was rendered")
