"""Child processes that never outlive this process; each has its own process group and log file.

A `Watcher` is a small process that reads from a pipe. When this process ends for any reason, the pipe closes and the
watcher ends all process groups that still run.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from devstack.watch import end_groups, group_exists

_GRACE_S = 15.0


class StartFailed(RuntimeError):
    """A process ended before it was ready, or was not ready in time; the message contains the end of its log."""


class Process:
    """A child in its own process group with its output in `log`. `stop` ends the group: SIGTERM, then SIGKILL."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        grace_s: float = _GRACE_S,
    ) -> None:
        self.name, self.command, self.log = name, list(command), log
        self._env, self._cwd, self.grace_s = env, cwd, grace_s
        self._child: subprocess.Popen[bytes] | None = None
        self._group_ended = True
        self.starts = 0

    def start(self) -> Process:
        """Start or restart the process. Raises StartFailed if the program does not exist."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            try:
                self._child = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env=None if self._env is None else dict(self._env),
                    cwd=self._cwd,
                    start_new_session=True,
                )
            except FileNotFoundError:
                raise StartFailed(f"{self.name}: no program {self.command[0]} (`make setup` installs it)") from None
        self.starts += 1
        self._group_ended = False
        _watcher().add(self._child.pid)
        return self

    @property
    def pid(self) -> int:
        """The process id of the child, also the id of its group. Raises RuntimeError before `start`."""
        if self._child is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._child.pid

    @property
    def group_ended(self) -> bool:
        """Whether nothing of the group is left: from then on its number may belong to somebody else's processes."""
        self.returncode()
        return self._group_ended

    def running(self) -> bool:
        return self._child is not None and self.returncode() is None

    def returncode(self) -> int | None:
        if self._child is None:
            return None
        code = self._child.poll()
        if code is not None:
            self._note_end(self._child.pid)
        return code

    def collect(self) -> None:
        """Wait until the child has ended; once its group has, remove it from the watcher."""
        if self._child is not None:
            self._child.wait()
            self._note_end(self._child.pid)

    def _note_end(self, group: int) -> None:
        """Forget the group of a child that has ended, unless processes that it has left behind keep its number."""
        if not self._group_ended and not group_exists(group):
            self._group_ended = True
            _watcher().drop(group)

    def signal(self, number: int) -> None:
        """Send a signal to the child only, not to its group; a child that has ended is no error."""
        if self._child is not None:
            self._child.send_signal(number)

    def stop(self) -> None:
        """End the whole group and wait until it has ended. Safe to call twice."""
        stop_all([self])

    def tail(self, lines: int = 15) -> str:
        """Return the last lines of the log."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
        return ""

    def failure(self, what: str) -> StartFailed:
        """Return an error with the name of the process, `what` went wrong and the end of the log."""
        return StartFailed(f"{self.name} {what}; the end of {self.log}:\n{self.tail()}")


class Server:
    """A server process as a context manager: `start` starts the process and waits until it answers."""

    _process: Process | None = None

    @property
    def process(self) -> Process:
        """The child process, for tests that stop, freeze or kill it. Raises RuntimeError before `start`."""
        if self._process is None:
            raise RuntimeError(f"{type(self).__name__} was not started")
        return self._process

    def start(self) -> Self:
        """Start the server and wait until it answers. Raises StartFailed."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the server; safe to call twice."""
        if self._process is not None:
            self._process.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def wait_until(ready: Callable[[], bool], process: Process, timeout_s: float, every_s: float = 0.1) -> None:
    """Call `ready` until it returns True. Raises StartFailed if the process ends before, or after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if not process.running():
            raise process.failure(f"ended with code {process.returncode()} before it was ready")
        if time.monotonic() > deadline:
            raise process.failure(f"was not ready after {timeout_s:.0f} s")
        time.sleep(every_s)


def stop_all(processes: Sequence[Process]) -> None:
    """End several processes: all get SIGTERM together, and SIGKILL after the longest of their grace times."""
    started = [process for process in processes if not process.group_ended]
    end_groups([process.pid for process in started], max((process.grace_s for process in started), default=0.0))
    for process in started:
        process.collect()


class Watcher:
    """A small process that ends the added process groups when this process has ended."""

    def __init__(self) -> None:
        reader, self._pipe = os.pipe()
        self._lock = threading.Lock()
        self._child = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("watch.py"))], stdin=reader, start_new_session=True
        )
        os.close(reader)
        atexit.register(self.close)

    def add(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def drop(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """Close the pipe: the watcher ends the groups that still run, and then itself."""
        with contextlib.suppress(OSError):
            os.close(self._pipe)
        self._child.wait()

    def _tell(self, line: str) -> None:
        with self._lock, contextlib.suppress(OSError):
            os.write(self._pipe, line.encode())


_watchers: dict[int, Watcher] = {}


def _watcher() -> Watcher:
    """Return the watcher of this process; a forked process gets its own watcher."""
    pid = os.getpid()
    if pid not in _watchers:
        _watchers[pid] = Watcher()
    return _watchers[pid]
