"""Fixtures of all tests: real servers that start when a test first needs them and end with the session.

With pytest-xdist each process has its own servers.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

# One thread for each process: tests and their workers share the cores, and waiting threads use CPU time (they spin).
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Tests compare English texts, whatever the language of this machine is.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)

from devstack.label_studio import LabelStudioServer
from devstack.redis import RedisServer
from devstack.s3 import S3Server
from prelabel.labelstudio.http.client import LabelStudio
from tests.support.labelling_configs import RECTANGLES_XML
from tests.support.parallel import ByFile, made_once
from tests.support.sites import LOOPBACK

_SERVERS = {"redis_url", "s3", "label_studio"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Return the scheduler that distributes tests to processes."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse unit tests that use a server, because `make test-unit` starts no servers."""
    for item in items:
        asked = _SERVERS & {*getattr(item, "fixturenames", ())}
        if asked and item.nodeid.startswith("tests/unit/"):
            raise pytest.UsageError(
                f"{item.nodeid} needs {min(asked)}: move it to tests/integration or tests/acceptance"
            )


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a private Redis. All tests of the session share its data, so each test uses its own keys."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Yield a private S3 server. All tests of the session share it, so each test creates its own buckets."""
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudioServer]:
    """Yield a private, real Label Studio. All tests of the session share it, so each test creates its own projects."""
    with LabelStudioServer(tmp_path_factory.mktemp("label-studio")) as server:
        yield server


@pytest.fixture(scope="session")
def small_layoutlm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a LayoutLM v1 checkpoint folder (config.json, model.safetensors); training takes half a minute."""
    from tests.support.small_layoutlm import train

    return made_once(tmp_path_factory, "layoutlm", train)


@pytest.fixture
def project(label_studio: LabelStudioServer, request: pytest.FixtureRequest) -> Callable[..., int]:
    """Return a function: `project(xml)` creates a project with this labelling configuration and returns its id."""
    numbers = itertools.count(1)

    def make(xml: str = RECTANGLES_XML, **fields: object) -> int:
        title = f"{request.node.name[:30]} {next(numbers)}"
        return label_studio.create_project(title, xml, **fields)

    return make


@pytest.fixture
def client(label_studio: LabelStudioServer) -> Iterator[LabelStudio]:
    """Yield prelabel's client, connected to the private Label Studio; images may also come from this machine."""
    with LabelStudio(label_studio.url, label_studio.token, image_networks=LOOPBACK) as connection:
        yield connection
