"""Real processes that are started with a set-up, beside queues full of messages, and how they end."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from devstack.redis import RedisServer
from devstack.workers import environment
from prelabel.queues.routes import TABLE
from tests.support.queues import counts, sender, settings_of

#: A start that has not ended by then counts as one that goes on.
LIMIT_S = 90.0
MESSAGES_EACH = 3

#: Name -> command line without the interpreter.
COMMANDS: dict[str, list[str]] = {
    **{
        kind: ["-m", "celery", "-A", f"workers.{kind}", "worker", "-n", f"{kind}@%h"]
        for kind in ("io", "cpu", "gpu", "ocr_gpu")
    },
    "beat": ["-m", "celery", "-A", "beat_schedule", "beat"],
    "flower": ["-m", "celery", "-A", "tasks.app", "flower"],
    "uploader": ["-m", "services.uploader"],
}


@dataclass(frozen=True)
class SetUp:
    """A set-up that cannot work, and the one line that the process says about it.

    `command`: a name in COMMANDS, or arguments of Celery ("celery ...") or of the command line ("prelabel ...").
    `env`: settings that replace the working ones; None: not set. `files`: of the current folder. In values of `env` and
    in files, {redis} and the like stand for what the servers of the test are called.
    """

    name: str
    command: str
    says: str
    env: Mapping[str, str | None] = field(default_factory=dict)
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    code: int = 2


def set_ups(
    name: str,
    commands: Sequence[str],
    says: str,
    env: Mapping[str, str | None] | None = None,
    *,
    files: Mapping[str, str | bytes | None] | None = None,
    code: int = 2,
) -> list[SetUp]:
    """Return the same set-up for several commands."""
    return [SetUp(name, command, says, env or {}, files or {}, code) for command in commands]


class FullQueues:
    """A private Redis, a database of it for each process, and messages in all queues of that database.

    `label_studio_url`: the address that names the queues.
    """

    def __init__(self, folder: Path, label_studio_url: str, databases: int = 400) -> None:
        self._label_studio_url = label_studio_url
        self._server = RedisServer(folder, options={"--databases": str(databases)})
        self._numbers, self._lock = itertools.count(1), threading.Lock()

    def __enter__(self) -> FullQueues:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        return self._server.port

    def empty(self) -> str:
        """Return the address of an unused database."""
        with self._lock:
            return self._server.url.removesuffix("/0") + f"/{next(self._numbers)}"

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let the server accept connections and answer nothing."""
        self._server.process.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._server.process.signal(signal.SIGCONT)

    def fill(self) -> str:
        """Put messages of every task into its queue in an unused database; return the address of it."""
        address = self.empty()
        app = sender(settings_of(address, self._label_studio_url))
        for _, route in itertools.product(range(MESSAGES_EACH), TABLE):
            app.send_task(
                route.task, args=[6, 1, "token", "version"][: 2 if "all" in route.task else 4], queue=route.queue
            )
        app.close()
        return address

    def waiting(self, address: str) -> dict[str, int]:
        """Count the messages in each queue, and those that some process has taken."""
        return counts(settings_of(address, self._label_studio_url))


@dataclass(frozen=True)
class Ended:
    """How a process ended; `code` is None where it went on."""

    code: int | None
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.strip()]


def command_line(command: str) -> list[str]:
    """Return the whole command line."""
    if command in COMMANDS:
        return [sys.executable, *COMMANDS[command]]
    program, *words = command.split()
    return [sys.executable, "-m", {"celery": "celery", "prelabel": "prelabel.cli"}[program], *words]


def start(command: str, env: Mapping[str, str], folder: Path, limit_s: float = LIMIT_S) -> Ended:
    """Run the process until it ends by itself, or kill it after `limit_s`."""
    values = {name: value for name, value in environment(env).items() if not re.fullmatch(r"(?i).*_proxy", name)}
    values |= {name: value for name, value in env.items() if name.lower().endswith("_proxy")}
    with subprocess.Popen(
        command_line(command), env=values, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            out, err = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Ended(None, out, err)
    return Ended(process.returncode, out, err)


def faults(setup: SetUp, ended: Ended, secrets: Sequence[str]) -> list[str]:
    """Return what is wrong with the end of a process whose set-up is broken."""
    found = []
    if ended.code != setup.code:
        found.append(f"exit code {ended.code}, not {setup.code}")
    if len(ended.lines) != 1 or not ended.lines[0].startswith("prelabel: "):
        found.append(f"not one line on stderr but {len(ended.lines)}")
    if not re.search(setup.says, ended.err):
        found.append(f"no {setup.says!r}")
    found += [f"shows the secret {secret}" for secret in secrets if secret in ended.err + ended.out]
    return [*found, *ended.lines[-3:]] if found else []
