"""Threads of a forward pass on the CPU: those of numpy's matrix products, and of torch where it is loaded."""

from __future__ import annotations

import sys

import numpy as np  # noqa: F401  (only a loaded library can be limited)
from threadpoolctl import threadpool_limits


def limit_threads(count: int) -> None:
    """Let matrix products use `count` threads in this process from now on."""
    threadpool_limits(limits=count, user_api="blas")
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(count)
