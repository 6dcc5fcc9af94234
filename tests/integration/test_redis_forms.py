"""REDIS_URL as people write it, with real servers: `prelabel doctor`, the CLI's messages and a worker agree."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.ports import free_port
from devstack.redis import RedisServer, SentinelServer
from devstack.workers import Workers
from prelabel.cli.doctor.redis import check_redis
from prelabel.queues.redis_rights import rule
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.support.certificates import Authority
from tests.support.sites import Site, site

#: A password with every sign that has a meaning in addresses.
PASSWORD = "5ecr#et%2/?@:;&=+ü"
ENCODED = "5ecr%23et%252%2F%3F%40%3A%3B%26%3D%2B%C3%BC"
WAIT_S = 60.0
_projects = itertools.count(700)


class Servers:
    """One Redis with a plain port, a TLS port, a socket, a password and a user with the least rights; one Sentinel."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.authority = Authority(folder)
        certificate, key = self.authority.issue("localhost", "127.0.0.1")
        self.tls_port, self.socket = free_port(), folder / "redis.sock"
        options = {
            "--tls-port": str(self.tls_port),
            "--tls-cert-file": str(certificate),
            "--tls-key-file": str(key),
            "--tls-ca-cert-file": str(self.authority.ca),
            "--tls-auth-clients": "no",
            "--unixsocket": str(self.socket),
        }
        self.plain = stack.enter_context(RedisServer(folder / "plain", options=options))
        self.locked = stack.enter_context(RedisServer(folder / "locked", password=PASSWORD))
        self.sentinel = stack.enter_context(
            SentinelServer(folder / "sentinel", "mymaster", self.locked, password="5entinel")
        )
        admin: Any = redis.Redis(port=self.locked.port, password=PASSWORD)
        self.admin = admin

    def allow(self, user: str, *rights: str) -> None:
        """Give a user these rights and no others."""
        self.admin.execute_command("ACL", "SETUSER", user, "reset", "on", f">{PASSWORD}", *rights)

    def url(self, form: str) -> str:
        """Fill in the places of a form."""
        return form.format(
            plain=f"127.0.0.1:{self.plain.port}",
            locked=f"127.0.0.1:{self.locked.port}",
            tls=f"localhost:{self.tls_port}",
            sentinel=f"127.0.0.1:{self.sentinel.port}",
            socket=self.socket,
            ca=self.authority.ca,
            raw=PASSWORD,
            encoded=ENCODED,
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)


@pytest.fixture
def label_studio_site() -> Iterator[Site]:
    with site() as server:
        server.pass_for_label_studio()
        yield server


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what}"
        time.sleep(0.05)


FORMS = {
    "database in the query": "redis://{plain}?db=3",
    "options": "redis://{plain}/4?health_check_interval=30&socket_timeout=20&client_name=prelabel",
    "socket": "unix://{socket}?db=6",
    "Celery's form of a socket": "redis+socket://{socket}?virtual_host=7",
    "TLS, Celery's spelling": "rediss://{tls}/1?ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs={ca}",
    "TLS without a check": "rediss://{tls}/2?ssl_cert_reqs=CERT_NONE",
    "raw password": "redis://:{raw}@{locked}/0",
    "encoded password": "redis://:{encoded}@{locked}/1",
    "user with the least rights": "redis://worker:{raw}@{locked}/5",
    "Sentinel": "sentinel://:{encoded}@{sentinel}/2?master=mymaster&sentinel_password=5entinel",
    "Sentinel, Celery's form": "sentinel://:{encoded}@{sentinel};sentinel://:{encoded}@{sentinel}/3?master_name=mymaster"
    "&sentinel_password=5entinel",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_doctor_sender_and_worker_use_the_same_server(
    form: str, servers: Servers, label_studio_site: Site, tmp_path: Path
) -> None:
    # Given an address in this form
    project = next(_projects)
    settings = Settings(
        _env_file=None,
        redis_url=servers.url(form),
        label_studio_url=label_studio_site.url,
        label_studio_api_key="0" * 40,
    )
    servers.allow("worker", *rule(5, settings.server_id).split())
    workers = Workers(tmp_path)
    env = {
        "REDIS_URL": settings.redis_url,
        "LABEL_STUDIO_URL": settings.label_studio_url,
        "LABEL_STUDIO_API_KEY": "0" * 40,
    }
    try:
        log = workers.start("io", env).log
        # When a message is sent as the CLI sends it
        send_select(settings, project)
        # Then the worker receives it, and doctor sees the worker
        until(
            lambda: any(f"/projects/{project}" in path for path, _ in label_studio_site.requests), "the message arrives"
        )
        first, *others = check_redis(settings)
        assert first.state == "ok", first
        assert any("alive: io 1" in check.detail for check in others)
    finally:
        workers.stop()
    text = log.read_text("utf-8")
    assert "ready." in text
    assert "Traceback" not in text
    assert "NOPERM" not in text
    for secret in ("5ecr", "5entinel"):
        assert secret not in text


def test_every_least_right_is_needed_and_named(servers: Servers) -> None:
    """Given a user without one of the least rights, when doctor looks, then it names that right."""
    url = servers.url("redis://narrow:{raw}@{locked}/5")
    settings = Settings(_env_file=None, redis_url=url, label_studio_url="http://rights")
    rights = rule(5, settings.server_id).split()
    for right in rights:
        kept = [each for each in rights if each != right]
        servers.allow("narrow", *kept)
        first = next(iter(check_redis(settings)))
        assert first.state == "wrong", right
        assert re.search(rf"{re.escape(right)}(?:[ ;]|$)", first.detail), (right, first.detail)
        assert "5ecr" not in json.dumps(first.detail)


def test_the_docs_list_the_least_rights() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "redis.md"
    example = Settings(_env_file=None, label_studio_url="http://label-studio:8080")
    assert set(rule(0, example.server_id).split()) <= set(re.split(r"[\s'\\]+", page.read_text("utf-8")))
