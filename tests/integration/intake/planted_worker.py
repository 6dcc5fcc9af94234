"""A cpu worker with planted faults (`celery -A` this module): a document is a text of words, one for each page.

The word names the page's fault. crash: the process dies in native code. hang: native code never returns. hungry: the
page takes 4 GB. full: the bucket's disk is full until the file `space` lies beside the raw files. slow: the page takes
a second; fullslow: both. The image of a page is its word and the id of the process that rendered it.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from prelabel.bucket.folder import FolderBucket
from prelabel.intake import convert as convert_module
from prelabel.intake.convert import ConvertedPage
from prelabel.settings import Settings
from tasks.app import app
from tests.support.full_disk import disk_of
from workers import cpu

__all__ = ["app", "cpu"]

_put = FolderBucket.put


def count_pages(path: Path, kind: str, settings: Settings) -> int:
    return len(path.read_text("utf-8").split()) - 1


def convert(path: Path, kind: str, number: int, settings: Settings) -> ConvertedPage:
    what = path.read_text("utf-8").split()[number]
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "hang":
        # Python cannot handle signals during native code, either.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(600)
    if what == "hungry":
        bytearray(4 * 2**30)
    if what.endswith("slow"):
        time.sleep(1)
    return ConvertedPage(f"{what} {os.getpid()}".encode())


def put(self: FolderBucket, key: str, data: bytes | Path, content_type: str) -> None:
    if isinstance(data, bytes) and data.startswith(b"full") and not (self.root / "raw" / "space").exists():
        with disk_of(2):
            _put(self, key, data, content_type)
    _put(self, key, data, content_type)


convert_module.count_pages, convert_module.convert = count_pages, convert
FolderBucket.put = put  # type: ignore[method-assign]
for name in ("open_document", "render_page"):
    app.tasks[f"prelabel.{name}"].soft_time_limit, app.tasks[f"prelabel.{name}"].time_limit = 1.5, 2.0
