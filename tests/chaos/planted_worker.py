"""A real worker with planted faults, without models: `celery -A tests.chaos.planted_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. GUARD_OFF names a guard that is switched off, which the harness must
notice. A page's image is a text of words. A word that names a poison (`POISONS`) has its effect in the named stage.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from prelabel import retry
from prelabel.errors import ImageUnreadable
from prelabel.kie.tag import loading
from prelabel.kie.tag.tagger import Encoded, Probabilities, TagInput
from prelabel.ledger import locks, scripts
from prelabel.ledger.imports import rechecks
from prelabel.ledger.leases import MAX_CRASHES
from prelabel.ocr import reading
from prelabel.ocr.choose import Choice
from prelabel.page import Box, Page, Word
from prelabel.project import upload as delivery
from tasks.app import app

__all__ = ["app"]

READ_S = float(os.environ["PLANTED_READ_S"])
#: A second of a run is so many seconds of an installation: constants that are waits are divided by it.
SPEED = float(os.environ.get("PLANTED_SPEED", "1"))


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
    boxes = (Box(10, 10 + 20 * i, 90, 20 + 20 * i) for i in range(len(words)))
    named = tuple(Word(text, box, 0.9, choice.first.name) for text, box in zip(words, boxes, strict=True))
    return Page(100, 200, 100, 200, words=named)


class Tagger:
    """A tagger that labels every word as an answer."""

    name, digest = "planted", "1"
    tags: tuple[str, ...] = ("O", "B-QUESTION", "B-ANSWER", "B-HEADER")

    def encode(self, page: TagInput) -> Encoded:
        return Encoded(len(page.words), len(page.words), page.words)

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        for page in batch:
            _apply_poison("extract", page.payload)
        time.sleep(READ_S / 4)
        row = np.array([0, 0, 1, 0], np.float32)
        return [np.tile(row, (page.words, 1)) for page in batch]

    def launch(self, batch: Sequence[Encoded]) -> Callable[[], list[Probabilities]]:
        return lambda: self.forward(batch)


def _without_looks() -> None:
    """Replace looks: posted predictions count as stored, others as not stored."""

    def look(chunk: Any) -> None:
        if getattr(chunk, "posted", False):
            chunk.settle(chunk.open, None)
        chunk.posted = True

    chunk: Any = delivery._Chunk
    chunk.look = look
    chunk.ready = lambda self: None
    rechecks.Rechecks.due = lambda self, limit: []  # type: ignore[method-assign]


def _without(old: str, new: str) -> Callable[[], None]:
    """Return a function that replaces a text in the ledger's scripts."""

    def replace() -> None:
        sources = scripts.sources(MAX_CRASHES)
        assert any(old in source for source in sources.values())
        changed = {name: source.replace(old, new) for name, source in sources.items()}
        scripts.sources = lambda _: changed  # type: ignore[assignment]

    return replace


GUARDS: dict[str, Callable[[], None]] = {
    "look": _without_looks,
    "token": _without("return redis.call('HGET', key(work), 'token') == token", "return true"),
    "recovery": _without(
        "local function lease_is_free(work)", "local function lease_is_free(work) if work then return false end"
    ),
}


def _speed_up() -> None:
    """Scale the waits that are constants. It comes before the import of modules that copy them."""
    locks.LOCK_LEASE_S /= SPEED
    retry.LONGEST_COUNTDOWN_S /= SPEED
    _without("local LOST_AFTER_S = 10", f"local LOST_AFTER_S = {10 / SPEED}")()


if __name__ != "__main__" and "PLANTED_IN" in os.environ:
    reading.read_page = read_page
    loading.tagger_for = lambda settings: Tagger()
    torch = ModuleType("torch")
    torch.set_num_threads = lambda number: None  # type: ignore[attr-defined]
    sys.modules["torch"] = torch  # its import takes two seconds and is not needed here
    _speed_up()
    if guard := os.environ.get("GUARD_OFF"):
        GUARDS[guard]()
    importlib.import_module(f"workers.{os.environ['PLANTED_IN']}")
