"""A worker whose pages are words that say what happens: `celery -A tests.integration.planted_worker worker`.

PLANTED_IN names the worker: cpu or ocr_gpu.
crash: the process dies in native code; hang: native code never comes back, whatever signal it gets; grow: the page
takes 200 MB; anything else is read. The word on the page is then the id of the process that read it.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal

from prelabel.ocr import reading
from prelabel.ocr.choose import Choice
from prelabel.page import Box, Page, Word
from tasks.app import app

__all__ = ["app"]


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    what = data.decode()
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "hang":
        mutex = ctypes.create_string_buffer(64)
        for _ in range(2):
            ctypes.CDLL(None).pthread_mutex_lock(mutex)
    if what == "grow":
        bytearray(os.urandom(1000)) * 200_000
    return Page(100, 100, 100, 100, words=(Word(str(os.getpid()), Box(0, 0, 9, 9), 1.0, choice.first.name),))


reading.read_page = read_page
importlib.import_module(f"workers.{os.environ['PLANTED_IN']}")
