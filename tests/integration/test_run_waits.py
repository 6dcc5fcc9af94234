"""`run.wait()` and `progress()` with a Redis that has lost everything or is away, and with an expired run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from devstack.redis import RedisServer
from prelabel.api.runs import Run
from prelabel.errors import RunFailed
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.runs import Progress
from prelabel.page import PageRef
from prelabel.settings import Settings
from tests.support.cli_runs import Cli

WAIT_S = 20.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis", append_only=True) as server:
        yield server


@pytest.fixture
def settings(server: RedisServer) -> Settings:
    return Settings(_env_file=None, redis_url=server.url, label_studio_url="http://run-waits")


def started(settings: Settings, *task_ids: int) -> Run:
    ledger = Ledger.from_settings(settings)
    run = Run(ledger.runs.create(6), 6, ledger, settings)
    ledger.runs.open(run.id, 6, task_ids, listed_at=ledger.now())
    return run


@contextmanager
def waiting(run: Run, **options: float) -> Iterator[Future[Progress]]:
    """Let a thread wait for the run meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(run.wait, poll_s=0.05, **options)
        with pytest.raises(FutureTimeout):
            found.result(0.5)
        yield found


def end(settings: Settings, task_id: int) -> None:
    ledger = Ledger.from_settings(settings)
    found = ledger.pages.claim(PageRef(6, task_id, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    ledger.pages.finish(found[0], seconds={})


def test_a_run_that_redis_has_lost_is_an_error_at_once(server: RedisServer, settings: Settings) -> None:
    """Given a run that is waited for, when Redis loses everything, then this is said; another run has all pages."""
    run = started(settings, 1, 2)
    end(settings, 1)
    with waiting(run) as result:
        redis.Redis.from_url(server.url).flushall()
        with pytest.raises(RunFailed, match=f"does not know run {run.id}.*prelabel enqueue 6"):
            result.result(WAIT_S)
    with pytest.raises(RunFailed, match="lost its data"):
        run.progress()
    again = started(settings, 1, 2)
    for page in (1, 2):
        end(settings, page)
    assert again.wait(timeout_s=WAIT_S).done == 2


def test_a_run_that_has_expired_is_an_error(server: RedisServer, settings: Settings) -> None:
    run = started(settings, 1)
    end(settings, 1)
    assert run.wait(timeout_s=WAIT_S).done == 1
    client: Any = redis.Redis.from_url(server.url)
    client.pexpire(f"prelabel:{settings.server_id}:run:{run.id}", 1)
    time.sleep(0.05)
    with pytest.raises(RunFailed, match="ended over a week ago"):
        run.wait(timeout_s=WAIT_S)


def test_status_of_an_unknown_run_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    run, cli = started(settings, 1), Cli(monkeypatch, capsys)
    env = {"REDIS_URL": settings.redis_url, "LABEL_STUDIO_URL": settings.label_studio_url}
    for project, name in ((6, "feedbeef0000"), (7, run.id)):
        shown = cli("status", project, "--run", name, "--json", **env)
        assert (shown.code, shown.out) == (2, ""), shown.err
        assert f"does not know run {name} of project {project}" in shown.error_line()


def test_waiting_goes_on_when_redis_is_back(server: RedisServer, settings: Settings) -> None:
    run = started(settings, 1)
    with waiting(run) as result:
        server.process.signal(signal.SIGKILL)
        server.process.collect()
        time.sleep(1.0)
        assert not result.done()
        server.start()
        end(settings, 1)
        assert result.result(WAIT_S).done == 1


def test_status_goes_on_when_redis_is_back(server: RedisServer, settings: Settings, tmp_path: Path) -> None:
    run = started(settings, 1)
    child = subprocess.Popen(
        [sys.executable, "-c", f"from prelabel.cli import main; main(['status', '6', '--run', '{run.id}'])"],
        cwd=tmp_path,
        env=os.environ | {"REDIS_URL": settings.redis_url, "LABEL_STUDIO_URL": settings.label_studio_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert "queued 1" in child.stdout.readline()
        server.process.signal(signal.SIGKILL)
        server.process.collect()
        time.sleep(1.0)
        assert child.poll() is None
        server.start()
        end(settings, 1)
        shown, err = child.communicate(timeout=WAIT_S)
    assert (child.returncode, err) == (0, "")
    assert "done 1" in shown.splitlines()[-1]


def test_waiting_for_a_redis_that_stays_away_ends_in_time(server: RedisServer, settings: Settings) -> None:
    run = started(settings, 1)
    with waiting(run, timeout_s=2.0) as result:
        server.process.signal(signal.SIGKILL)
        server.process.collect()
        with pytest.raises(RunFailed, match="did not end in 2 s: Redis does not answer"):
            result.result(WAIT_S)
