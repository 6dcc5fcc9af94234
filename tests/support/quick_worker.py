"""A real worker that reads and tags in no time: `celery -A tests.support.quick_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. So the time of a page is that of its messages and of the ledger. READ_S:
seconds that reading takes all the same. ENGINE_RELEASE, TAGGER_DIGEST: what it announces of its engine and tagger.
"""

from __future__ import annotations

import os
import time

from prelabel.ocr import versions
from prelabel.ocr.choose import Choice
from prelabel.page import Page
from tasks.app import app
from tests.support.planted_models import AnswerTagger, page_of, start

__all__ = ["app"]


def read_page(data: bytes, choice: Choice, *, max_pixels: int) -> Page:
    time.sleep(float(os.environ.get("READ_S", "0")))
    return page_of(data.decode().split(), choice.first.name)


if "ENGINE_RELEASE" in os.environ:
    versions._version = lambda *_: os.environ["ENGINE_RELEASE"]  # type: ignore[assignment]
if "TAGGER_DIGEST" in os.environ:
    AnswerTagger.digest = os.environ["TAGGER_DIGEST"]
if "PLANTED_IN" in os.environ:
    start(os.environ["PLANTED_IN"], read_page, AnswerTagger())
