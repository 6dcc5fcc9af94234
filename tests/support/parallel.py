"""Tests in several processes (pytest-xdist): groups of files that share a process, and folders made only once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from devstack.locks import locked

#: Acceptance tests that run workers against Label Studio; the others only call its API. Each group has one server.
_WITH_WORKERS = ("test_documents", "test_kills", "test_storage_path", "test_uploader", "test_whole_path")
#: This test starts its own Label Studio.
_ALONE = ("test_demo",)


class ByFile(LoadScopeScheduling):
    """A scheduler that assigns whole files to processes in the order of collection, in which long tests come first."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid.partition("::")[0])


def group(path: str) -> str:
    """Return the group of a test file; one process runs all files of a group, so that they share servers."""
    name = Path(path).stem
    if not path.startswith("tests/acceptance/") or name in _ALONE:
        return path
    return "workers at Label Studio" if name in _WITH_WORKERS else "Label Studio"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name` of this pytest session; the first process that calls this fills it by `make(folder)`."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    with locked(base / f"{name}.lock"):
        if not folder.exists():
            making = base / f"{name}.making"
            make(making)
            making.rename(folder)
    return folder
