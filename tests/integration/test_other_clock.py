"""The tests' hosts with a wrong clock: only the time of day is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.support.other_clock import clock_env

#: Prints the time of day, then how long each kind of wait took by the monotonic clock.
_LOOK = """
import select, threading, time
print(time.time(), time.monotonic())
event, lock = threading.Event(), threading.Lock()
lock.acquire()
waits = (
    lambda: time.sleep(0.2),
    lambda: event.wait(0.2),
    lambda: lock.acquire(timeout=0.2),
    lambda: select.epoll().poll(0.2),
)
for wait in waits:
    began = time.monotonic()
    wait()
    print(time.monotonic() - began)
"""


@pytest.mark.parametrize("ahead_s", [-40.0, 40.0])
def test_only_the_time_of_day_differs(ahead_s: float) -> None:
    began_s, began_monotonic_s = time.time(), time.monotonic()
    line = [sys.executable, "-c", _LOOK]
    out = subprocess.run(line, env={**os.environ, **clock_env(ahead_s)}, text=True, capture_output=True, check=True)
    (wall, monotonic), *waits = [[float(part) for part in row.split()] for row in out.stdout.splitlines()]
    took_s = time.monotonic() - began_monotonic_s
    assert 0 <= wall - ahead_s - began_s <= took_s + 0.1
    assert 0 <= monotonic - began_monotonic_s <= took_s
    assert len(waits) == 4
    assert all(0.15 < waited < 5.0 for (waited,) in waits)
