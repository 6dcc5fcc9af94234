"""Tests in several processes (pytest-xdist): which files stay together, and folders that are made once for all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from devstack.locks import locked

#: Acceptance tests that run workers against Label Studio, and those that only ask it. Each group has one Label Studio.
_WITH_WORKERS = ("test_documents", "test_kills", "test_storage_path", "test_uploader", "test_whole_path")
#: It starts a Label Studio of its own.
_ALONE = ("test_demo",)


class ByFile(LoadScopeScheduling):
    """A scheduler that gives whole files to processes, in the order of collection: the longest tests come first."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid.partition("::")[0])


def group(path: str) -> str:
    """Return the name of the files that one process runs together with this test file, so that they share servers."""
    name = Path(path).stem
    if not path.startswith("tests/acceptance/") or name in _ALONE:
        return path
    return "workers at Label Studio" if name in _WITH_WORKERS else "Label Studio"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name` of this run of pytest; the first process to ask fills it by `make(folder)`."""
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
