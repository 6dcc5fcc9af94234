"""Round trips to Redis a page, and pages a second with and without latency on the way to it.

`python -m benchmarks.round_trips [--pages N] [--rounds N] [--json]`: real Redis, real workers and beat, Label Studio as
a stand-in; reading and tagging are planted and take no time. Each process has a wire of its own to Redis.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.cpu import CpuMeter
from benchmarks.measure import steady_rate
from benchmarks.round_trips.counts import cause, group
from devstack.processes import StartFailed
from devstack.workers import environment
from prelabel.api.runs import enqueue_project
from prelabel.ledger.redis_state import RedisState
from tests.support.quick_label_studio import FIRST_PROJECT
from tests.support.wired_workers import WiredWorkers, wired_workers

_LIMIT_S = 600.0
#: Causes that come more rarely than this a page are summed up.
_RARE = 0.05


@dataclass
class Trips:
    """The round trips so far: process -> cause -> number."""

    by_process: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, process: str, request: bytes) -> None:
        """Count one round trip."""
        with self.lock:
            self.by_process[process][cause(request)] += 1

    def taken(self) -> dict[str, Counter[str]]:
        """Return a copy."""
        with self.lock:
            return {process: Counter(causes) for process, causes in self.by_process.items()}


@dataclass(frozen=True, slots=True)
class Round:
    """Figures of one run of pages. `trips`: process -> cause -> round trips; `commands`: calls counted by Redis."""

    pages: int
    pages_per_s: float
    trips: dict[str, Counter[str]]
    commands: int
    others_cores: float

    @property
    def trips_a_page(self) -> float:
        """All round trips of all processes."""
        return sum(causes.total() for causes in self.trips.values()) / self.pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300, help="pages of each run (300)")
    parser.add_argument("--rounds", type=int, default=3, help="runs with latency, each between two without (3)")
    parser.add_argument("--latency-ms", type=float, default=2.0, help="what the wire adds to a round trip (2)")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prelabel-round-trips-") as folder:
        near, far = measure(Path(folder), options.pages, options.rounds, options.latency_ms / 1000)
    found = _summary(near, far, options.latency_ms)
    print(json.dumps(found) if options.json else _table(found))


def measure(folder: Path, pages: int, rounds: int, latency_s: float) -> tuple[list[Round], list[Round]]:
    """Run pages without and with latency in turn; the first run only warms the processes."""
    trips = Trips()
    near: list[Round] = []
    far: list[Round] = []
    with (
        _label_studio(2 * rounds + 2, pages) as env,
        wired_workers(folder, env, trips.note) as wired,
    ):
        _round(wired, trips, 0, pages)
        for number in range(2 * rounds + 1):
            for wire in wired.wires.values():
                wire.latency_s = latency_s / 2 if number % 2 else 0.0
            (far if number % 2 else near).append(_round(wired, trips, number + 1, pages))
    return near, far


@contextmanager
def _label_studio(projects: int, pages: int) -> Iterator[dict[str, str]]:
    """Run the stand-in in a process of its own, so that the wires have this one for themselves; yield settings."""
    command = [sys.executable, "-m", "tests.support.quick_label_studio", str(projects), str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment({})) as process:
        if process.stdout is None or not (line := process.stdout.readline()):
            raise StartFailed("the stand-in for Label Studio did not start")
        yield json.loads(line)


def _round(wired: WiredWorkers, trips: Trips, number: int, pages: int) -> Round:
    """Run the pages of one project to their end. Raises StartFailed unless all of them are done."""
    project = FIRST_PROJECT + number
    before, calls = trips.taken(), _calls(wired)
    meter = CpuMeter({name: wired.workers[name].pid for name in wired.wires} | {"redis": wired.server.process.pid})
    enqueue_project(project, settings=wired.settings).wait(timeout_s=_LIMIT_S, poll_s=0.5)
    ends = _ends(wired, project)
    if len(ends) != pages:
        raise StartFailed(f"{len(ends)} of {pages} pages are done")
    taken = {process: causes - before.get(process, Counter()) for process, causes in trips.taken().items()}
    others = (meter.machine_s() - sum(meter.used_s().values())) / (max(ends) - min(ends))
    return Round(pages, steady_rate(ends) or 0.0, taken, _calls(wired) - calls, others)


def _ends(wired: WiredWorkers, project: int) -> list[float]:
    state = RedisState(wired.redis, wired.settings.server_id, {})
    return [at for _, at in wired.redis.zrange(state.name("finished", project), 0, -1, withscores=True)]


def _calls(wired: WiredWorkers) -> int:
    """Return the number of commands by Redis' own counters; those inside of scripts count, too."""
    return sum(int(row["calls"]) for row in wired.redis.info("commandstats").values())


def _summary(near: Sequence[Round], far: Sequence[Round], latency_ms: float) -> dict[str, Any]:
    """Return the figures, JSON-ready; causes are those of the runs without latency."""
    ratios = [
        late.pages_per_s / mean((before.pages_per_s, after.pages_per_s))
        for before, late, after in zip(near, far, near[1:], strict=False)
    ]
    pages = sum(one.pages for one in near)
    causes: Counter[tuple[str, str, str]] = Counter()
    for one in near:
        for process, counted in one.trips.items():
            causes.update({(process, group(name), name): number for name, number in counted.items()})
    rows = [[*row, round(number / pages, 2)] for row, number in sorted(causes.items()) if number >= _RARE * pages]
    by_group: Counter[str] = Counter()
    for (_, which, _), number in causes.items():
        by_group[which] += number
    return {
        "latency_ms": latency_ms,
        "pages_per_s": round(median(one.pages_per_s for one in near), 1),
        "pages_per_s_late": round(median(one.pages_per_s for one in far), 1),
        "latency_ratio": round(median(ratios), 2),
        "latency_ratios": [round(ratio, 2) for ratio in ratios],
        "round_trips": round(mean(one.trips_a_page for one in near), 1),
        "round_trips_late": round(mean(one.trips_a_page for one in far), 1),
        "commands": round(mean(one.commands / one.pages for one in near)),
        "others_cores": round(max(one.others_cores for one in (*near, *far)), 2),
        "by_group": {which: round(number / pages, 2) for which, number in by_group.most_common()},
        "rows": rows,
    }


def _table(found: dict[str, Any]) -> str:
    lines = [f"{'process':8} {'for':14} {'request':60} a page"]
    lines += [f"{process:8} {which:14} {name[:60]:60} {number:6.2f}" for process, which, name, number in found["rows"]]
    lines += [f"{name}: {value}" for name, value in found.items() if name != "rows"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
