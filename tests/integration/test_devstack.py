"""Promises of the local stack: no process outlives it, dead processes restart, and failed starts say why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from devstack.ports import choose_port, free_port, is_free
from devstack.processes import Process, StartFailed
from devstack.redis import RedisServer, server_program
from devstack.watch import living_groups
from devstack.workers import ROOT, Workers, environment


def _until(true: Callable[[], bool], timeout_s: float = 15) -> bool:
    deadline = time.monotonic() + timeout_s
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_a_taken_port_is_replaced_and_named() -> None:
    # Given a port that is in use
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        # When that port is wanted
        port = choose_port(taken)
    # Then another port is given, and it names the port that it replaces
    assert port.number != taken
    assert str(port) == f"{port.number} (instead of {taken}, which is taken)"


def test_a_free_port_is_kept() -> None:
    wanted = free_port()
    assert str(choose_port(wanted)) == str(wanted)


def test_redis_is_ready_inside_and_gone_after(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        assert redis.Redis.from_url(server.url).set("key", "value")
        group = server.process.pid
    assert group not in living_groups()
    assert is_free(server.port)


def test_an_append_only_redis_survives_a_kill(tmp_path: Path) -> None:
    # Given a Redis that writes each command to its append-only file
    with RedisServer(tmp_path, append_only=True) as server:
        client = redis.Redis.from_url(server.url)
        client.config_set("appendfsync", "always")
        client.set("key", "value")
        # When it is killed
        server.process.signal(signal.SIGKILL)
    # Then the next Redis in the same folder has the key
    with RedisServer(tmp_path, append_only=True) as server:
        assert redis.Redis.from_url(server.url).get("key") == b"value"


def test_a_missing_program_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REDIS_SERVER", raising=False)
    with pytest.raises(StartFailed, match=r"redis-server is not on PATH: run `make setup`"):
        RedisServer(tmp_path).start()


def test_valkey_takes_the_place_of_a_missing_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in is a Redis by another name; docs/how-to/redis.md says which tests ran on a real Valkey."""
    monkeypatch.delenv("REDIS_SERVER", raising=False)
    (tmp_path / "valkey-server").symlink_to(server_program())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert server_program() == str(tmp_path / "valkey-server")
    with RedisServer(tmp_path / "data") as server:
        assert redis.Redis.from_url(server.url).ping()
    monkeypatch.setenv("REDIS_SERVER", "keydb-server")
    with pytest.raises(StartFailed, match="keydb-server is not on PATH"):
        RedisServer(tmp_path).start()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_children_and_grandchildren_end_with_their_parent(tmp_path: Path, end: signal.Signals) -> None:
    # Given a process that has started a shell, which has started a sleeper in the background
    program = f"""
        import pathlib, time
        from devstack.processes import Process
        log = pathlib.Path({str(tmp_path)!r}) / "log"
        child = Process("shell", ["bash", "-c", "sleep 600 & sleep 600"], log=log).start()
        print(child.pid, flush=True)
        time.sleep(600)
    """
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, env=env)
    assert parent.stdout is not None
    group = int(parent.stdout.readline())
    assert group in living_groups()
    # When the parent ends, without a chance to clean up
    parent.send_signal(end)
    parent.wait()
    parent.stdout.close()
    # Then the whole group is gone soon
    assert _until(lambda: group not in living_groups())


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    command = ["bash", "-c", f"trap '' TERM; touch {ready}; while true; do sleep 1; done"]
    process = Process("stubborn", command, log=tmp_path / "log", grace_s=0.5).start()
    assert _until(ready.exists)
    process.stop()
    assert not process.running()
    assert process.pid not in living_groups()


def test_a_group_that_has_ended_gets_no_signal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given two processes that have ended, one of them with a child left behind
    alone = Process("alone", ["true"], log=tmp_path / "log").start()
    parent = Process("parent", ["bash", "-c", "sleep 100 & true"], log=tmp_path / "log").start()
    assert _until(lambda: not alone.running() and not parent.running())
    # When both are stopped, twice
    signals: list[int] = []
    monkeypatch.setattr("devstack.watch.os.killpg", _recorded(os.killpg, signals))
    for _ in range(2):
        alone.stop()
        parent.stop()
    # Then only the group that still had a member got a signal: the number of the other may be somebody else's by now
    assert set(signals) == {parent.pid}
    assert parent.pid not in living_groups()


def _recorded(send: Callable[[int, int], None], groups: list[int]) -> Callable[[int, int], None]:
    def record(group: int, number: int) -> None:
        if number:
            groups.append(group)
        send(group, number)

    return record


def test_a_process_that_dies_is_started_again(tmp_path: Path, redis_url: str) -> None:
    # Given a supervised beat
    workers = Workers(tmp_path)
    try:
        beat = workers.start("beat", {"REDIS_URL": redis_url, "LABEL_STUDIO_URL": "http://localhost:1"})
        assert _until(lambda: "beat: Starting" in beat.tail(50)), beat.tail(50)
        first = beat.pid
        # When it is killed
        beat.signal(signal.SIGKILL)
        # Then another process takes its place
        assert _until(lambda: beat.starts == 2 and beat.running())
        assert beat.pid != first
    finally:
        workers.stop()
    assert beat.pid not in living_groups()


def test_wrong_settings_are_reported_at_once(tmp_path: Path, redis_url: str) -> None:
    workers = Workers(tmp_path)
    try:
        worker = workers.start("cpu", {"REDIS_URL": redis_url, "LABEL_STUDIO_URL": "ftp://nowhere"})
        assert _until(lambda: not worker.running())
        assert _until(lambda: _failure(workers) is not None)
        assert "LABEL_STUDIO_URL" in str(_failure(workers))
        assert worker.starts == 1
    finally:
        workers.stop()


def _failure(workers: Workers) -> StartFailed | None:
    try:
        workers.check()
    except StartFailed as error:
        return error
    return None


def test_a_stack_gets_its_own_settings_and_none_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "the caller's own")
    monkeypatch.setenv("PROJECTS", "1")
    passed_on = environment({"PROJECTS": "2"})
    assert passed_on["PROJECTS"] == "2"
    assert "LABEL_STUDIO_API_KEY" not in passed_on
