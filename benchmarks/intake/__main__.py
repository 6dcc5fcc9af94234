"""From PDFs to pages in a bucket, against pdf2image and one upload each: CPU seconds a page and memory, in one run.

`python -m benchmarks.intake`. Every way is a process of its own on the same files, with the same resolution; the bucket
is a private S3 server (moto's), whose work is not counted. Ways that need many seconds a page get fewer documents.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.intake.documents import BORN, DPI, PAGES, SCAN, Made, make_documents
from benchmarks.intake.ways import WAYS
from devstack.processes import StartFailed
from devstack.s3 import S3Server

#: What is compared with what: the same colours from both; auto with what keeps the colours of pages that have some.
_PAIRS = {
    "gray": ("ours, gray", "pdf2image, gray"),
    "colour": ("ours, colour", "pdf2image, colour"),
    "auto": ("ours, auto", "pdf2image, colour"),
    "poppler": ("ours, colour", 'pdf2image, fmt="png"'),
}
#: The pairs in which neither side has less to do; the worse one counts.
_FAIR = ("gray", "colour")
_BAR, _PEAK_MB = 5.0, 200


@dataclass(frozen=True, slots=True)
class Cost:
    """What a way took for pages of one kind."""

    pages: int
    cpu_s: float
    bytes: int
    peak_mb: float
    wall_s: float
    upload_s: float
    waited_s: float

    @property
    def cpu_ms(self) -> float:
        """A page."""
        return 1000 * self.cpu_s / self.pages


def main() -> int:
    options = _options()
    if not shutil.which("pdftoppm"):
        sys.exit("intake: pdf2image needs poppler's programs: scripts/install-system.sh rivals")
    console = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 140)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with tempfile.TemporaryDirectory(prefix="prelabel-intake-") as folder:
            costs = _run(options, Path(folder), console)
    except KeyboardInterrupt:
        return 130
    except (StartFailed, subprocess.CalledProcessError) as error:
        console.print(f"intake: {error}", markup=False, soft_wrap=True)
        return 1
    found = report(costs)
    _show(console, costs, found)
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--documents", type=int, default=300, help=f"PDFs of {PAGES} pages, half born-digital, half scans (300)")
    add("--rival-documents", type=int, default=60, help="how many of them pdf2image gets (60)")
    add("--poppler-documents", type=int, default=10, help='how many of them pdf2image with fmt="png" gets (10)')
    add("--json", action="store_true", help="one JSON object on the last line")
    return parser.parse_args()


def _run(options: argparse.Namespace, folder: Path, console: Console) -> dict[str, dict[str, Cost]]:
    console.print(f"making {options.documents} PDFs")
    made = make_documents(folder / "documents", options.documents)
    shares = {'pdf2image, fmt="png"': options.poppler_documents}
    shares |= {way: options.rival_documents for way in WAYS if way.startswith("pdf2image") and way not in shares}
    costs: dict[str, dict[str, Cost]] = {}
    for way in WAYS:
        with S3Server(folder / f"s3-{len(costs)}") as s3:
            environment = s3.make_bucket("pages")
            costs[way] = {
                kind: _measured(way, [each for each in made[: shares.get(way)] if each.kind == kind], environment)
                for kind in (BORN, SCAN)
            }
        console.print(f"{way}: {', '.join(f'{kind} {cost.cpu_ms:.0f} ms a page' for kind, cost in costs[way].items())}")
    return costs


def _measured(way: str, made: Sequence[Made], environment: Mapping[str, str]) -> Cost:
    command = [sys.executable, "-m", "benchmarks.intake.ways", way, *(str(each.path) for each in made)]
    whole = {**os.environ, **environment, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=whole, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def report(costs: Mapping[str, Mapping[str, Cost]]) -> dict[str, Any]:
    """`cpu_ratio`: the worse one of gray against gray and colour against colour; what it is made of."""
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
    """By kind, and of a mean page of both kinds."""
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


def _show(console: Console, costs: Mapping[str, Mapping[str, Cost]], found: Mapping[str, Any]) -> None:
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


def _end(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main())
