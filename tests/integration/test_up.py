"""`prelabel up` with real processes and a real Redis: restarts, the end of all, and set-ups that cannot work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devstack.ports import free_port
from devstack.workers import environment
from tests.support.sites import Site, site

WAIT_S = 60.0


class Up:
    """`prelabel up` of light processes in a folder of its own."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.env = folder, env
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *names: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "prelabel.cli", "up", *names]
        with (self.folder / "said").open("ab") as said:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment(self.env), stdout=subprocess.DEVNULL, stderr=said
            )
        self._processes.append(process)
        return process

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "prelabel.cli", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment(self.env), capture_output=True, text=True, timeout=120
        )

    def said(self) -> str:
        return (self.folder / "said").read_text("utf-8") if (self.folder / "said").exists() else ""

    def pids(self) -> dict[str, int]:
        """Return the ids of the processes that the state file shows as ready."""
        try:
            rows: list[dict[str, Any]] = json.loads((self.folder / ".prelabel/state.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {row["name"]: row["pid"] for row in rows if row["state"] == "ready"}

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


@pytest.fixture
def studio() -> Iterator[Site]:
    with site() as server:
        server.pass_for_label_studio()
        yield server


@pytest.fixture
def up(studio: Site, redis_url: str, tmp_path: Path) -> Iterator[Up]:
    env = {
        "LABEL_STUDIO_URL": studio.url,
        "LABEL_STUDIO_API_KEY": "0" * 40,
        "REDIS_URL": redis_url,
        "PRELABEL_UPLOADER_PORT": str(free_port()),
        "LC_ALL": "C.UTF-8",
    }
    made = Up(tmp_path, env)
    yield made
    made.end()


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"not in {WAIT_S:g} s: {what}"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


def test_what_ends_starts_again_and_all_of_it_ends_together(up: Up) -> None:
    # Given two processes that are ready
    supervisor = up.start("beat", "uploader")
    until(lambda: len(up.pids()) == 2, "both are ready")
    before = up.pids()
    # When one of them is killed
    os.kill(before["beat"], signal.SIGKILL)
    # Then it is started again, with one line of why, and the other one goes on
    until(lambda: up.pids().get("beat", before["beat"]) != before["beat"], "beat is ready again")
    assert up.pids()["uploader"] == before["uploader"]
    assert up.said().count("beat has ended (signal SIGKILL") == 1
    # And at a signal all of them end
    pids = up.pids()
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(45) == 0
    assert not any(map(alive, pids.values()))
    assert up.run("down").stdout == "nothing runs here\n"


def test_nothing_outlives_a_killed_supervisor(up: Up) -> None:
    # Given a supervisor that cannot end its processes any more
    supervisor = up.start("beat", "uploader")
    until(lambda: len(up.pids()) == 2, "both are ready")
    pids = up.pids()
    supervisor.kill()
    # Then they end by themselves, and a new start is possible
    until(lambda: not any(map(alive, pids.values())), "both have ended")
    again = up.start("beat")
    until(lambda: up.pids().get("beat") not in {None, pids["beat"]}, "a new beat is ready")
    again.terminate()
    assert again.wait(45) == 0


def test_a_process_that_cannot_start_ends_all_with_its_line(up: Up) -> None:
    # Given a port that another process has
    with site() as taken:
        up.env["PRELABEL_UPLOADER_PORT"] = str(taken.port)
        # When all is started
        ended = up.run("up", "beat", "uploader")
    # Then it ends with the line of the process that cannot start
    assert ended.returncode == 2
    assert "uploader cannot start: the uploader cannot listen on" in ended.stderr.splitlines()[-1]
    assert up.run("down").stdout == "nothing runs here\n"


def test_a_second_start_shows_what_runs_and_logs_show_what_it_says(up: Up) -> None:
    # Given a system in the background
    started = up.run("up", "--detach", "beat", "uploader")
    assert started.returncode == 0, started.stderr
    try:
        # When it is started again
        again = up.run("up")
        # Then that is said, with the state of each process
        assert "already running" in again.stderr
        assert [line.split(" (")[0] for line in again.stdout.splitlines()] == ["beat: ready", "uploader: ready"]
        assert "uploader | " in up.run("logs", "uploader").stdout
    finally:
        assert up.run("down").stdout == "all processes have ended\n"
