"""Redis servers and addresses that do not fit: one line with the cure each, the same for all commands and processes."""

from __future__ import annotations

import contextlib
import socket
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
from prelabel.errors import ServiceUnavailable, SettingError
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import WorkerInfo
from prelabel.queues.redis_check import check_server
from prelabel.queues.sending import send_select
from prelabel.settings import Settings
from tests.support.certificates import Authority
from tests.support.sites import site

PASSWORD = "5ecr#et@/"


class Servers:
    """Redis servers of many kinds, by name, and files for TLS."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        authority = Authority(folder)
        (folder / "other").mkdir()
        other = Authority(folder / "other")
        certificate, key = authority.issue("localhost")
        own, own_key = authority.issue("client")
        foreign, foreign_key = other.issue("client")
        (folder / "rubbish.pem").write_text("rubbish", "utf-8")
        tls = {
            "--port": "0",
            "--tls-cert-file": str(certificate),
            "--tls-key-file": str(key),
            "--tls-ca-cert-file": str(authority.ca),
        }
        self.places: dict[str, object] = {
            "plain": self._start("plain").port,
            "locked": self._start("locked", {"--requirepass": PASSWORD}).port,
            "tls": self._start_tls("tls", tls | {"--tls-auth-clients": "no"}),
            "mutual": self._start_tls("mutual", tls),
            "cluster": self._start("cluster", {"--cluster-enabled": "yes"}).port,
            "full": self._start("full", {"--maxmemory": "100kb"}).port,
            "crowded": self._start("crowded", {"--maxclients": "1"}).port,
            "replica": self._start("replica", {"--replicaof": "127.0.0.1 9"}).port,
            "ca": authority.ca,
            "other_ca": other.ca,
            "rubbish": folder / "rubbish.pem",
            "folder": folder,
            "own": f"ssl_certfile={own}&ssl_keyfile={own_key}",
            "foreign": f"ssl_certfile={foreign}&ssl_keyfile={foreign_key}",
            "unpaired": f"ssl_certfile={own}&ssl_keyfile={foreign_key}",
            "silent": stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1],
            "raw": PASSWORD,
        }
        crowd = stack.enter_context(contextlib.closing(redis.Redis(port=int(str(self.places["crowded"])))))
        crowd.ping()

    def _start(self, name: str, options: dict[str, str] | None = None) -> RedisServer:
        return self._stack.enter_context(RedisServer(self._folder / name, options=options))

    def _start_tls(self, name: str, options: dict[str, str]) -> int:
        port = free_port()
        server = TlsServer(self._folder / name, port, options | {"--tls-port": str(port)})
        self._stack.enter_context(server)
        return port


class TlsServer(RedisServer):
    """A Redis that speaks TLS only."""

    def __init__(self, folder: Path, port: int, options: dict[str, str]) -> None:
        super().__init__(folder, port, options=options)

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)


#: Address, REDIS_CA, the beginning of the line, whether something must be corrected before a restart.
FAULTS = {
    "no password": ("redis://localhost:{locked}", "", "Redis asks for a password: write it into REDIS_URL", True),
    "wrong password": ("redis://:x{raw}@localhost:{locked}", "", "Redis refuses the password or the user", True),
    "wrong user": ("redis://nobody:{raw}@localhost:{locked}", "", "Redis refuses the password or the user", True),
    "no such database": ("redis://localhost:{plain}/99", "", "Redis has no database of that number", True),
    "no TLS there": ("rediss://localhost:{plain}", "", "the server behind REDIS_URL speaks no TLS", True),
    "TLS only": ("redis://localhost:{tls}", "", "the server behind REDIS_URL speaks TLS: write rediss://", True),
    "unknown authority": ("rediss://localhost:{tls}", "", "Redis's certificate is signed by an unknown", True),
    "other authority": ("rediss://localhost:{tls}", "{other_ca}", "Redis's certificate is signed by an unknown", True),
    "missing authority": ("rediss://localhost:{tls}", "{folder}/none", "REDIS_CA or ssl_ca_certs=", True),
    "no PEM file": ("rediss://localhost:{tls}", "{rubbish}", "{rubbish} (REDIS_CA) holds no certificate", True),
    "other host": ("rediss://127.0.0.1:{tls}", "{ca}", "Redis's certificate names another host", True),
    "client certificate": ("rediss://localhost:{mutual}", "{ca}", "Redis asks for a client certificate", True),
    "foreign client certificate": (
        "rediss://localhost:{mutual}?{foreign}",
        "{ca}",
        "Redis refuses the client certificate of REDIS_URL",
        True,
    ),
    "certificate and key apart": ("rediss://localhost:{mutual}?{unpaired}", "{ca}", "{folder}/client.pem and", True),
    "cluster": ("redis://localhost:{cluster}", "", "REDIS_URL points to a Redis Cluster", True),
    "replica": ("redis://localhost:{replica}", "", "REDIS_URL points to a read-only replica", False),
    "too many clients": ("redis://localhost:{crowded}", "", "Redis has no room for more clients", False),
    "nobody there": ("redis://localhost:9", "", "Redis does not answer; start it", False),
    "unknown host": ("redis://redis.invalid", "", "Redis does not answer: its host name is not known", False),
    "no socket": ("unix://{folder}/none.sock", "", "Redis does not answer: there is no socket", False),
    "silent": ("redis://localhost:{silent}", "", "Redis does not answer in time", False),
    "no master": (
        "sentinel://localhost:9,localhost:10?master=mymaster",
        "",
        "no Sentinel answers, or none knows the master",
        False,
    ),
}


@pytest.mark.parametrize(("url", "ca", "says", "set_up"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_one_line_with_its_cure(url: str, ca: str, says: str, set_up: bool, servers: Servers) -> None:
    settings = Settings(
        _env_file=None,
        redis_url=url.format(**servers.places),
        redis_ca=ca.format(**servers.places),
        label_studio_url="http://faults",
    )
    with pytest.raises(SettingError if set_up else ServiceUnavailable) as said:
        check_server(settings, within_s=2)
    line = str(said.value)
    assert line.startswith(says.format(**servers.places)), line
    assert "\n" not in line
    assert "5ecr" not in line


def test_a_client_certificate_is_accepted(servers: Servers) -> None:
    url = "rediss://localhost:{mutual}?{own}".format(**servers.places)
    check_server(Settings(_env_file=None, redis_url=url, redis_ca=str(servers.places["ca"])))


def test_a_full_memory_is_told_by_every_write(servers: Servers) -> None:
    settings = Settings(
        _env_file=None, redis_url="redis://localhost:{full}".format(**servers.places), label_studio_url="http://full"
    )
    says = "Redis refuses to write: its memory is full"
    with pytest.raises(ServiceUnavailable, match=says):
        send_select(settings, 6)
    with pytest.raises(ServiceUnavailable, match=says):
        Ledger.from_settings(settings).workers.sign_in(WorkerInfo("a", "io", 0.0, None), every_s=5)


def test_doctor_sends_nobody_to_doctor(servers: Servers) -> None:
    for url, ca, *_ in FAULTS.values():
        if "{silent}" in url:
            continue
        settings = Settings(
            _env_file=None,
            redis_url=url.format(**servers.places),
            redis_ca=ca.format(**servers.places),
            label_studio_url="http://faults",
        )
        [check] = check_redis(settings)
        assert check.state == "wrong"
        assert "doctor" not in check.detail


def test_a_failover_of_sentinel_is_followed_by_worker_and_sender(tmp_path: Path) -> None:
    # Given a server with a replica, a Sentinel, and a worker
    with ExitStack() as stack:
        web = stack.enter_context(site())
        web.pass_for_label_studio()
        first = stack.enter_context(RedisServer(tmp_path / "first"))
        second = stack.enter_context(
            RedisServer(tmp_path / "second", options={"--replicaof": f"127.0.0.1 {first.port}"})
        )
        sentinel = stack.enter_context(SentinelServer(tmp_path / "sentinel", "mymaster", first))
        asked: Any = redis.Redis(port=sentinel.port, decode_responses=True)
        until(lambda: asked.sentinel_master("mymaster")["num-slaves"] == 1, "the Sentinel knows the replica")
        url = f"sentinel://127.0.0.1:{sentinel.port}/0?master=mymaster"
        settings = Settings(_env_file=None, redis_url=url, label_studio_url=web.url, label_studio_api_key="0" * 40)
        env = {"REDIS_URL": url, "LABEL_STUDIO_URL": web.url, "LABEL_STUDIO_API_KEY": "0" * 40}
        workers = Workers(tmp_path)
        stack.callback(workers.stop)
        worker = workers.start("io", env)

        def done() -> int:
            lines = worker.log.read_text().splitlines()
            return sum("prelabel.select[" in line and "succeeded" in line for line in lines)

        send_select(settings, 811)
        until(lambda: done() == 1, "the first message is dealt with")
        # When the first server dies
        first.stop()
        replica: Any = redis.Redis(port=second.port)
        until(lambda: replica.info("replication")["role"] == "master", "the replica takes over")
        # Then a later message arrives, sent to the new server
        until(lambda: sent(settings, 812), "the sender finds the new server")
        until(lambda: done() == 2, "the second message is dealt with")


def sent(settings: Settings, project: int) -> bool:
    try:
        send_select(settings, project)
    except ServiceUnavailable:
        return False
    return True


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline, f"not in 90 s: {what}"
        time.sleep(0.1)
