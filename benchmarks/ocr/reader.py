"""Process of one way of reading, which reads one page at a time; the ways and their environments."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.cpu import machine_cpu_s
from benchmarks.ocr.engines import Options
from devstack.workers import ROOT, environment
from prelabel.page import Box, Word

#: A page that takes longer has failed, and its process is killed: pytesseract as people use it needs 9 s.
_LIMIT_S = 180.0
_GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way of reading. `worker`: its function in `engines`. `openmp`: OpenMP's defaults; else one thread.

    `plan`: the setting OCR of a way of prelabel's, empty for its default. `slow`: it needs many seconds a page, and
    reads fewer pages. `pdf`: it reads PDFs, and no other files. `english`: it reads no other language.
    """

    title: str
    worker: str = "prelabel"
    openmp: bool = False
    plan: str = ""
    slow: bool = False
    pdf: bool = False
    english: bool = False


#: Ways by the names that `--only` takes.
WAYS = {
    "prelabel": Way("prelabel"),
    "reader": Way("prelabel, reader", plan="reader"),
    "tesseract": Way("prelabel, Tesseract", plan="tesseract"),
    "pytesseract": Way("pytesseract, defaults", "pytesseract", openmp=True),
    "pytesseract-omp1": Way("pytesseract, OMP 1", "pytesseract"),
    "tesserocr": Way("tesserocr, psm 3", "tesserocr"),
    "easyocr": Way("EasyOCR, stock weights", "easyocr", slow=True),
    "easyocr-english": Way("EasyOCR, English weights", "easyocr", slow=True, english=True),
    "easyocr-network": Way("EasyOCR, own network", "easyocr_network", slow=True),
    "rapidocr": Way("RapidOCR", "rapidocr", slow=True),
    "then-easyocr": Way("prelabel + EasyOCR", plan="tesseract then easyocr below 60"),
    "then-rapidocr": Way("prelabel + RapidOCR", plan="tesseract then rapidocr below 60", slow=True, english=True),
    "text-layer": Way("prelabel, text layer", "text_layer", pdf=True),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of one way for one page: its words, or the error. `machine_s`: CPU of the whole machine meanwhile.

    `cpu_s` and `peak_mb` count child processes; both are 0 where the process itself was lost.
    """

    words: tuple[Word, ...] = ()
    error: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    machine_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """Cost of loading a way: seconds, and CPU seconds, from the imports of its libraries until it can read."""

    wall_s: float
    cpu_s: float


class Reader:
    """Process of one way, started again if it dies. `missing`: the reason why it cannot run, empty where it can.

    `load`: the cost of its first start; None where it cannot run.
    """

    def __init__(self, way: Way, folder: Path, options: Options | None = None) -> None:
        """Start the process and wait until its models are loaded; `folder` gets its log."""
        own = json.dumps(asdict(replace(options or Options(), plan=way.plan, english=way.english)))
        self._command = [sys.executable, "-m", "benchmarks.ocr.worker", way.worker, own]
        self._env = _environment(openmp=way.openmp)
        self._log = folder / f"{way.title}.log"
        self._process: subprocess.Popen[str] | None = None
        self.load: Load | None = None
        self.missing = self._start()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id; None when the process is gone."""
        return None if self._process is None else self._process.pid

    def read(self, page: Path) -> Answer:
        """Read one page; errors are in the answer."""
        if self._process is None and (missing := self._start()):
            return Answer(error=missing)
        before_s = machine_cpu_s()
        answer = self._ask(f"{page}\n", _LIMIT_S)
        machine_s = machine_cpu_s() - before_s
        if "wall_s" not in answer:
            return Answer(error=answer["error"])
        rows = answer.pop("words", ())
        words = tuple(Word(text, Box(x0, y0, x1, y1), sure) for text, x0, y0, x1, y1, sure in rows)
        return Answer(words=words, machine_s=machine_s, **answer)

    def stop(self) -> None:
        """End the process by the end of its input; kill it if it goes on."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(OSError):
            _pipe(process.stdin).close()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            _kill(process)
            process.wait()
        _pipe(process.stdout).close()

    def _start(self) -> str:
        """Start the process; return the reason why it cannot read, empty where it can."""
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._env,
                cwd=ROOT,
                start_new_session=True,
            )
        answer = self._ask("", _LIMIT_S)
        if answer.get("ready"):
            self.load = self.load or Load(answer["load_s"], answer["load_cpu_s"])
            return ""
        self.stop()
        return str(answer.get("missing") or answer["error"])

    def _ask(self, line: str, limit_s: float) -> dict[str, Any]:
        """Return the process's next line; {"error": ...} when it ends, or is stopped because it takes too long."""
        process = self._process
        assert process is not None
        watch = threading.Timer(limit_s, _kill, [process])
        started = time.monotonic()
        watch.start()
        try:
            _pipe(process.stdin).write(line)
            _pipe(process.stdin).flush()
            answer = _pipe(process.stdout).readline()
        except OSError:
            answer = ""
        finally:
            watch.cancel()
        if answer:
            return dict(json.loads(answer))
        late = time.monotonic() - started >= limit_s
        self.stop()
        return {"error": f"no answer in {limit_s:g} s" if late else f"the process died: {self._last_words()}"}

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "nothing in its log"


@contextlib.contextmanager
def readers(names: Sequence[str], folder: Path, options: Options | None = None) -> Iterator[Mapping[str, Reader]]:
    """Start a reader for each name of a way; all are stopped with the context. Plan and language are the ways' own."""
    with contextlib.ExitStack() as running:
        yield {name: running.enter_context(Reader(WAYS[name], folder, options)) for name in names}


def _environment(*, openmp: bool) -> dict[str, str]:
    """Return the environment without settings of prelabel and of OpenMP from outside."""
    bare = {name: value for name, value in environment({}).items() if not name.startswith("OMP_")}
    return bare if openmp else bare | {"OMP_THREAD_LIMIT": "1"}


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill the process with the programs that it has started: they belong to its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _pipe(stream: Any) -> Any:
    assert stream is not None
    return stream
