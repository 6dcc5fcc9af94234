"""Intake of PDFs, from files to pages in a bucket, against pdf2image with one upload a page: CPU seconds and memory.

`python -m benchmarks.intake`. Each way is a process of its own on the same files, with the same resolution. The bucket
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
from pathlib import Path

from rich.console import Console

from benchmarks.intake.documents import BORN, PAGES, SCAN, Document, make_documents
from benchmarks.intake.report import Cost, report, show
from benchmarks.intake.ways import WAYS
from devstack.processes import StartFailed
from devstack.s3 import S3Server


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
    show(console, costs, found)
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
                kind: _measure(way, [each for each in made[: shares.get(way)] if each.kind == kind], environment)
                for kind in (BORN, SCAN)
            }
        console.print(f"{way}: {', '.join(f'{kind} {cost.cpu_ms:.0f} ms a page' for kind, cost in costs[way].items())}")
    return costs


def _measure(way: str, made: Sequence[Document], environment: Mapping[str, str]) -> Cost:
    command = [sys.executable, "-m", "benchmarks.intake.ways", way, *(str(each.path) for each in made)]
    whole = {**os.environ, **environment, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=whole, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _end(number: int, _frame: object) -> None:
    """End the benchmark in order at SIGTERM and SIGHUP."""
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main())
