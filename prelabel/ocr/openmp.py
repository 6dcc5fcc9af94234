"""One OpenMP thread for Tesseract: with its default it burns four times the CPU for the same page, even on one core."""

from __future__ import annotations

import os


def one_thread() -> None:
    """Must run before Tesseract's library is loaded in this process; child processes inherit it."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
