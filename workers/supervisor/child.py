"""One supervised process: its start, its output on the way to a log file, and its end."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from prelabel.startup.own_modules import HOME
from workers.supervisor.parent import OPTION

#: A log file is renamed to NAME.log.1 at this size; so many old ones are kept.
_LOG_BYTES, _OLD_LOGS = 10 * 2**20, 5


def prelabel_command(*arguments: str) -> list[str]:
    """Return a command line of ours: the `prelabel` of this process, without the current folder on Python's path."""
    program = f"import sys; sys.path.append({str(HOME)!r}); from prelabel.cli import main; main()"
    return [sys.executable, "-P", "-u", "-c", program, *arguments]


class Child:
    """A process `prelabel COMMAND`. Its output goes line by line to `log` and to `show`."""

    def __init__(self, name: str, command: Sequence[str], log: Path, show: Callable[[str, str], None]) -> None:
        self.name = name
        self._command = prelabel_command(*command, OPTION)
        self._show = show
        self._log = RotatingFileHandler(log, maxBytes=_LOG_BYTES, backupCount=_OLD_LOGS, encoding="utf-8", delay=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._last: deque[str] = deque(maxlen=20)
        self.starts = 0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor only."""
        self._last.clear()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,  # closes when this process ends
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101  # asked for above
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        self.starts += 1

    @property
    def pid(self) -> int:
        """The process id, also of its group; 0 before the first start."""
        return self._process.pid if self._process else 0

    def exit_code(self) -> int | None:
        """Return the exit code of the process; None while it runs. Its output has been read to the end by then."""
        code = self._process.poll() if self._process else None
        if code is not None and self._reader:
            self.kill()  # processes that it has left behind hold the output open
            self._reader.join(2)
            self._reader = None
        return code

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process, which ends its own children."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill all that is left of the process's group."""
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def why(self) -> str:
        """Return the last line that says why the process has ended."""
        own = [line for line in self._last if line.startswith("prelabel: ")]
        said = own or [line for line in self._last if line.strip()]
        return said[-1].removeprefix("prelabel: ").strip() if said else "it said nothing"

    def _read(self, output: IO[bytes]) -> None:
        for raw in output:
            line = raw.decode("utf-8", "replace").rstrip()
            self._last.append(line)
            self._log.emit(logging.makeLogRecord({"msg": "%s", "args": (line,)}))
            self._show_line(line)
        output.close()

    def _show_line(self, line: str) -> None:
        """Show a line as long as somebody reads; the log goes on, and so does the process that writes."""
        try:
            self._show(self.name, line)
        except OSError:
            self._show = _ignore


def _ignore(*_: str) -> None:
    """Take the lines of a process whose reader has gone away."""
