"""Report of a run of `benchmarks.ocr`: ratios against their bars, one JSON object, a table a set."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.ocr.measure import Reading, Readings, Run, cpu_ratio, gain, rounded, scale_ratios
from benchmarks.ocr.pages import FUNSD, LANGUAGES, PDF, PageSet
from benchmarks.ocr.reader import WAYS, Load

OURS, USUAL, ONE_THREAD, TEXT_LAYER = "prelabel", "pytesseract", "pytesseract-omp1", "text-layer"
#: Bars for prelabel: times less CPU, points of word recall more, end-to-end F1 in percent, times the rate.
BARS = {
    "pytesseract_cpu_ratio": 7.0,
    "one_thread_cpu_ratio": 1.7,
    "english_recall_gain": 0.0,
    "korean_recall_gain": 20.0,
    "mixed_recall_gain": 10.0,
    "funsd_end_to_end_f1": 72.0,
    "text_layer_cpu_ratio": 100.0,
    "two_processes_ratio": 1.9,
}
#: Aim and moonshot beyond the bar.
AIMS = {"funsd_end_to_end_f1": (78.0, 85.0)}
#: If other processes keep more cores busy than this, the figures are not worth keeping.
_BUSY_CORES = 0.15

_COLUMNS = (
    "pages", "CPU s/page", "times ours", "wall s/page", "peak MB", "word recall", "to ours", "CER", "detection F1",
    "end-to-end F1", "to ours",
)  # fmt: skip
_PRINT_COLUMNS = (
    "load CPU s", "worst print", "its recall", "numbers right", "wrong of read", "wrong of sure", "sure", "boxed exact",
)  # fmt: skip
_RECALL, _END_TO_END = attrgetter("word_recall"), attrgetter("end_to_end_f1")
_PACKAGES = (
    "prelabel", "tesserocr", "pytesseract", "easyocr", "rapidocr", "onnxruntime", "torch", "pypdfium2", "pillow",
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """Results of all ways. `found`: by set and way. `missing`: reasons by way. `runs`: one process, two, ..., one.

    `loads`: the cost of loading each way.
    """

    sets: list[PageSet] = field(default_factory=list)
    found: dict[str, dict[str, Readings]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    loads: dict[str, Load] = field(default_factory=dict)

    def add(self, pages: PageSet, found: Mapping[str, Readings]) -> None:
        self.sets.append(pages)
        self.found[pages.name] = dict(found)

    def of(self, name: str, way: str) -> Readings:
        """Return the readings of a set in one way; no pages where the way did not read it."""
        return self.found.get(name, {}).get(way, Readings({}))

    def ratios(self) -> dict[str, float | None]:
        """Return the values that have bars; None for values that were not measured."""
        scaled = scale_ratios(self.runs)
        funsd = self.of(FUNSD, OURS)
        found = {
            "pytesseract_cpu_ratio": self._cpu_ratio(USUAL),
            "one_thread_cpu_ratio": self._cpu_ratio(ONE_THREAD),
            **{f"{name}_recall_gain": gain(_RECALL, self.of(name, OURS), self.of(name, USUAL)) for name in LANGUAGES},
            "funsd_end_to_end_f1": 100 * funsd.scores.end_to_end_f1 if funsd.pages else None,
            "text_layer_cpu_ratio": cpu_ratio([(self.of(PDF, TEXT_LAYER), self.of(PDF, OURS))]),
            "two_processes_ratio": statistics.mean(scaled) if scaled else None,
        }
        return {name: rounded(value) for name, value in found.items()}

    def _cpu_ratio(self, way: str) -> float | None:
        """Return the CPU ratio over the generated pages of all three languages, at the usual resolution."""
        return cpu_ratio([(self.of(name, OURS), self.of(name, way)) for name in LANGUAGES])

    def others_cores(self) -> float:
        """Return the cores that other processes kept busy while pages were read, on average."""
        readings = [one for ways in self.found.values() for way in ways.values() for one in way.by_page.values()]
        at_work: list[Reading | Run] = [*readings, *self.runs]
        wall_s = sum(one.wall_s for one in at_work)
        return max(0.0, sum(one.machine_s - one.cpu_s for one in at_work)) / wall_s if wall_s else 0.0

    def busy(self) -> bool:
        """Return whether other processes kept the machine busy meanwhile."""
        return self.others_cores() > _BUSY_CORES

    def to_json(self) -> dict[str, Any]:
        """Return all results, JSON-ready; shares times 100."""
        ratios = self.ratios()
        return {
            "benchmark": "ocr",
            **ratios,
            "bars": BARS,
            "bars_met": {name: value >= BARS[name] for name, value in ratios.items() if value is not None},
            "aims": AIMS,
            "two_processes_by_round": [rounded(ratio) for ratio in scale_ratios(self.runs)],
            "busy_machine": self.busy(),
            "others_cores": rounded(self.others_cores(), 2),
            "cores": os.cpu_count(),
            "titles": {name: WAYS[name].title for name in self.missing | self._asked()},
            "missing": self.missing,
            "loads": {
                n: {"wall_s": rounded(load.wall_s), "cpu_s": rounded(load.cpu_s)} for n, load in self.loads.items()
            },
            "sets": {pages.name: self._set_json(pages) for pages in self.sets},
            "versions": versions(),
        }

    def _asked(self) -> dict[str, None]:
        return {name: None for ways in self.found.values() for name in ways}

    def _set_json(self, pages: PageSet) -> dict[str, Any]:
        ways = self.found[pages.name]
        return {
            "title": pages.title,
            "ways": {name: way.to_json() | self._to_ours(pages.name, name) for name, way in ways.items()},
        }

    def _to_ours(self, name: str, way: str) -> dict[str, float | None]:
        """Compare a way with ours over the pages that both have read."""
        ours, rival = self.of(name, OURS), self.of(name, way)
        return {
            "cpu_times_ours": rounded(cpu_ratio([(ours, rival)])),
            "word_recall_to_ours": rounded(gain(_RECALL, rival, ours), 2),
            "end_to_end_f1_to_ours": rounded(gain(_END_TO_END, rival, ours), 2),
        }

    def show(self, console: Console) -> None:
        """Print the tables."""
        for pages in self.sets:
            console.print(self._set_table(pages))
            console.print(self._print_table(pages))
        for name, reason in self.missing.items():
            console.print(f"{WAYS[name].title}: not run: {reason}", markup=False, soft_wrap=True)
        for line in self._failures():
            console.print(line, markup=False, soft_wrap=True)
        console.print(self._bars())
        console.print(
            "times ours, to ours (in points of the column before it) and the bars: over the pages that both have read."
        )
        if self.busy():
            console.print("Other processes were at work on this machine: do not keep these figures.", style="bold")

    def _set_table(self, pages: PageSet) -> Table:
        table = Table(title=pages.title, title_justify="left")
        table.add_column("way", no_wrap=True)
        for name in _COLUMNS:
            table.add_column(name, justify="right")
        for name, way in WAYS.items():
            if found := self.found[pages.name].get(name):
                table.add_row(way.title, *self._cells(pages.name, name, found), style="bold" if name == OURS else "")
            elif name in self.missing and way.pdf == (pages.name == PDF):
                table.add_row(way.title, "not run", style="dim")
        return table

    def _cells(self, name: str, way: str, found: Readings) -> list[str]:
        compared, scores = self._to_ours(name, way), found.scores.to_json()
        pages = f"{found.pages} ({len(found.errors)} failed)" if found.errors else str(found.pages)
        costs = (_shown(found.cpu_s_a_page, 3), _shown(compared["cpu_times_ours"], 3), _shown(found.wall_s_a_page, 3))
        recall, errors, detection, end_to_end = (
            f"{scores[share]:.1f}" for share in ("word_recall", "cer", "detection_f1", "end_to_end_f1")
        )
        recall_to, end_to_end_to = (
            _shown(compared[f"{share}_to_ours"], 1, sign=True) for share in ("word_recall", "end_to_end_f1")
        )
        return [pages, *costs, f"{found.peak_mb:.0f}", recall, recall_to, errors, detection, end_to_end, end_to_end_to]

    def _print_table(self, pages: PageSet) -> Table:
        """Return loading, the worst font or printer, and numbers of each way."""
        table = Table(title=f"{pages.title}: numbers and prints", title_justify="left")
        table.add_column("way", no_wrap=True)
        for name in _PRINT_COLUMNS:
            table.add_column(name, justify="right")
        for name, way in WAYS.items():
            if found := self.found[pages.name].get(name):
                load, worst, numbers = self.loads.get(name), found.prints.worst, found.scores.to_json()
                exact = found.prints.exact_share
                table.add_row(
                    way.title,
                    _shown(load.cpu_s if load else None, 2),
                    worst[0] if worst else "-",
                    _shown(100 * worst[1] if worst else None, 1),
                    *(f"{numbers[key]:.1f}" for key in ("numbers_right", "numbers_wrong", "sure_numbers_wrong")),
                    f"{numbers['sure_numbers']}/{numbers['numbers_found']}",
                    _shown(None if exact is None else 100 * exact, 1),
                )
        return table

    def _failures(self) -> Iterator[str]:
        for name, ways in self.found.items():
            for way, found in ways.items():
                yield from (f"{name}, {WAYS[way].title}: {page}: {why}" for page, why in found.errors.items())

    def _bars(self) -> Table:
        table = Table(title="Larger is better", title_justify="left")
        for column in ("ratio", "found", "bar", "", "aims"):
            table.add_column(column)
        for name, value in self.ratios().items():
            verdict = "" if value is None else "met" if value >= BARS[name] else "MISSED"
            aims = ", ".join(f"{aim:g}" for aim in AIMS.get(name, ()))
            table.add_row(name, _shown(value, 2), f"{BARS[name]:g}", verdict, aims)
        return table


def versions() -> dict[str, str]:
    """Return the versions that the figures depend on, without packages that are not installed."""
    tesseract = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout
    return {
        **{name: found for name in _PACKAGES if (found := _version(name))},
        "python": platform.python_version(),
        "tesseract": tesseract.split()[1],
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _shown(value: float | None, digits: int, *, sign: bool = False) -> str:
    return "-" if value is None else f"{value:{'+' if sign else ''}.{digits}f}"
