"""Benchmark of several processes on one device, like several gpu workers: each has its model, encoders and batcher.

A Python process encodes one page at a time, which is too slow for a large GPU. `python -m benchmarks.extract.processes`
is one of the processes: it reports when it is ready, begins at a line on stdin, and prints its results at last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch

from benchmarks.extract.pages import pages
from benchmarks.extract.ways import NAMES, Way, base, batched
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.device import device_of, precision_of

_READY = "ready"


def together(options: argparse.Namespace, count: int) -> Way:
    """Measure `options.processes` processes with `count` pages each, started at the same time."""
    command = [sys.executable, "-m", "benchmarks.extract.processes", "--pages", str(count)]
    for name in ("device", "precision", "batch_tokens", "batch_pages", "threads"):
        command += [f"--{name.replace('_', '-')}", str(getattr(options, name))]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(options.processes)
    ]
    try:
        for child in children:
            assert child.stdout is not None
            if child.stdout.readline().strip() != _READY:
                raise SystemExit("a process of the benchmark ended before it had begun; see its message above")
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        return _sum([json.loads(child.communicate()[0].splitlines()[-1]) for child in children])
    finally:
        for child in children:
            child.kill()


def _sum(found: Sequence[dict[str, Any]]) -> Way:
    """Combine the processes into one result: sums, and means of shares."""

    def mean(name: str) -> float | None:
        values = [each[name] for each in found if each[name] is not None]
        return statistics.mean(values) if values else None

    total = {name: sum(each[name] for each in found) for name in ("pages", "cpu_s", "pages_per_s", "flops")}
    wall_s = max(each["ended"] for each in found) - min(each["ended"] - each["wall_s"] for each in found)
    return Way(
        name=f"batched, {len(found)} processes",
        dtype=found[0]["dtype"],
        wall_s=wall_s,
        waste=mean("waste") or 0.0,
        driver_busy=mean("driver_busy"),
        starved=mean("starved"),
        **total,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device")
    parser.add_argument("--precision")
    for name in ("--pages", "--batch-tokens", "--batch-pages", "--threads"):
        parser.add_argument(name, type=int)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = device_of(options.device)
    dtype = precision_of(options.precision, device)
    inputs = [tag_input(page) for page in pages(options.pages)[0]]

    def ready() -> None:
        print(_READY, flush=True)
        sys.stdin.readline()

    way = batched(base(device, dtype), inputs, NAMES[dtype], device, options.batch_tokens, options.batch_pages, ready)
    print(json.dumps(asdict(way) | {"ended": time.time()}))


if __name__ == "__main__":
    main()
