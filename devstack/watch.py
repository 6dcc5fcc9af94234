"""Ending process groups; as a program, the process behind `devstack.processes.Watcher`.

The program reads lines "+GROUP" and "-GROUP" until its parent has ended, and then ends the remaining groups. It uses
the standard library only and runs in Python's isolated mode, because it must be small and start fast.
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
    """Send SIGTERM to all groups; after `grace_s` send SIGKILL to the groups that still have living members."""
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace_s
    while (left := left & living_groups()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in left:
        _signal(group, signal.SIGKILL)


def living_groups() -> set[int]:
    """Return the groups with a member that is not a zombie; in a container, zombies may stay for ever."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
        except OSError:
            continue  # the process has ended since the folder was listed
        if state not in "ZX":
            found.add(int(group))
    return found


def group_exists(group: int) -> bool:
    """Return whether the group has members, zombies included: as long as it has, no other group gets its number."""
    return _signal(group, 0)


def _signal(group: int, number: int) -> bool:
    """Send a signal; return False if the group does not exist or belongs to another user."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _watch() -> set[int]:
    """Read lines until the pipe closes; return the groups that still run."""
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    return groups


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end_groups(_watch(), GRACE_S)
