"""The processes of a whole system on one machine, their commands, and whether each is ready."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from importlib.util import find_spec

from prelabel.errors import PrelabelError
from prelabel.ledger.ledger import Ledger
from prelabel.queues.routes import CPU, GPU, IO, OCR_GPU
from prelabel.settings import Settings
from prelabel.startup.needs import BEAT, FLOWER, UPLOADER

WORKER_KINDS = (IO, CPU, GPU, OCR_GPU)
NAMES = (*WORKER_KINDS, BEAT, UPLOADER, FLOWER)
FLOWER_URL = "http://localhost:5555"

#: Seconds after which a process that cannot be asked counts as ready.
_SETTLED_S = 3.0


def wanted(settings: Settings) -> tuple[str, ...]:
    """Return the processes of a whole system that the settings ask for and that are installed here."""
    absent = {
        OCR_GPU: not settings.easyocr_worker,
        UPLOADER: find_spec("fastapi") is None or find_spec("uvicorn") is None,
        FLOWER: find_spec("flower") is None,
    }
    return tuple(name for name in NAMES if not absent.get(name))


def command(name: str) -> tuple[str, ...]:
    """Return the arguments of `prelabel` that start the process."""
    return ("worker", name) if name in WORKER_KINDS else (name,)


def addresses(settings: Settings, names: Sequence[str]) -> str:
    """Return the addresses of the processes that people open in a browser, for the line that all are ready."""
    known = {UPLOADER: f"http://localhost:{settings.uploader_port}", FLOWER: FLOWER_URL}
    return "".join(f"; {name}: {url}" for name, url in known.items() if name in names)


class Readiness:
    """Whether processes of this machine are ready: workers by their heartbeat, the uploader by its port."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ledger = Ledger.from_settings(settings)
        self._first_asked: dict[int, float] = {}
        self._alive: tuple[str, ...] = ()
        self._listed_at = 0.0

    def __call__(self, name: str, pid: int) -> bool:
        """Return whether the process is ready."""
        if name in WORKER_KINDS:
            return any(worker.startswith(f"{socket.gethostname()}:{pid}:") for worker in self._workers())
        if name == UPLOADER:
            return _listens(self._settings.uploader_host, self._settings.uploader_port)
        return time.monotonic() - self._first_asked.setdefault(pid, time.monotonic()) > _SETTLED_S

    def _workers(self) -> tuple[str, ...]:
        """Return the ids of living workers, asked of Redis once a second."""
        if time.monotonic() - self._listed_at > 1:
            self._listed_at = time.monotonic()
            try:
                self._alive = tuple(worker.id for worker in self._ledger.workers.alive())
            except PrelabelError:
                self._alive = ()
        return self._alive


def _listens(host: str, port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    try:
        with socket.create_connection((address, port), timeout=0.5):
            return True
    except OSError:
        return False
