"""One thread for Tesseract and numpy: there are as many processes as cores, and more threads only wait, at full cost.

With OpenMP as it comes Tesseract burns four times the CPU for the same page, even on one core; numpy's matrix products
on two cores added 12 % to a page.
"""

from __future__ import annotations

import os

import numpy as np  # noqa: F401  (what is not loaded cannot be limited)
from threadpoolctl import threadpool_limits


def one_thread() -> None:
    """Must run before Tesseract's library is loaded in this process; child processes inherit it."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    threadpool_limits(limits=1, user_api="blas")
