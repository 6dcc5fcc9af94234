"""Prelabel's own processes on this machine, started with the Celery commands of the README."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devstack.ports import LOOPBACK
from devstack.processes import Process, stop_all
from prelabel.environment.names import PREFIX, all_names
from prelabel.settings import Settings

ROOT = Path(__file__).parent.parent

#: A process that fails `_EARLY_ENDS` times in a row within `_EARLY_S` of its start is restarted after a pause, because
#: its current page may cause the failure. The pause doubles each time, up to the longest. A process that ends with the
#: exit code of wrong settings is not restarted.
_EARLY_S, _EARLY_ENDS, _LONGEST_PAUSE_S, _WRONG_SETTINGS = 10.0, 3, 8.0, 2
#: Exit codes of a process that was ended on purpose.
_ENDED = (0, -signal.SIGTERM, -signal.SIGKILL)


def command(kind: str, flower_port: int = 5555, module: str = "") -> list[str]:
    """Return the command line of cpu, gpu, io, beat, flower or uploader; `module` replaces `workers.KIND`."""
    if kind == "uploader":
        return [sys.executable, "-m", "services.uploader"]
    celery = [sys.executable, "-m", "celery"]
    if kind == "beat":
        return [*celery, "-A", "beat_schedule", "beat", "--loglevel", "INFO"]
    if kind == "flower":
        return [*celery, "-A", "tasks.app", "flower", f"--address={LOOPBACK}", f"--port={flower_port}"]
    return [*celery, "-A", module or f"workers.{kind}", "worker", "--loglevel", "INFO", "-n", f"{kind}@%h"]


def environment(values: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `values` as its only settings; settings of this process are removed."""
    own = {*all_names(Settings.model_fields)}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in own and not name.startswith(("FLOWER_", PREFIX))
    }
    path = os.pathsep.join(part for part in (str(ROOT), kept.get("PYTHONPATH", "")) if part)
    return kept | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"} | dict(values)


class Workers:
    """Named processes that are restarted when they end unexpectedly."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, Process] = {}
        self._early_ends: dict[str, int] = {}
        self._started_at: dict[str, float] = {}
        self._start_again_at: dict[str, float] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._supervisor: threading.Thread | None = None

    def start(
        self, kind: str, env: Mapping[str, str], *, name: str = "", flower_port: int = 5555, module: str = ""
    ) -> Process:
        """Start a process with the log `logs/NAME.log`; `name` distinguishes processes of the same kind."""
        name = name or kind
        log = self._folder / "logs" / f"{name}.log"
        line = command(kind, flower_port, module)
        process = Process(name, line, log=log, env=environment(env), cwd=self._folder)
        with self._lock:
            self._processes[name] = process.start()
            self._started_at[name], self._early_ends[name] = time.monotonic(), 0
            self._start_again_at.pop(name, None)
        if self._supervisor is None:
            self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
            self._supervisor.start()
        return process

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    def check(self) -> None:
        """Raise StartFailed with the end of the log if a process has wrong settings or fails repeatedly."""
        for name, process in self._processes.items():
            if self._early_ends[name] >= _EARLY_ENDS or process.returncode() == _WRONG_SETTINGS:
                raise process.failure(f"ended with code {process.returncode()}")

    def stop(self, *names: str) -> None:
        """End the named processes, by default all; they are not restarted."""
        with self._lock:
            ended = [self._processes.pop(name) for name in names or list(self._processes)]
        if not names:
            self._ending.set()
        stop_all(ended)

    def _supervise(self) -> None:
        while not self._ending.wait(0.3):
            with self._lock:
                for name, process in self._processes.items():
                    if not process.running() and process.returncode() != _WRONG_SETTINGS:
                        self._restart(name, process)

    def _restart(self, name: str, process: Process) -> None:
        now = time.monotonic()
        if name not in self._start_again_at:
            early = now - self._started_at[name] < _EARLY_S and process.returncode() not in _ENDED
            self._early_ends[name] = self._early_ends[name] + 1 if early else 0
            process.stop()  # end processes that remain in its group
            pause_s = min(2.0 ** (self._early_ends[name] - _EARLY_ENDS), _LONGEST_PAUSE_S)
            self._start_again_at[name] = now + (pause_s if self._early_ends[name] >= _EARLY_ENDS else 0.0)
        if now >= self._start_again_at[name]:
            del self._start_again_at[name]
            self._started_at[name] = now
            process.start()
