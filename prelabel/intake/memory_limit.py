"""Limit on the memory that one piece of a document may take in this process."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Limit the additional data memory of this process; beyond it Python raises MemoryError, native code may crash."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    held_pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    allowed = held_pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
