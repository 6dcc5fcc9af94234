"""Shared parts of the tests: real servers, started when a test first asks for one, and ended at the end.

With pytest-xdist each process has its own.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

# One thread for each process: several tests and their workers share the cores, and threads that wait for a core spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")

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
    """Choose how tests are given to processes."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse unit tests that ask for a server: `make test-unit` starts none."""
    for item in items:
        asked = _SERVERS & {*getattr(item, "fixturenames", ())}
        if asked and item.nodeid.startswith("tests/unit/"):
            raise pytest.UsageError(
                f"{item.nodeid} needs {min(asked)}: move it to tests/integration or tests/acceptance"
            )


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a private Redis. Its data is shared by all tests of the session: use keys of your own."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A private S3 server, shared by all tests of the session: make buckets of your own."""
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudioServer]:
    """A private, real Label Studio, shared by all tests of the session: make projects of your own."""
    with LabelStudioServer(tmp_path_factory.mktemp("label-studio")) as server:
        yield server


@pytest.fixture(scope="session")
def small_layoutlm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LayoutLM v1 checkpoint folder: config.json and model.safetensors, trained here in half a minute."""
    from tests.support.small_layoutlm import train

    return made_once(tmp_path_factory, "layoutlm", train)


@pytest.fixture
def project(label_studio: LabelStudioServer, request: pytest.FixtureRequest) -> Callable[..., int]:
    """`project(xml)` makes a new project with this labelling configuration; its id."""
    numbers = itertools.count(1)

    def make(xml: str = RECTANGLES_XML, **fields: object) -> int:
        title = f"{request.node.name[:30]} {next(numbers)}"
        return label_studio.create_project(title, xml, **fields)

    return make


@pytest.fixture
def client(label_studio: LabelStudioServer) -> Iterator[LabelStudio]:
    """The library's own connection to the private Label Studio; images may come from this machine, too."""
    with LabelStudio(label_studio.url, label_studio.token, image_networks=LOOPBACK) as connection:
        yield connection
