"""Tests of a Redis with TLS and a password, and of signed messages, with real servers and a real worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.serialization import register_pickle, unregister

from devstack.ports import free_port
from devstack.processes import Process
from devstack.redis import server_program
from devstack.workers import Workers
from prelabel.errors import ServiceUnavailable, SettingError
from prelabel.ledger.ledger import Ledger
from prelabel.queues import broker
from prelabel.queues.routes import CONTROL
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.support.certificates import Authority
from tests.support.queues import counts
from tests.support.sites import Site, site

PASSWORD, API_KEY = "p4ss-w0rd-of-redis", "0123456789abcdef0123456789abcdef01234567"
WAIT_S = 60.0


class SecureRedis:
    """A redis-server with TLS only and a password, and the settings for it."""

    def __init__(self, folder: Path, authority: Authority, label_studio_url: str) -> None:
        port = free_port()
        certificate, key = authority.issue("redis.test", "127.0.0.1")
        own_certificate, own_key = authority.issue("worker")
        self.settings = Settings(
            _env_file=None,
            label_studio_url=label_studio_url,
            label_studio_api_key=API_KEY,
            redis_url=f"rediss://:{PASSWORD}@127.0.0.1:{port}/0",
            redis_ca=str(authority.ca),
            signing_key=str(own_key),
            signing_certificate=str(own_certificate),
        )
        options = {
            "--bind": "127.0.0.1",
            "--port": "0",
            "--tls-port": str(port),
            "--tls-cert-file": str(certificate),
            "--tls-key-file": str(key),
            "--tls-ca-cert-file": str(authority.ca),
            "--tls-auth-clients": "no",
            "--requirepass": PASSWORD,
            "--save": "",
            "--dir": str(folder),
        }
        words = [word for option in options.items() for word in option]
        self.process = Process("redis", [server_program(), *words], log=folder / "redis.log")

    def answers(self) -> bool:
        try:
            return bool(broker.connect(self.settings).ping())
        except redis.exceptions.ConnectionError:
            return False


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def label_studio_site() -> Iterator[Site]:
    with site() as server:
        server.pass_for_label_studio()
        yield server


@pytest.fixture
def secure(label_studio_site: Site, authority: Authority, tmp_path: Path) -> Iterator[SecureRedis]:
    server = SecureRedis(tmp_path, authority, label_studio_site.url)
    server.process.start()
    try:
        until(server.answers, "Redis answers")
        yield server
    finally:
        server.process.stop()


def celery(settings: Settings) -> Any:
    app = Celery("test", set_as_current=False)
    app.conf.update(broker.configuration(settings))
    return app


def test_a_server_without_the_right_certificate_gets_no_password(secure: SecureRedis, tmp_path: Path) -> None:
    settings = secure.settings
    with celery(settings).connection() as connection:
        connection.ensure_connection(max_retries=1)
    url = settings.redis_url
    for bad in (
        {"redis_ca": str(Authority(tmp_path).ca)},
        {"redis_ca": ""},
        {"redis_url": url.replace("127.0.0.1", "localhost")},  # the certificate does not name it
        {"redis_url": url.replace(PASSWORD, f"{PASSWORD}-no-more")},
        {"redis_url": url.replace("rediss:", "redis:")},
    ):
        wrong = settings.model_copy(update=bad)
        with pytest.raises(ServiceUnavailable) as said:
            Ledger.from_settings(wrong).now()
        with celery(wrong).connection() as connection, pytest.raises(OperationalError) as kombu_said:
            connection.ensure_connection(max_retries=1, interval_start=0)
        assert PASSWORD not in f"{said.value} {kombu_said.value} {wrong!r}"


@pytest.mark.parametrize("broken", ["signing_key", "signing_certificate", "signing_trusted"])
@pytest.mark.parametrize("text", [None, "no key\n"], ids=["missing", "rubbish"])
def test_unusable_keys_are_an_error_of_one_line(
    authority: Authority, tmp_path: Path, broken: str, text: str | None
) -> None:
    certificate, key = authority.issue("worker")
    bad = tmp_path / "bad.pem"
    if text:
        bad.write_text(text, "utf-8")
    files = {"signing_key": key, "signing_certificate": certificate, "signing_trusted": certificate, broken: bad}
    settings = Settings(_env_file=None).model_copy(update={name: str(file) for name, file in files.items()})
    with pytest.raises(SettingError, match="SIGNING_KEY") as said:
        broker.sign(celery(settings), settings)
    assert "\n" not in str(said.value)


def test_a_worker_accepts_signed_messages_only_and_shows_no_secret(
    secure: SecureRedis, label_studio_site: Site, tmp_path: Path
) -> None:
    settings = secure.settings
    names = ("redis_url", "redis_ca", "signing_key", "signing_certificate", "label_studio_url")
    env = {name.upper(): str(getattr(settings, name)) for name in names}
    env |= {"LABEL_STUDIO_API_KEY": API_KEY, "FLOWER_UNAUTHENTICATED_API": "true"}
    workers, flower_port = Workers(tmp_path), free_port()
    try:
        log = workers.start("io", env).log
        workers.start("flower", env, flower_port=flower_port)
        until(lambda: Ledger.from_settings(settings).workers.alive(), "the worker has a heartbeat")

        unsigned = settings.model_copy(update={"signing_key": ""})
        send(unsigned, 8)
        register_pickle()  # prelabel unregisters it; an attacker does not
        send(unsigned, 9, serializer="pickle")
        unregister("pickle")
        forge(settings, Authority(tmp_path), 10)
        send_select(settings, 7)
        until(lambda: asked(label_studio_site, 7), "the signed message is processed")
        until(lambda: not any(counts(settings).values()), "the other messages are discarded")
        assert [project for project in (8, 9, 10) if asked(label_studio_site, project)] == []
        with celery(unsigned) as app:
            assert app.control.ping(timeout=0.5) == []

        until(lambda: "io@" in flower_pages(flower_port), "Flower knows the worker")
        pages = flower_pages(flower_port)
        secure.process.stop()
        until(lambda: "Cannot connect to rediss://***@" in log.read_text("utf-8"), "the worker misses Redis")
    finally:
        workers.stop()
    logs = "".join(path.read_text("utf-8") for path in log.parent.iterdir())
    for secret in (PASSWORD, API_KEY):
        assert secret not in logs
        assert secret not in pages


def asked(server: Site, project: int) -> bool:
    return any(f"/api/projects/{project}" in path for path, _ in server.requests)


def send(settings: Settings, project: int, serializer: str = "json") -> None:
    with celery(settings) as app:
        app.send_task("prelabel.select", [project, None], queue=CONTROL, serializer=serializer)


def forge(settings: Settings, other: Authority, project: int) -> None:
    """Send a message with the valid signature of a key that the worker does not trust."""
    certificate, key = other.issue("forger")
    forger = settings.model_copy(update={"signing_key": str(key), "signing_certificate": str(certificate)})
    app = celery(forger)
    broker.sign(app, forger)
    app.send_task("prelabel.select", [project, None], queue=CONTROL)
    broker.sign(celery(settings), settings)


def flower_pages(port: int) -> str:
    """Fetch the texts of Flower's pages; empty while Flower does not answer."""
    paths = ("/", "/broker", "/tasks", "/api/workers?refresh=1", "/api/tasks", "/metrics")
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
            return "".join(http.get(path).text for path in paths)
    except httpx.TransportError:
        return ""
