"""Speed of two processes against one: each reads whole lists of pages, one process and two in turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.cpu import machine_cpu_s
from benchmarks.ocr.measure import Run
from benchmarks.ocr.reader import Answer, Reader, readers
from devstack.processes import StartFailed

PROCESSES = 2


def runs(way: str, pages: Sequence[Path], rounds: int, folder: Path) -> list[Run]:
    """Run one process, two, one, two, ..., one. Each process reads all pages, from its own place in the list.

    Raises StartFailed when the way cannot run or a page fails.
    """
    with readers([way], folder) as first, readers([way], folder) as second:
        both = [*first.values(), *second.values()]
        _read_all([(reader, pages[:1]) for reader in both])
        return [_run(both[: PROCESSES if number % 2 else 1], pages) for number in range(2 * rounds + 1)]


def _run(at_work: Sequence[Reader], pages: Sequence[Path]) -> Run:
    step = len(pages) // len(at_work)
    lists = [[*pages[step * number :], *pages[: step * number]] for number in range(len(at_work))]
    machine_s, started = machine_cpu_s(), time.perf_counter()
    answers = _read_all(list(zip(at_work, lists, strict=True)))
    wall_s = time.perf_counter() - started
    cpu_s = sum(answer.cpu_s for answer in answers)
    return Run(len(at_work), len(answers), wall_s, cpu_s, machine_cpu_s() - machine_s)


def _read_all(work: Sequence[tuple[Reader, Sequence[Path]]]) -> list[Answer]:
    """Let each reader read its list, all at the same time."""

    def read(reader: Reader, pages: Sequence[Path]) -> list[Answer]:
        return [reader.read(page) for page in pages]

    with ThreadPoolExecutor(len(work)) as threads:
        started = [threads.submit(read, reader, pages) for reader, pages in work]
        answers = [answer for one in started for answer in one.result()]
    if wrong := next((answer.error for answer in answers if answer.error), ""):
        raise StartFailed(f"two processes: {wrong}")
    return answers
