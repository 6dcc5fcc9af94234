"""Acceptance of a file: from a stream of bytes to the bucket and the register, within limits, all or nothing.

The bytes are counted, hashed and identified by their first bytes, never parsed: a web server that accepts files must
survive a hostile one. Encryption, pages and pixels are checked when a worker opens the document.
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from prelabel.bucket.keys import document_id
from prelabel.errors import FileRefused, FileTooLarge, ServiceUnavailable
from prelabel.images.sniff import sniff
from prelabel.intake.spool import spool_errors, spool_folder
from prelabel.ledger.documents import Added, Document
from prelabel.settings import Settings
from prelabel.workplace import Workplace

#: Suffix and content type of each kind of file that is accepted; images by Pillow's names.
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
#: Enough to identify the kind; the signature of a PDF may stand anywhere in these bytes.
_HEAD_BYTES = 1024
_NAME_CHARS = 200
#: Unicode categories: control and format characters (writing direction ...), surrogates, private and unassigned ones.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Longer than any process holds the lock of a raw file: the time to store the largest file over a slow line.
_LOCK_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted file. `added` tells whether the document existed before."""

    document: Document
    added: Added


def accept(workplace: Workplace, chunks: Iterable[bytes], name: str, project_id: int, *, source: int = 0) -> Accepted:
    """Accept one file for a project; the same file again is the same document. `dispatch` starts its pages.

    `chunks`: the bytes, in chunks of any size. `name`: the person's name of the file, only shown. `source`: the page in
    Label Studio that holds the file, by its task id. Raises FileTooLarge, FileRefused, StorageFull, ServiceUnavailable,
    and the errors of the bucket; nothing is left behind then.
    """
    ledger, settings = workplace.ledger, workplace.settings
    with _spooled(chunks, settings) as (file, kind, sha256):
        document, (suffix, content_type) = document_id(sha256), KINDS[kind]
        key, size = workplace.keys.raw_key(document, suffix), file.stat().st_size
        with ledger.locks.hold(f"raw:{document}", wait_s=_LOCK_WAIT_S) as held:
            if not held:
                raise ServiceUnavailable("the same file is still being stored by another upload; add it again later")
            before, importing = ledger.documents.find(project_id, document), not settings.storage_title
            at_rest = before is None or before.state == "failed" or (before.state == "done" and importing)
            if at_rest and workplace.bucket.size(key) != size:
                workplace.bucket.put(key, file, content_type)
            added = ledger.documents.add(
                project_id,
                document,
                name=shown_name(name),
                kind=kind,
                suffix=suffix,
                size=size,
                ttl_s=settings.document_ttl,
                importing=importing,
                source=source,
            )
        found = ledger.documents.find(project_id, document)
    if found is None:
        raise ServiceUnavailable("Redis has lost the document just now; add the file again")
    return Accepted(found, added)


def kind_of(head: bytes) -> str:
    """Return "PDF", or Pillow's name of an image format, by a file's first bytes. Raises FileRefused."""
    found = sniff(head)
    if found.pillow:
        return found.pillow
    if is_pdf(head):
        return "PDF"
    raise FileRefused(f"this is {found.looks_like}, not a PDF or an image: {found.cure}")


def is_pdf(head: bytes) -> bool:
    """Return whether the first bytes are those of a PDF, as PDF readers check it; no image begins so."""
    return b"%PDF-" in head[:_HEAD_BYTES] and not sniff(head).pillow


def shown_name(name: str) -> str:
    """Return a file's name as it may be shown: without folders and invisible characters, in Unicode form NFC.

    >>> shown_name("C:\\\\forms\\\\../a\\x00b\\u202egnp.pdf")
    'abgnp.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _UNSHOWN)
    return seen.strip()[:_NAME_CHARS] or "unnamed"


@contextmanager
def _spooled(chunks: Iterable[bytes], settings: Settings) -> Iterator[tuple[Path, str, str]]:
    """Write the bytes into a temporary file, removed after the block; yield (file, kind, SHA-256)."""
    folder = spool_folder(settings)
    with spool_errors(settings):
        file = tempfile.NamedTemporaryFile(prefix="incoming-", dir=folder)  # noqa: SIM115  # closed below
    try:
        kind, sha256 = _write(chunks, cast(BinaryIO, file), settings)
        yield Path(file.name), kind, sha256
    finally:
        with spool_errors(settings):  # closing writes the remaining bytes
            file.close()


def _write(chunks: Iterable[bytes], file: BinaryIO, settings: Settings) -> tuple[str, str]:
    """Write the bytes; return kind and SHA-256. A file of a wrong kind is refused after its first bytes."""
    digest, size, head, kind = hashlib.sha256(), 0, b"", ""
    for chunk in chunks:
        size += len(chunk)
        if size > settings.max_document_bytes:
            raise FileTooLarge(
                f"the file has more than {settings.max_document_bytes} bytes (PRELABEL_MAX_DOCUMENT_BYTES)"
            )
        if not kind:
            head += chunk[:_HEAD_BYTES]
            kind = kind_of(head) if len(head) >= _HEAD_BYTES else ""
        digest.update(chunk)
        with spool_errors(settings):
            file.write(chunk)
    with spool_errors(settings):
        file.flush()
    return kind or kind_of(head), digest.hexdigest()
