"""Hosts with a wrong clock: processes whose wall clock is ahead of this machine's or behind it.

libfaketime shifts what a process sees as the time of day. Monotonic clocks, waits, and the times of files stay true.
"""

from __future__ import annotations

import os
from pathlib import Path

_SUPPORT = Path(__file__).parent
_ROOT = _SUPPORT.parents[1]


def clock_env(ahead_s: float) -> dict[str, str]:
    """Return the environment of a process whose wall clock is `ahead_s` seconds ahead (negative: behind).

    `PYTHONPATH` is among it, with what this process has there. Raises FileNotFoundError where libfaketime is missing.
    """
    path = (str(_SUPPORT / "sleeping"), str(_ROOT), os.environ.get("PYTHONPATH", ""))
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{ahead_s:+g}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",  # otherwise Python compiles every module anew
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
    }


def remove_leftovers() -> None:
    """Remove the shared memory of processes with a wrong clock that were killed and could not do so themselves."""
    for file in Path("/dev/shm").glob("*faketime_*_*"):  # noqa: S108  # where glibc keeps it
        pid = file.name.rpartition("_")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)


def _library() -> Path:
    for folder in ("/usr/lib", "/usr/local/lib"):
        for found in sorted([*Path(folder).glob("faketime/*MT.so.1"), *Path(folder).glob("*/faketime/*MT.so.1")]):
            return found
    raise FileNotFoundError("libfaketime is missing: scripts/install-system.sh clock")
