"""A worker without models, for the test of upgrades: `celery -A tests.integration.releases.planted_worker worker`.

PLANTED_IN names the worker: cpu, gpu or io. Every image is read as one word; every word is an answer.
"""

from __future__ import annotations

import os

from prelabel.ocr import versions
from prelabel.page import Page
from tasks.app import app
from tests.support.planted_models import AnswerTagger, page_of, start

__all__ = ["app"]


def read_page(*_: object, **__: object) -> Page:
    return page_of(["read"], "tesseract")


if "PLANTED_IN" in os.environ:
    versions.engine_versions = lambda *_: {"tesseract": "planted"}
    start(os.environ["PLANTED_IN"], read_page, AnswerTagger())
