"""Cost of reading one page from the start of a process, `prelabel read`, against the program tesseract alone.

`python -m benchmarks.read [--before FOLDER] [--times 3] [--json FILE] [FILE...]` reads each file (default: the sample
pages) in a process of its own, several times, and keeps the cheapest. `--before`: a checkout of another version, read
with the same packages. CPU seconds are those of the process and its children, MB the largest resident memory.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: CPU seconds and MB of one page.
BARS = {"cpu_s": 2.5, "mb": 250.0}
OURS, TESSERACT, BEFORE = "prelabel read", "tesseract alone", "the version before"
_READ = "import sys; from prelabel.cli import main; main(sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one process. `mb`: the largest resident memory."""

    cpu_s: float
    wall_s: float
    mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="a checkout of another version")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    files = options.files or sorted((ROOT / "examples" / "pages").iterdir())
    found = {str(file): measure(file, options.before, options.times) for file in files}
    print(table(found))
    if options.json:
        rows = {file: {way: asdict(cost) for way, cost in costs.items()} for file, costs in found.items()}
        options.json.write_text(
            json.dumps({"benchmark": "read", "pages": rows, "bars": BARS}, indent=2) + "\n", "utf-8"
        )


def measure(file: Path, before: Path | None, times: int) -> dict[str, Cost]:
    """Return the cost of reading a file by way. The ways take turns, so that other work on the machine meets all."""
    ours = [sys.executable, "-P", "-c", _READ, "read", str(file.resolve()), "--json"]
    tesseract = ["tesseract", str(file.resolve()), "stdout", "-l", "eng+kor"]
    ways = {OURS: (ours, {"PYTHONPATH": str(ROOT)}), TESSERACT: (tesseract, {"OMP_THREAD_LIMIT": "1"})}
    if before:
        ways[BEFORE] = ours, {"PYTHONPATH": str(before.resolve())}
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(times):
        for way, (command, settings) in ways.items():
            costs[way].append(_cost(command, settings))
    return {way: min(each, key=lambda cost: cost.cpu_s) for way, each in costs.items()}


def _cost(command: list[str], settings: Mapping[str, str]) -> Cost:
    silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    started = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ | settings, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss / 1024)


def table(found: Mapping[str, Mapping[str, Cost]]) -> str:
    """Return the results as a table for people."""
    ways = list(next(iter(found.values())))
    lines = [
        f"{'':<28}" + "".join(f"{way:>24}" for way in ways),
        f"{'page':<28}" + f"{'CPU s      MB':>24}" * len(ways),
    ]
    for file, costs in found.items():
        cells = "".join(f"{costs[way].cpu_s:>16.2f}{costs[way].mb:>8.0f}" for way in ways)
        lines.append(f"{Path(file).name:<28}{cells}")
    middle = "".join(f"{_median(found, way, 'cpu_s'):>16.2f}{_median(found, way, 'mb'):>8.0f}" for way in ways)
    worst = [max(getattr(costs[OURS], name) for costs in found.values()) for name in BARS]
    verdict = "met" if all(value <= bar for value, bar in zip(worst, BARS.values(), strict=True)) else "MISSED"
    return "\n".join(
        [*lines, f"{'median':<28}{middle}", f"bars: {BARS['cpu_s']:g} CPU s and {BARS['mb']:g} MB a page: {verdict}"]
    )


def _median(found: Mapping[str, Mapping[str, Cost]], way: str, name: str) -> float:
    return float(statistics.median(getattr(costs[way], name) for costs in found.values()))


if __name__ == "__main__":
    main()
