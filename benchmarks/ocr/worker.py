"""Process that reads pages in one way: a path on each line of its input, a JSON object on each line of its output.

`python -m benchmarks.ocr.worker WAY [JSON OF OPTIONS]`. Its first line says whether it can run, and how long loading
took, imports included. Models are loaded
before, so that only reading is measured; a way that starts a program for each page pays for it each time. Linux only.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import IO, Any

from benchmarks.ocr import engines
from benchmarks.ocr.engines import Engine, NotHere, Options


def main() -> None:
    answers = _own_output()
    way, *options = sys.argv[1:]
    started, used = time.perf_counter(), sum(_cpu_s())
    try:
        engine = getattr(engines, way)(Options(**json.loads(options[0]) if options else {}))
    except NotHere as error:
        _write(answers, {"missing": str(error)})
        return
    loaded = {"load_s": time.perf_counter() - started, "load_cpu_s": sum(_cpu_s()) - used}
    _write(answers, {"ready": True, **loaded})
    for line in sys.stdin:
        _write(answers, _measured(engine, Path(line.rstrip("\n"))))


def _own_output() -> IO[str]:
    """Redirect the output of libraries to stderr; return the pipe for the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _write(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _measured(engine: Engine, path: Path) -> dict[str, Any]:
    """Read a page; return its words and their cost with all child processes, or the error and the cost until then."""
    answer: dict[str, Any] = {}
    started, used = time.perf_counter(), _cpu_s()
    try:
        page = engine.prepare(path)
        started, used = time.perf_counter(), _cpu_s()
        answer["words"] = engine.read(page)
    except Exception as error:  # noqa: BLE001 - a rival's failure is one line in the table
        answer["error"] = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    own, children = (after - before for after, before in zip(_cpu_s(), used, strict=True))
    answer |= {"wall_s": time.perf_counter() - started, "cpu_s": own + children}
    return answer | {"peak_mb": _own_peak_mb() + (_children_peak_mb() if children else 0.0)}


def _cpu_s() -> tuple[float, float]:
    """Return user and system seconds of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def _own_peak_mb() -> float:
    """Return the peak memory of this process; `ru_maxrss` would include that of the process that started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _children_peak_mb() -> float:
    """Return the peak memory of the largest child that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
