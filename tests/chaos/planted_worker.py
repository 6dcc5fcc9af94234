"""A real worker with planted faults, without models: `celery -A tests.chaos.planted_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. GUARD_OFF names a guard that is switched off, which the harness must
notice. A page's image is a text of words. A word that names a poison (`POISONS`) has its effect in the named stage.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from prelabel import retry
from prelabel.errors import ImageUnreadable
from prelabel.kie.tag.tagger import Encoded, Probabilities
from prelabel.ledger import locks, outages
from prelabel.ledger.documents import DocumentRecords
from prelabel.ledger.imports import rechecks
from prelabel.ledger.imports.upload_intents import UploadIntents
from prelabel.ocr.choose import Choice
from prelabel.page import Page
from tasks.app import app
from tests.chaos.guards_off import GUARDS, without
from tests.chaos.timing import STOP_FILE
from tests.support.planted_models import AnswerTagger, page_of, start

__all__ = ["app"]

READ_S = float(os.environ["PLANTED_READ_S"])
#: A second of a run is so many seconds of an installation: constants that are waits are divided by it.
SPEED = float(os.environ.get("PLANTED_SPEED", "1"))


LEAK_BYTES = int(os.environ.get("PLANTED_LEAK_MB", "0")) * 2**20
_leaked: list[bytes] = []
#: A run does not last an hour, so looks after an unclear import come even sooner.
_SOONER = 10


def _die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _out_of_memory_killer() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    """Block in native code forever, whatever signal comes."""
    mutex = ctypes.create_string_buffer(64)
    for _ in range(2):
        ctypes.CDLL(None).pthread_mutex_lock(mutex)


def _out_of_memory() -> None:
    raise MemoryError


def _unreadable() -> None:
    raise ImageUnreadable("planted")


def _rubbish() -> None:
    raise AssertionError("planted: the engine's answer makes no sense")


#: The effects of poisons, by stage and word.
POISONS: dict[str, dict[str, Callable[[], None]]] = {
    "ocr": {
        "ocr-crash": _die,
        "ocr-killed": _out_of_memory_killer,
        "ocr-hang": _hang,
        "ocr-memory": _out_of_memory,
        "ocr-unreadable": _unreadable,
        "ocr-rubbish": _rubbish,
    },
    "extract": {
        "extract-crash": _die,
        "extract-hang": _hang,
        "extract-memory": _out_of_memory,
        "extract-rubbish": _rubbish,
    },
}


def _apply_poison(stage: str, words: Sequence[str]) -> None:
    for word in words:
        if poison := POISONS[stage].get(word):
            poison()


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    words = ["document"] if data.startswith(b"\x89PNG") else data.decode().split()
    _apply_poison("ocr", words)
    time.sleep(READ_S)
    _leaked.append(b"x" * LEAK_BYTES)
    return page_of(words, choice.first.name)


class Tagger(AnswerTagger):
    """A tagger that labels every word as an answer, and is harmed by poisons."""

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        for page in batch:
            _apply_poison("extract", page.payload)
        time.sleep(READ_S / 4)
        return super().forward(batch)


def _stop_at_worst(owner: type, name: str) -> None:
    """Let this process freeze after the call of a method, between its last look and its import, if a file asks."""
    method = getattr(owner, name)

    def record(self: Any, *args: Any) -> None:
        method(self, *args)
        with suppress(FileNotFoundError):
            Path(STOP_FILE).unlink()
            os.kill(os.getpid(), signal.SIGSTOP)

    setattr(owner, name, record)


def _speed_up() -> None:
    """Scale the waits that are constants. It comes before the import of modules that copy them."""
    locks.LOCK_LEASE_S /= SPEED
    retry.LONGEST_COUNTDOWN_S /= SPEED
    outages._EVIDENCE_S /= SPEED
    rechecks._PAUSES_S = tuple(s / SPEED / _SOONER for s in rechecks._PAUSES_S)  # type: ignore[assignment]
    without("local LOST_AFTER_S = 10", f"local LOST_AFTER_S = {10 / SPEED}")()


if __name__ != "__main__" and "PLANTED_IN" in os.environ:
    _stop_at_worst(UploadIntents, "record")
    _stop_at_worst(DocumentRecords, "schedule_check")
    _speed_up()
    if guard := os.environ.get("GUARD_OFF"):
        GUARDS[guard]()
    start(os.environ["PLANTED_IN"], read_page, Tagger())
