"""One thread for Tesseract and numpy: there are as many processes as cores, and further threads burn CPU while waiting.

With OpenMP's defaults Tesseract takes four times the CPU for the same page, even on one core; numpy's matrix products
on two cores added 12 % to a page.
"""

from __future__ import annotations

import os

import numpy as np  # noqa: F401  (only a loaded library can be limited)
from threadpoolctl import threadpool_limits


def one_thread() -> None:
    """Limit the threads; call it before Tesseract's library is loaded. Child processes inherit the limit."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    threadpool_limits(limits=1, user_api="blas")
