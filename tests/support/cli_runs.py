"""The command line in tests: run in this process for speed, or in a separate process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prelabel.cli import main
from prelabel.settings import get_settings

#: An address without a server: port 9 is "discard".
NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    def json(self) -> list[Any]:
        """Parse stdout: one JSON object per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def error_line(self) -> str:
        """Return stderr, which must be one line with a message from prelabel."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("prelabel: "), self.err
        return lines[0]


class Cli:
    """The command line in this process: `cli("status", 6, REDIS_URL=...)` runs with only these settings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *args: object, **settings: object) -> Outcome:
        with self._monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, str(value))
            get_settings.cache_clear()
            try:
                with pytest.raises(SystemExit) as ended:
                    main([str(arg) for arg in args])
            finally:
                get_settings.cache_clear()
        seen = self._capsys.readouterr()
        return Outcome(int(ended.value.code or 0), seen.out, seen.err)


def program(*args: object, cwd: Path, timeout_s: float = 60, encoding: str = "utf-8", **settings: object) -> Outcome:
    """Run the command line in a separate process."""
    run = subprocess.run(
        [sys.executable, "-c", "from prelabel.cli import main; main()", *map(str, args)],
        cwd=cwd,
        env=os.environ | {name: str(value) for name, value in settings.items()},
        capture_output=True,
        encoding=encoding,
        timeout=timeout_s,
        check=False,
    )
    return Outcome(run.returncode, run.stdout, run.stderr)
