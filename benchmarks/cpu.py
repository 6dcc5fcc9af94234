"""CPU seconds from `/proc`: of all processes of a session, and of the whole machine. Linux only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
#: Indexes of fields in /proc/PID/stat, counted from the state, the first field after the name in brackets.
_SESSION, _TIMES = 3, slice(11, 15)
#: user, nice, system, irq, softirq and steal in the first line of /proc/stat.
_BUSY = (1, 2, 3, 6, 7, 8)


def session_cpu_s(session: int) -> float:
    """Return the CPU seconds of all living processes of a session, and of their children that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[_SESSION]) == session:
            ticks += sum(map(int, fields[_TIMES]))
    return ticks / _TICKS_PER_S


def machine_cpu_s() -> float:
    """Return the CPU seconds that all cores together were busy since the machine started."""
    fields = Path("/proc/stat").read_text("utf-8").splitlines()[0].split()
    return sum(int(fields[place]) for place in _BUSY) / _TICKS_PER_S


class CpuMeter:
    """Meter that counts from its creation. `sessions`: name -> process id of a session's leader (`Process.pid`)."""

    def __init__(self, sessions: Mapping[str, int]) -> None:
        self._sessions = dict(sessions)
        self._before = {name: session_cpu_s(pid) for name, pid in self._sessions.items()}
        self._machine_before = machine_cpu_s()

    def used_s(self) -> dict[str, float]:
        """Return the CPU seconds by name since the meter was created."""
        return {name: session_cpu_s(pid) - self._before[name] for name, pid in self._sessions.items()}

    def machine_s(self) -> float:
        """Return the CPU seconds of the whole machine since the meter was created."""
        return machine_cpu_s() - self._machine_before
