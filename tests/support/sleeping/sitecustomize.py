"""A `time.sleep` that works under libfaketime, whose 0.9.10 refuses the absolute monotonic sleeps of Python 3.11.

Python imports this module at its start where `tests/support/other_clock.py` has put this folder on the path.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    """Wait for `seconds`, as `time.sleep` does; a signal whose handler returns does not end the wait."""
    wait_s = float(seconds)
    if wait_s < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], wait_s)


time.sleep = _sleep
