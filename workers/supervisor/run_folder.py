"""The folder `.prelabel` of a supervised system: who runs it, the state of its processes, and their logs.

It lies in the current folder, beside the `.env` that the processes read. Its lock belongs to the supervisor and is free
as soon as the supervisor has ended, whatever ended it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal

from prelabel.errors import ConfigurationError

FOLDER = ".prelabel"

#: restarting: has ended and waits for its next start; wrong: its set-up is wrong, so it may not be started again.
State = Literal["starting", "ready", "restarting", "wrong", "ended"]


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A supervised process as the state file shows it. `why`: the reason of its last end; empty before the first."""

    name: str
    state: State
    pid: int
    starts: int = 0
    why: str = ""

    def __str__(self) -> str:
        process = f" (process {self.pid})" if self.state in {"starting", "ready"} else ""
        return f"{self.name}: {self.state}{process}" + (f"; {self.why}" if self.why else "")


class RunFolder:
    """The folder, its lock and its state file."""

    def __init__(self, root: Path | None = None) -> None:
        self.path = (root or Path.cwd()) / FOLDER
        self.logs = self.path / "logs"
        self._lock: TextIOWrapper | None = None

    def make(self) -> None:
        """Make the folder, readable for this user alone. Raises ConfigurationError."""
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            (self.path / ".gitignore").write_text("*\n", "utf-8")
            (self.path / "lock").touch()
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise ConfigurationError(
                f"{self.path} cannot be written ({reason}): start in a folder of your own"
            ) from None

    def take(self) -> bool:
        """Take the lock for this process, until it ends; return False where another process holds it."""
        self.make()
        lock = (self.path / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        return True

    def supervisor(self) -> int | None:
        """Return the process id of the supervisor that holds the lock; None where nothing runs."""
        try:
            with (self.path / "lock").open("r+", encoding="utf-8") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return _number(lock)
        except OSError:
            pass
        return None

    def write_state(self, states: Sequence[ProcessState]) -> None:
        """Replace the state file."""
        new = self.path / "state.new"
        new.write_text(json.dumps([asdict(state) for state in states], indent=1), "utf-8")
        new.replace(self.path / "state.json")

    def states(self) -> list[ProcessState]:
        """Return the states that the supervisor wrote last; none before its first."""
        with suppress(OSError, ValueError, TypeError):
            rows: list[Mapping[str, Any]] = json.loads((self.path / "state.json").read_text("utf-8"))
            return [ProcessState(**row) for row in rows]
        return []

    def clear(self) -> None:
        """Remove the state file, because nothing runs any more."""
        (self.path / "state.json").unlink(missing_ok=True)

    def log(self, name: str) -> Path:
        """Return the path of a process's log."""
        return self.logs / f"{name}.log"


def _number(lock: TextIOWrapper) -> int | None:
    """Read the process id; its writer may have taken the lock a moment ago."""
    for _ in range(20):
        lock.seek(0)
        if (text := lock.read().strip()).isdecimal():
            return int(text)
        time.sleep(0.05)
    return None
