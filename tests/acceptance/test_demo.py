"""`make demo` as a user runs it: its exit code, its output, and no process left, however it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PAGES = len(list((ROOT / "examples" / "pages").iterdir()))


class Demo:
    """One running demo. All processes that it starts inherit a mark in PATH, by which the test finds them."""

    def __init__(self, log: Path, *arguments: str) -> None:
        self.mark = f"/nowhere/{uuid.uuid4()}"
        self.log = log
        env = os.environ | {"PATH": f"{os.environ['PATH']}:{self.mark}", "COLUMNS": "200"}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.demo", *arguments],
                cwd=ROOT,
                env=env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def left(self) -> list[str]:
        """Return the command lines of the processes that have the mark and are alive."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_text().replace("\0", " ")[:100])
            except OSError:
                continue  # the process has just ended
        return [line for line in found if line]

    def wait_for(self, true: Callable[[], bool], timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while not true() and time.monotonic() < deadline:
            time.sleep(0.1)
        return true()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    with ExitStack() as stack:

        def run(*arguments: str) -> Demo:
            demo = Demo(tmp_path / "demo.log", *arguments)
            stack.callback(demo.process.wait)
            stack.callback(demo.process.kill)
            return demo

        yield run


def test_it_ends_by_itself_when_every_page_has_its_prediction(start: Callable[..., Demo]) -> None:
    # Given that the ports of the demo are taken, by this test or by another process
    with ExitStack() as taken:
        for port in (7070, 5555, 8000):
            try:
                taken.enter_context(socket.create_server(("", port)))
            except OSError:
                continue
        # When the demo runs
        demo = start("--exit")
        assert demo.wait_for(lambda: demo.process.poll() is not None, timeout_s=280), demo.said()
    # Then the output names the ports that were used instead and the results, and no process is left
    said = demo.said()
    assert demo.process.returncode == 0, said
    assert f"{PAGES} of {PAGES} pages have exactly one prediction" in said
    assert re.search(r"Label Studio listens on port \d+ \(instead of 7070, which is taken\)", said)
    assert re.search(r"Flower listens on port \d+ \(instead of 5555, which is taken\)", said)
    assert re.search(r"The uploader listens on port \d+ \(instead of 8000, which is taken\)", said)
    assert "Invoice" in said
    assert demo.left() == []


def test_the_rest_is_one_command_away(start: Callable[..., Demo]) -> None:
    # Given a demo that stays, and whose pages are done
    demo = start()
    assert demo.wait_for(lambda: "Ctrl-C stops everything" in demo.said(), timeout_s=280), demo.said()
    said = demo.said()
    # Then its end is short: addresses, one page with its picture, and the command for the rest
    end = said[said.index("Label Studio   ") :].splitlines()
    assert len(end) < 30, said
    assert "Invoice number" in said
    picture = ROOT / re.findall(r"^Its picture +(\S+)$", said, re.MULTILINE)[0]
    with Image.open(picture) as shown:
        assert shown.width >= 1000
    # and the command works as it stands
    [line] = re.findall(r"^All results +(\S.*)$", said, re.MULTILINE)
    done = subprocess.run(shlex.split(line), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    documents = [json.loads(row) for row in done.stdout.splitlines()]
    assert sum(len(document["pages"]) for document in documents) == PAGES, done.stderr
    # and the file with the token, which only its owner could read, goes with the demo
    [env_file] = re.findall(r"--env-file (\S+)", line)
    assert (ROOT / env_file).stat().st_mode & 0o077 == 0
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=60) == 0, demo.said()
    assert not (ROOT / env_file).exists()
    assert demo.wait_for(lambda: demo.left() == [], timeout_s=30), demo.left()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 128 + 15),
        pytest.param(signal.SIGHUP, 128 + 1, marks=pytest.mark.slow),  # the handler of SIGTERM
        (signal.SIGKILL, -9),
    ],
)
def test_nothing_is_left_when_it_is_ended(start: Callable[..., Demo], end: signal.Signals, code: int) -> None:
    # Given a demo whose workers are starting
    demo = start()
    assert demo.wait_for(lambda: "the uploader are starting" in demo.said(), timeout_s=120), demo.said()
    assert len(demo.left()) >= 5
    # When the demo is ended
    demo.process.send_signal(end)
    # Then the demo and all processes that it has started end
    assert demo.process.wait(timeout=150) == code, demo.said()
    assert demo.wait_for(lambda: demo.left() == [], timeout_s=30), demo.left()
