"""Two Label Studios, and two spellings of one, on the same Redis, with real workers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from devstack.ports import free_port
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.api.runs import enqueue_project
from prelabel.cli.doctor.servers import check_servers
from prelabel.ledger.ledger import Ledger
from prelabel.page import PageRef
from prelabel.queues import broker, former_lists
from prelabel.queues.routes import QUEUES, TaskName
from prelabel.settings import Settings
from tests.chaos.label_studio import PROJECT, LabelStudioStandIn
from tests.support.cli_runs import program
from tests.support.queues import sender

KINDS = ("cpu", "gpu", "io")
WAIT_S = 90.0
PAGES = 12
FAST: dict[str, Any] = {
    "PRELABEL_HEARTBEAT": "0.5",
    "PRELABEL_UPLOAD_WAIT": "0.2",
    "PRELABEL_CPU_PROCESSES": "1",
    "PRELABEL_LINKER": "alignment",
    "PLANTED_READ_S": "0.01",
    "PLANTED_LOCK_LEASE_S": "3",
}


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what}"
        time.sleep(0.1)


class Site:
    """A stand-in for Label Studio, and the workers that serve it; their logs are in the folder of the site's name."""

    def __init__(self, folder: Path, redis_url: str, name: str, number: int) -> None:
        images = {number * 1000 + page: f"{name} {page}".encode() for page in range(PAGES)}
        self.studio = LabelStudioStandIn(images, random.Random(number))
        self.folder = folder / name
        self.workers = Workers(self.folder)
        self.env = FAST | {
            "REDIS_URL": redis_url,
            "LABEL_STUDIO_URL": self.studio.url,
            "LABEL_STUDIO_API_KEY": self.studio.token,
            "PRELABEL_BUCKET": str(self.folder / "bucket"),
        }

    def settings(self, **other: Any) -> Settings:
        given: Any = {name.lower(): value for name, value in (self.env | other).items()}
        return Settings(_env_file=None, **given)

    def start(self, *kinds: str, **other: str) -> None:
        for kind in kinds:
            env = self.env | other | {"PLANTED_IN": kind}
            self.workers.start(kind, env, module="tests.chaos.planted_worker")
        until(lambda: self.kinds() >= {*kinds}, f"{kinds} live")

    def kinds(self) -> set[str]:
        return {worker.kind for worker in Ledger.from_settings(self.settings()).workers.alive()}

    def log(self, kind: str) -> str:
        return (self.folder / "logs" / f"{kind}.log").read_text("utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a Redis of the test's own, because living workers of other tests would be seen."""
    with RedisServer(tmp_path / "redis") as redis:
        yield redis.url


@pytest.fixture
def make(server: str, tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    sites: list[Site] = []

    def new(name: str) -> Site:
        sites.append(Site(tmp_path, server, name, len(sites) + 1))
        sites[-1].studio.__enter__()
        return sites[-1]

    yield new
    for each in sites:
        each.workers.stop()
        each.studio.__exit__()


def test_two_servers_each_with_its_own_pages(make: Callable[[str], Site], tmp_path: Path) -> None:
    # Given two servers with workers of each, and projects of the same id, on one Redis
    one, two = make("one"), make("two")
    for each in (one, two):
        each.start(*KINDS)
    ports = [free_port(), free_port()]
    for each, port in zip((one, two), ports, strict=True):
        each.workers.start("flower", each.env | {"FLOWER_UNAUTHENTICATED_API": "true"}, flower_port=port)
        until(lambda port=port: "io@" in flower_page(port, "workers"), "Flower sees the workers")  # type: ignore[misc]
    # When both projects are enqueued at once
    runs = [enqueue_project(PROJECT, settings=each.settings()) for each in (one, two)]
    ends = [run.wait(timeout_s=WAIT_S) for run in runs]
    # Then each page has one prediction, on its own server
    assert [(end.done, end.failed) for end in ends] == [(PAGES, 0), (PAGES, 0)]
    for each in (one, two):
        counts = each.studio.counts()
        assert {page for page, _ in counts} == each.studio.state.pages
        assert set(counts.values()) == {1}
        with sender(each.settings()) as app:
            # and commands, events and counts reach the own workers only
            assert len(app.control.inspect(timeout=1.0).registered() or {}) == len(KINDS)
        status = program("status", PROJECT, "--json", cwd=tmp_path, **each.env).json()[0]
        assert (status["total"], status["done"]) == (PAGES, PAGES)
        assert "use http" not in each.log("io"), "two servers are no two spellings"
    shown = [flower_page(port, "api/tasks?limit=1000") for port in ports]
    assert f"{PROJECT}, 100" in shown[0]
    assert f"{PROJECT}, 200" in shown[1]
    assert f"{PROJECT}, 200" not in shown[0]
    assert f"{PROJECT}, 100" not in shown[1]
    details = [check.detail for check in check_servers(one.settings(), repair=False)]
    assert details == [f"workers of other servers use this Redis, too: {two.studio.url}"]


def flower_page(port: int, path: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def test_another_spelling_is_named_and_an_alias_unites_them(make: Callable[[str], Site], tmp_path: Path) -> None:
    # Given an io worker with 127.0.0.1
    site = make("one")
    other: dict[str, Any] = {"LABEL_STUDIO_URL": site.studio.url.replace("127.0.0.1", "localhost")}
    site.start("io")
    registry = broker.connect(site.settings())
    until(lambda: registry.exists("prelabel:servers"), "the worker has announced its server")
    # When pages are enqueued with localhost
    sent = program("enqueue", PROJECT, cwd=tmp_path, **site.env | other)
    # Then the sender names the other spelling and the cure
    assert sent.code == 0
    warnings = [line for line in sent.err.splitlines() if "LABEL_STUDIO_ALIASES" in line]
    assert len(warnings) == 1, sent.err
    assert site.studio.url in warnings[0]
    assert warnings[0].startswith("prelabel: warning: ")
    assert "ALIASES" not in program("enqueue", PROJECT, "-q", cwd=tmp_path, **site.env | other).err
    # and a worker with localhost says so, once
    stranger = Workers(tmp_path / "stranger")
    try:
        log = stranger.start("io", site.env | other).log
        until(lambda: "LABEL_STUDIO_ALIASES" in log.read_text("utf-8"), "the worker names the other spelling")
        time.sleep(2.0)  # some heartbeats
        assert log.read_text("utf-8").count("LABEL_STUDIO_ALIASES") == 1
    finally:
        stranger.stop()
    states = [check.state for check in check_servers(site.settings(**other), repair=False)]
    assert states == ["warning"]
    # When all processes get the alias that the line names
    site.workers.stop()
    aliases = {"LABEL_STUDIO_ALIASES": warnings[0].partition("LABEL_STUDIO_ALIASES=")[2].strip()}
    site.env |= aliases
    site.workers = Workers(site.folder)
    site.start(*KINDS)
    # Then what is sent with one spelling is worked on with the other
    run = enqueue_project(PROJECT, settings=site.settings(**other))
    assert run.wait(timeout_s=WAIT_S).done == PAGES
    quiet = program("enqueue", PROJECT, cwd=tmp_path, **site.env | other).err
    assert "ALIASES" not in quiet


def test_a_sender_without_workers_of_its_own_names_those_that_live(make: Callable[[str], Site], tmp_path: Path) -> None:
    one, two = make("one"), make("two")
    one.start("io")
    registry = broker.connect(one.settings())
    until(lambda: registry.exists("prelabel:servers"), "the worker has announced its server")
    sent = program("enqueue", PROJECT, cwd=tmp_path, **two.env)
    [line] = [line for line in sent.err.splitlines() if "LABEL_STUDIO_ALIASES" in line]
    assert f"no worker of {two.studio.url} is alive" in line
    assert one.studio.url in line


def settings_of(redis_url: str, **more: str) -> Settings:
    given: Mapping[str, Any] = {"redis_url": redis_url, "label_studio_url": "http://b.example"} | more
    return Settings(_env_file=None, **given)


def test_the_ledger_from_before_the_aliases_moves_along(server: str) -> None:
    # Given a ledger with pages, a watched project and a run, and then an alias that comes first in the alphabet
    before = Ledger.from_settings(settings_of(server))
    before.watched.add(7)
    before.runs.create(6)
    assert before.pages.claim(PageRef(6, 1, "/a.png"), "v1", lease_s=60, listed_at=before.now())
    after = settings_of(server, label_studio_aliases="http://a.example")
    present = Ledger.from_settings(after)
    present.watched.add(8)
    present.runs.create(6)
    assert not present.pages.is_in_flight(6, 1)
    # When doctor looks, then it says so, and with --repair everything has the present name
    [found] = check_servers(after, repair=False)
    assert (found.name, found.state) == ("former ledger", "warning")
    assert "http://b.example" in found.detail
    [repaired] = check_servers(after, repair=True)
    assert repaired.state == "ok", repaired
    assert list(check_servers(after, repair=True)) == []
    assert present.pages.is_in_flight(6, 1)
    assert present.watched.projects() == {7, 8}
    assert len(present.runs.unfinished(6)) == 2


def test_two_ledgers_with_pages_are_never_mixed(server: str) -> None:
    after = settings_of(server, label_studio_aliases="http://a.example")
    for settings in (settings_of(server), after):
        ledger = Ledger.from_settings(settings)
        assert ledger.pages.claim(PageRef(6, 1, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    [found] = check_servers(after, repair=True)
    assert found.state == "wrong"
    assert "LABEL_STUDIO_ALIASES" in found.detail
    assert Ledger.from_settings(settings_of(server)).pages.is_in_flight(6, 1), "nothing has moved"


def test_messages_of_an_earlier_release_are_named_and_only_ours_are_removed(server: str) -> None:
    # Given our messages in the lists that earlier releases used, waiting and fetched, beside others
    settings = settings_of(server)
    former = broker.configuration(settings)
    options = {name: value for name, value in former["broker_transport_options"].items() if name != "global_keyprefix"}
    with sender(settings) as app:
        app.conf.broker_transport_options = options
        for priority, queue in zip((0, 3, 6, 9, 0), QUEUES, strict=True):
            app.send_task(TaskName.OCR, args=[6, 1, "token", "v1"], queue=queue, priority=priority)
            app.send_task("others.task", args=[1], queue=queue, priority=priority)
    client: Any = broker.connect(settings)
    ours = next(row for row in client.lrange("control", 0, -1) if b"prelabel.ocr" in row)
    client.hset("unacked", "tag", b'[%b, "cpu", "cpu"]' % ours)
    client.zadd("unacked_index", {"tag": 1.0})
    client.rpush("io", "no message at all")
    # When doctor looks, then it names them, and removes ours alone
    [found] = check_servers(settings, repair=False)
    assert (found.name, found.state) == ("former queues", "warning")
    assert found.detail.startswith("6 messages")
    [repaired] = check_servers(settings, repair=True)
    assert repaired.state == "ok"
    assert former_lists.find(settings) == former_lists.FormerMessages(0, 0, ())
    lists = [key for key in client.scan_iter("*") if client.type(key) == b"list"]
    left = b"".join(row for key in lists for row in client.lrange(key, 0, -1))
    assert left.count(b'"others.task"') == 5
    assert b"no message at all" in left
    assert client.zcard("unacked_index") == 0
