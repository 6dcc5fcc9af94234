"""Acceptance of a file: from a stream of bytes to the bucket and the register, within limits, all or nothing.

The bytes are counted, hashed and identified by their first bytes, never parsed: a web server that accepts files must
survive a hostile one. Encryption, pages and pixels are checked when a worker opens the document.
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from prelabel.bucket.keys import document_id
from prelabel.errors import FileRefused, FileTooLarge, ServiceUnavailable
from prelabel.images.sniff import HEAD_BYTES, is_pdf, sniff
from prelabel.intake.identity import IncomingFile, identify
from prelabel.intake.spool import spool_errors, spool_folder
from prelabel.ledger.documents import Added, Document
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace

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
    Label Studio that holds the file, by its task id. Raises FileTooLarge, FileRefused, DocumentIdTaken, StorageFull,
    ServiceUnavailable, and the errors of the bucket; nothing is left behind then.
    """
    ledger = workplace.ledger
    with _spooled(chunks, workplace.settings) as file, ExitStack() as locks:
        document = document_id(file.sha256)
        locks.enter_context(_raw_file_lock(ledger, document))
        if (found := identify(workplace, project_id, file)) != document:
            document = found
            locks.enter_context(_raw_file_lock(ledger, document))
        added = _store(workplace, project_id, document, file, shown_name(name), source)
        stored = ledger.documents.find(project_id, document)
    if stored is None:
        raise ServiceUnavailable("Redis has lost the document just now; add the file again")
    return Accepted(stored, added)


@contextmanager
def _raw_file_lock(ledger: Ledger, document: str) -> Iterator[None]:
    """Hold the lock of a document's raw file. Raises ServiceUnavailable."""
    with ledger.locks.hold(f"raw:{document}", wait_s=_LOCK_WAIT_S) as held:
        if not held:
            raise ServiceUnavailable("the same file is still being stored by another upload; add it again later")
        yield


def _store(workplace: Workplace, project_id: int, document: str, file: IncomingFile, name: str, source: int) -> Added:
    """Put the raw file into the bucket where it is missing, then the document into the ledger."""
    documents, importing = workplace.ledger.documents, not workplace.settings.storage_title
    before, key = documents.find(project_id, document), workplace.keys.raw_key(document, file.suffix)
    at_rest = before is None or before.state == "failed" or (before.state == "done" and importing)
    if at_rest and workplace.bucket.size(key) != file.bytes:
        workplace.bucket.put(key, file.path, file.content_type)
    return documents.add(
        project_id,
        document,
        name=name,
        kind=file.kind,
        suffix=file.suffix,
        size=file.bytes,
        sha256=file.sha256,
        ttl_s=workplace.settings.document_ttl,
        importing=importing,
        source=source,
    )


def kind_of(head: bytes) -> str:
    """Return "PDF", or Pillow's name of an image format, by a file's first bytes. Raises FileRefused."""
    found = sniff(head)
    if found.pillow:
        return found.pillow
    if is_pdf(head):
        return "PDF"
    raise FileRefused(f"this is {found.looks_like}, not a PDF or an image: {found.cure}")


def shown_name(name: str) -> str:
    """Return a file's name as it may be shown: without folders and invisible characters, in Unicode form NFC.

    >>> shown_name("C:\\\\forms\\\\../a\\x00b\\u202egnp.pdf")
    'abgnp.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _UNSHOWN)
    return seen.strip()[:_NAME_CHARS] or "unnamed"


@contextmanager
def _spooled(chunks: Iterable[bytes], settings: Settings) -> Iterator[IncomingFile]:
    """Write the bytes into a temporary file, removed after the block."""
    folder = spool_folder(settings)
    with spool_errors(settings):
        file = tempfile.NamedTemporaryFile(prefix="incoming-", dir=folder)  # noqa: SIM115  # closed below
    try:
        kind, sha256 = _write(chunks, cast(BinaryIO, file), settings)
        path = Path(file.name)
        yield IncomingFile(path, kind, sha256, path.stat().st_size)
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
            head += chunk[:HEAD_BYTES]
            kind = kind_of(head) if len(head) >= HEAD_BYTES else ""
        digest.update(chunk)
        with spool_errors(settings):
            file.write(chunk)
    with spool_errors(settings):
        file.flush()
    return kind or kind_of(head), digest.hexdigest()
