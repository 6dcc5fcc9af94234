"""Benchmark of key information extraction, T1 to T8: cross-validation or test pages, beside published figures.

`python -m benchmarks.kie --funsd FOLDER`. Figures of the shipped models need no training. For the others, a tagger and
a linker are trained for each fold and seed on the other pages. Each job is a process; its counts stay in --work, so
that an interrupted run can be continued.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.kie.jobs import JOB, LOG, Job, Plan, Result, kept
from benchmarks.kie.report import Row, rows, show
from devstack.processes import Process, stop_all
from prelabel.datasets.funsd import read_annotations
from prelabel.errors import PrelabelError
from prelabel.evaluation.scores import Scores
from prelabel.kie.link.loading import SHIPPED, describe
from prelabel.registry.tagger_files import SHIPPED_COMPACT, read_compact
from prelabel.settings import Settings

#: Enough to see that everything works, but too little for meaningful figures.
_QUICK = {"folds": 2, "seeds": 1, "few": (10,), "views": 200, "variants": 1, "korean": 20}
_WORK = ".local/kie"


def main() -> int:
    options = _options()
    console = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 160)
    try:
        plan = _plan(options)
        results = list(finished(list(plan.jobs()), options.work, options.jobs, console))
    except KeyboardInterrupt:
        return 130
    except PrelabelError as error:
        console.print(f"kie: {error}", markup=False, soft_wrap=True)
        return 1
    made = rows([result for result in results if result])
    if options.json:
        options.json.write_text(json.dumps(_as_json(plan, made, results), indent=1, ensure_ascii=False) + "\n", "utf-8")
    show(made, console)
    return 0 if all(results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kie", description=(__doc__ or "").splitlines()[0])
    add, usual = parser.add_argument, Plan("", ())
    add("--funsd", type=_path, required=True, metavar="FOLDER", help="FUNSD's training pages (annotations/, images/)")
    add("--test", type=_path, metavar="FOLDER", help="train on all training pages and evaluate on these, without folds")
    add("--folds", type=int, default=usual.folds, help="parts of the training pages that are evaluated in turn (5)")
    add("--seeds", type=int, default=usual.seeds, help="each with folds and weights of its own (3)")
    add("--few", type=_numbers, default=usual.few, metavar="N,...", help="corrected pages of few-shot rows (10,30,149)")
    add("--views", type=int, default=usual.views, help=f"pages of the training of a tagger ({usual.views})")
    add("--quick", action="store_true", help="two folds, one seed, hardly any training: does everything work?")
    add("--jobs", type=int, default=1, help="processes at a time (1)")
    add("--work", type=_path, default=_path(_WORK), metavar="FOLDER", help=f"for finished jobs ({_WORK})")
    add("--json", type=_path, metavar="FILE", help="write every figure")
    options = parser.parse_args()
    if min(options.folds, options.seeds, options.views, options.jobs, *options.few) < 1 or options.folds < 2:
        parser.error("--folds takes 2 or more, all other numbers 1 or more")
    return options


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",")}))


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _plan(options: argparse.Namespace) -> Plan:
    models = read_compact(SHIPPED_COMPACT).digest, describe(Settings(_env_file=None, linker=SHIPPED))[1]
    test = str(options.test or "")
    asked = {name: getattr(options, name) for name in ("folds", "seeds", "few", "views")}
    plan = Plan(str(options.funsd), _names(options.funsd), test, _names(options.test) if test else (), models=models)
    return replace(plan, **(_QUICK if options.quick else asked))


def _names(folder: Path) -> tuple[str, ...]:
    return tuple(page.name for page in read_annotations(folder))


def finished(jobs: Sequence[Job], work: Path, processes: int, console: Console) -> Iterator[Result | None]:
    """Yield all results, those of earlier runs first; None for a failed job. Prints a line for each job."""
    found = {job.name: kept(job, work / job.name) for job in jobs}
    there, left = [result for result in found.values() if result], [job for job in jobs if not found[job.name]]
    if there:
        console.print(f"{len(there)} of {len(jobs)} jobs are already done, in {work}", soft_wrap=True)
    yield from there
    began = time.monotonic()
    started: list[Process] = []
    with ThreadPoolExecutor(processes) as pool:
        running = {pool.submit(in_process, job, work / job.name, started): job for job in left}
        try:
            for number, future in enumerate(as_completed(running), 1):
                result, spent = future.result(), time.monotonic() - began
                said = _said(result) if result else f"FAILED, see {work / running[future].name / LOG}"
                rest = f"{spent:.0f} s; {len(left) - number} to go, about {spent / number * (len(left) - number):.0f} s"
                console.print(f"{running[future].name}: {said} ({rest})", markup=False, soft_wrap=True)
                yield result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all(started)


def in_process(job: Job, folder: Path, started: list[Process]) -> Result | None:
    """Run a job in a process of its own, which is added to `started`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / JOB).write_text(json.dumps(job.to_json()) + "\n", "utf-8")
    (folder / LOG).unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.kie.worker", str(folder)]
    process = Process(job.name, command, log=folder / LOG, env={**os.environ, "OMP_NUM_THREADS": "1"})
    started.append(process)
    process.start().collect()
    return kept(job, folder)


def _said(result: Result) -> str:
    f1s = []
    for name in ("T1", "T5", "T6_relaxed"):
        scores = sum((Scores(*counts[name]) for counts in result.counts.values()), Scores(0, 0, 0))
        f1s.append(f"{name} {100 * scores.f1:.1f}")
    return f"{', '.join(f1s)}; CPU s: " + ", ".join(f"{name} {value:.0f}" for name, value in result.seconds.items())


def _as_json(plan: Plan, made: Sequence[Row], results: Sequence[Result | None]) -> dict[str, object]:
    done = [result for result in results if result]
    return {
        "benchmark": "kie",
        **{row.name: row.to_json() for row in made},
        "judged_on": "test pages" if plan.test else f"training pages, {plan.folds} folds",
        "seeds": plan.seeds,
        "views": plan.views,
        "models": plan.models,
        "jobs": len(results),
        "jobs_failed": len(results) - len(done),
        "cpu_s": round(sum(sum(result.seconds.values()) for result in done)),
    }


if __name__ == "__main__":
    sys.exit(main())
