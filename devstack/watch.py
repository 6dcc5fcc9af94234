"""Ends process groups; as a program, the other end of `devstack.processes.Watcher`.

The program reads "+GROUP" and "-GROUP" lines until its parent is gone, and then ends the groups that are left. Standard
library only, and started in isolated mode: it must be small and start at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

GRACE_S = 20.0


def end_groups(groups: Iterable[int], grace_s: float) -> None:
    """SIGTERM to every group, SIGKILL to those with living members after `grace_s`."""
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace_s
    while (left := left & living_groups()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in left:
        _signal(group, signal.SIGKILL)


def living_groups() -> set[int]:
    """Process groups with a member that is no zombie: in a container nobody may collect the dead."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it ended while we looked
        if state not in "ZX":
            found.add(int(group))
    return found


def _signal(group: int, number: int) -> bool:
    """False when there is no such group, or none of ours."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _watch() -> set[int]:
    """The groups that still run when the pipe closes."""
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    return groups


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end_groups(_watch(), GRACE_S)
