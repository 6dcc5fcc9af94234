"""Taking a file in: from a stream to the bucket and the register, within limits, and whole or not at all.

The bytes are counted, hashed and looked at (what kind of file), never parsed: whoever takes files in, a web server for
instance, must outlive a hostile one. Encryption, pages and pixels are judged when a worker opens the document.
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from prelabel.errors import FileRefused, FileTooLarge, ServiceUnavailable
from prelabel.intake.bucket import Bucket
from prelabel.intake.keys import Keys, document_id
from prelabel.intake.limits import spool_errors, spool_folder
from prelabel.intake.register import Added, Document
from prelabel.ledger import Ledger
from prelabel.ocr.sniff import sniff
from prelabel.settings import Settings

#: Suffix and content type of each kind of file that is taken in; images by Pillow's names.
KINDS = {
    "PDF": (".pdf", "application/pdf"),
    "PNG": (".png", "image/png"),
    "JPEG": (".jpg", "image/jpeg"),
    "WEBP": (".webp", "image/webp"),
    "TIFF": (".tiff", "image/tiff"),
    "GIF": (".gif", "image/gif"),
    "BMP": (".bmp", "image/bmp"),
    "AVIF": (".avif", "image/avif"),
    "JPEG2000": (".jp2", "image/jp2"),
}
#: Enough to tell the kind; the signature of a PDF may stand anywhere in it.
_HEAD_BYTES = 1024
_NAME_CHARS = 200
#: Control characters, marks that turn the direction of writing, halves of characters, private and unassigned ones.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Longer than anybody holds the lock of a raw file: storing the largest over a slow line.
_LOCK_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that was taken in. `added` tells whether it was here before."""

    document: Document
    added: Added


class Incoming:
    """A file on its way to the disk. Used by one thread at a time; `path` is gone when `receive` ends."""

    def __init__(self, file: BinaryIO, path: Path, settings: Settings) -> None:
        self.path, self.size = path, 0
        self._file, self._settings = file, settings
        self._digest, self._head, self._kind = hashlib.sha256(), b"", ""

    def write(self, chunk: bytes) -> None:
        """The next bytes. Raises FileTooLarge, FileRefused as soon as its first bytes show its kind, StorageFull."""
        self.size += len(chunk)
        if self.size > self._settings.max_document_bytes:
            raise FileTooLarge(f"the file has more than {self._settings.max_document_bytes} bytes (MAX_DOCUMENT_BYTES)")
        if not self._kind and len(self._head) < _HEAD_BYTES:
            self._head += chunk[:_HEAD_BYTES]
            if len(self._head) >= _HEAD_BYTES:
                self._kind = kind_of(self._head)
        self._digest.update(chunk)
        with spool_errors(self._settings):
            self._file.write(chunk)

    def close(self) -> tuple[str, str]:
        """All is written: the kind of file, and its SHA-256. Raises FileRefused, StorageFull."""
        with spool_errors(self._settings):
            self._file.flush()
        return self._kind or kind_of(self._head), self._digest.hexdigest()


@contextmanager
def receive(settings: Settings) -> Iterator[Incoming]:
    """A file to write to, and to `accept` before the block ends; then it is removed."""
    folder = spool_folder(settings)
    with spool_errors(settings):
        file = tempfile.NamedTemporaryFile(prefix="incoming-", dir=folder)  # noqa: SIM115  # closed below
    with closing(file):
        yield Incoming(cast(BinaryIO, file), Path(file.name), settings)


def accept(
    incoming: Incoming,
    name: str,
    project_id: int,
    *,
    ledger: Ledger,
    bucket: Bucket,
    settings: Settings,
    source: int = 0,
) -> Accepted:
    """Take in one file for a project; the same file again is the same document. Its pages start with `dispatch`.

    `name`: as the person calls it, only shown. `source`: the Label Studio task that holds it. Raises FileRefused,
    StorageFull, ServiceUnavailable, and what the bucket raises; then nothing was left behind.
    """
    kind, sha256 = incoming.close()
    document, (suffix, content_type) = document_id(sha256), KINDS[kind]
    key = Keys.from_settings(settings).raw_key(document, suffix)
    with ledger.lock(f"raw:{document}", wait_s=_LOCK_WAIT_S) as held:
        if not held:
            raise ServiceUnavailable("somebody else is still storing the same file; add it again later")
        before = ledger.register.document(project_id, document)
        if (before is None or before.state == "failed") and bucket.size(key) != incoming.size:
            bucket.put(key, incoming.path, content_type)
        added = ledger.register.add(
            project_id,
            document,
            name=shown_name(name),
            kind=kind,
            suffix=suffix,
            size=incoming.size,
            ttl_s=settings.document_ttl,
            source=source,
        )
    found = ledger.register.document(project_id, document)
    if found is None:
        raise ServiceUnavailable("Redis has lost what it was told just now; add the file again")
    return Accepted(found, added)


def kind_of(head: bytes) -> str:
    """PDF, or Pillow's name of an image format, by a file's first bytes. Raises FileRefused."""
    found = sniff(head)
    if found.pillow:
        return found.pillow
    if b"%PDF-" in head[:_HEAD_BYTES]:
        return "PDF"
    raise FileRefused(f"this is {found.looks_like}, not a PDF or an image: {found.cure}")


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no folders, one way to write each character, nothing unseen.

    >>> shown_name("C:\\\\forms\\\\../a\\x00b\\u202egnp.pdf")
    'abgnp.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _UNSHOWN)
    return seen.strip()[:_NAME_CHARS] or "unnamed"
