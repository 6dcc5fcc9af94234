"""Report of a run of `benchmarks.throughput`: ratios, one JSON object, tables."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measure
from devstack.label_studio import HOME
from devstack.redis import server_program

#: Bars for ours: a share of the bare engine's steady rate, and multiples of the tuned rivals' rates.
BARS = {"limit_ratio": 0.85, "retrieve_ratio": 2.0, "script_ratio": 2.2}
#: Cores that other processes may keep busy, on average; above that the figures are not worth keeping.
_BUSY_CORES = 0.15

_TITLES = {
    "limit": "(a) bare tesserocr, a process a core",
    "ours": "prelabel, the whole stack",
    "retrieve_tuned": "(b) Retrieve Predictions, tuned",
    "retrieve_untuned": "(b) Retrieve Predictions, untuned",
    "script_tuned": "(c) plain script, tuned",
    "script_untuned": "(c) plain script, untuned",
}


_COLUMNS = ("pages", "wall s", "s/page", "pages/s", "steady pages/s", "CPU s/page", "words/page", "others' cores")


@dataclass(slots=True)
class Report:
    """Measures in the order of the run; `limit` and `ours` alternate, `limit` first and last."""

    settings: Mapping[str, str]
    gray: bool
    measures: list[Measure] = field(default_factory=list)

    def of(self, way: str) -> list[Measure]:
        return [measure for measure in self.measures if measure.way == way]

    def limit_ratios(self) -> list[float]:
        """Return the steady rate of each run of ours, divided by the mean of the limits before and after it."""
        limits, ours = self.of("limit"), self.of("ours")
        if len(limits) != len(ours) + 1:
            return []
        around = [(a.steady_pages_per_s + b.steady_pages_per_s) / 2 for a, b in pairwise(limits)]
        return [own.steady_pages_per_s / limit for own, limit in zip(ours, around, strict=True)]

    def ratios(self) -> dict[str, float | None]:
        """Return the three ratios of the bars, larger is better; None for ratios that were not measured.

        The limit is compared in the steady state. (b) and (c) are compared by the whole wall time, fill and drain
        included: the time that a person waits.
        """
        found = self.limit_ratios()
        return {
            "limit_ratio": _rounded(statistics.mean(found)) if found else None,
            **{f"{name}_ratio": self._against(name, self._wall_rate) for name in ("retrieve", "script")},
        }

    def steady_ratios(self) -> dict[str, float | None]:
        """Return the ratios to (b) and (c) in the steady state."""
        return {f"{name}_steady_ratio": self._against(name, self._steady_rate) for name in ("retrieve", "script")}

    def _against(self, name: str, rate: Callable[[str], float]) -> float | None:
        own, rival = rate("ours"), rate(f"{name}_tuned")
        return _rounded(own / rival) if own and rival else None

    def _wall_rate(self, way: str) -> float:
        return _mean(measure.pages_per_s for measure in self.of(way))

    def _steady_rate(self, way: str) -> float:
        return _mean(measure.steady_pages_per_s for measure in self.of(way))

    def to_json(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        ratios = self.ratios()
        return {
            "benchmark": "throughput",
            **ratios,
            **self.steady_ratios(),
            "bars": BARS,
            "bars_met": {name: value >= BARS[name] for name, value in ratios.items() if value is not None},
            "limit_ratio_by_round": [_rounded(ratio) for ratio in self.limit_ratios()],
            "limit_spread": self._spread("limit"),
            "ours_spread": self._spread("ours"),
            "busy_machine": self.busy(),
            "cores": os.cpu_count(),
            "settings": dict(self.settings),
            "page_images": "gray" if self.gray else "RGB",
            "measures": {way: [m.to_json() for m in self.of(way)] for way in _TITLES if self.of(way)},
            "versions": versions(),
        }

    def busy(self) -> bool:
        """Return whether other processes kept the machine busy meanwhile."""
        return any(measure.others_cores > _BUSY_CORES for measure in self.measures)

    def _spread(self, way: str) -> float | None:
        """Return (highest - lowest) / mean of the steady rates."""
        rates = [measure.steady_pages_per_s for measure in self.of(way)]
        return _rounded((max(rates) - min(rates)) / statistics.mean(rates)) if len(rates) > 1 else None

    def show(self, console: Console) -> None:
        """Print the tables."""
        console.print(self._rates())
        if self.of("ours"):
            console.print(self._breakdown())
        console.print(self._ratios())
        console.print("tuned: OMP_THREAD_LIMIT=1; untuned: OpenMP's defaults, on fewer pages where the table says so.")
        if self.busy():
            console.print("Other processes were at work on this machine: do not keep these figures.", style="bold")

    def _rates(self) -> Table:
        table = Table(title="A4 pages, 200 dpi, English and Korean", title_justify="left")
        table.add_column("way", no_wrap=True)
        for name in _COLUMNS:
            table.add_column(name, justify="right")
        for way, title in _TITLES.items():
            for m in self.of(way):
                lost = f"{m.pages} of {m.asked}" if m.pages != m.asked else str(m.pages)
                per_page = f"{m.wall_s / m.pages:.2f}" if m.pages else "-"
                row = (f"{m.wall_s:.1f}", per_page, f"{m.pages_per_s:.3f}", f"{m.steady_pages_per_s:.3f}")
                words = f"{m.notes['words'] / m.pages:.0f}" if m.pages else "-"
                table.add_row(title, lost, *row, f"{m.cpu_s_a_page:.2f}", words, f"{m.others_cores:.2f}")
        return table

    def _breakdown(self) -> Table:
        """Make the table of our CPU seconds by kind of process, mean of the rounds."""
        runs = self.of("ours")
        table = Table(title="prelabel's CPU by kind of process", title_justify="left")
        table.add_column("process")
        table.add_column("CPU s a page", justify="right")
        table.add_column("share", justify="right")
        total = _mean(run.cpu_s_a_page for run in runs)
        for kind in runs[0].cpu_s:
            each = _mean(run.cpu_s[kind] / run.pages for run in runs)
            table.add_row(kind, f"{each:.3f}", f"{each / total:.1%}")
        if limits := self.of("limit"):
            bare = _mean(measure.cpu_s_a_page for measure in limits)
            table.add_section()
            table.add_row("bare tesserocr (the limit)", f"{bare:.3f}", f"{bare / total:.1%}")
        return table

    def _ratios(self) -> Table:
        table = Table(title="Ratios, larger is better", title_justify="left")
        for name in ("ratio", "found", "bar", ""):
            table.add_column(name)
        for name, value in self.ratios().items():
            verdict = "" if value is None else "met" if value >= BARS[name] else "MISSED"
            table.add_row(name, _shown(value), f"{BARS[name]:g}", verdict)
        for name, value in self.steady_ratios().items():
            table.add_row(name, _shown(value), "", "")
        return table


def versions() -> dict[str, str]:
    """Return the versions of the programs and packages that the figures depend on."""
    packages = ("prelabel", "celery", "redis", "tesserocr", "pytesseract", "torch", "pillow")
    studio = [
        path.name.split("-")[1].removesuffix(".dist") for path in HOME.glob("venv/lib/*/site-packages/label_studio-*")
    ]
    tesseract = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout
    server = subprocess.run([server_program(), "--version"], capture_output=True, text=True, check=True).stdout
    return {
        **{name: version(name) for name in packages},
        "python": platform.python_version(),
        "label-studio": studio[0] if studio else "",
        "tesseract": tesseract.split()[1],
        "redis-server": (re.search(r"v=(\S+)", server) or [""])[1] if "v=" in server else "",
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.mean(found) if found else 0.0


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _rounded(value: float) -> float:
    return round(value, 3)
