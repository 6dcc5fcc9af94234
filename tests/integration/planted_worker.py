"""A worker with planted faults: `celery -A tests.integration.planted_worker worker`.

PLANTED_IN names the worker: cpu, ocr_gpu, gpu or io. The text of a page names its fault. crash: the process dies in
native code. hang: native code never returns and ignores all signals. grow: the page takes 200 MB. leak: a bug whose
traceback contains every secret of the process. A JPEG is decoded. Other pages are read without a fault; their word is
the id of the process that read them. A gpu worker labels every word as an answer, and hangs on the word hang. An io
worker's imports always hang.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Sequence
from typing import Any

from prelabel.images.decode import decode
from prelabel.kie.tag.tagger import Encoded, Probabilities
from prelabel.ocr.choose import Choice
from prelabel.page import Box, Page, Word
from prelabel.project import upload as delivery
from tasks import upload
from tasks.app import app
from tests.support.planted_models import AnswerTagger, start

__all__ = ["app"]


def hang(*_: object, **__: object) -> None:
    mutex = ctypes.create_string_buffer(64)
    for _number in range(2):
        ctypes.CDLL(None).pthread_mutex_lock(mutex)


def leak() -> None:
    key, signed = os.environ["LABEL_STUDIO_API_KEY"], os.environ["PLANTED_SECRET"]
    try:
        os.environ[f"Authorization: Token {key} for {signed}"]
    except KeyError as error:
        raise ValueError(f"no answer of {os.environ['REDIS_URL']}") from error


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    if data.startswith(b"\xff\xd8"):
        decode(data, max_pixels=max_pixels)
    what = data.decode()
    if what == "leak":
        leak()
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "hang":
        hang()
    if what == "grow":
        bytearray(os.urandom(1000)) * 200_000
    return Page(100, 100, 100, 100, words=(Word(str(os.getpid()), Box(0, 0, 9, 9), 1.0, choice.first.name),))


class Tagger(AnswerTagger):
    """A tagger that labels every word as an answer, and hangs on the word hang."""

    tags = ("O", "B-ANSWER")

    def forward(self, batch: Sequence[Encoded]) -> list[Probabilities]:
        if any("hang" in page.payload for page in batch):
            hang()
        return super().forward(batch)


kind = os.environ["PLANTED_IN"]
start(kind, read_page, Tagger())
if kind == "io":
    chunk: Any = delivery._Chunk
    chunk.process = hang
    upload._prediction = lambda *_: {}
