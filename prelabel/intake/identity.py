"""The identity of a file: its document's id, and whether the document is known under the shorter id of old releases.

Releases up to 0.1 took 64 bits of the file's SHA-256 as its id, and recorded no digest. A file that they took in keeps
that id, so that its pages come no second time. Different files never share a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prelabel.bucket.keys import document_id, old_document_id
from prelabel.errors import DocumentIdTaken, FileGone
from prelabel.intake.kinds import KINDS, page_suffix
from prelabel.intake.raw_files import sha256_of
from prelabel.ledger.documents import Document
from prelabel.workplace import Workplace


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A whole file on this machine. `kind`: of KINDS; `sha256`: in hex."""

    path: Path
    kind: str
    sha256: str
    bytes: int

    @property
    def suffix(self) -> str:
        """The suffix of its raw file in the bucket."""
        return KINDS[self.kind][0]

    @property
    def content_type(self) -> str:
        """The content type of its raw file."""
        return KINDS[self.kind][1]


def identify(workplace: Workplace, project_id: int, file: IncomingFile) -> str:
    """Return the id of the file's document. The caller holds the lock of the new id.

    Raises DocumentIdTaken if another file has the id, and the errors of the ledger and of the bucket.
    """
    new, old = document_id(file.sha256), old_document_id(file.sha256)
    records = _records(workplace, new, project_id)
    if any(record.sha256 not in ("", file.sha256) for record in records):
        raise DocumentIdTaken(f"the document {new} is another file, whose SHA-256 begins alike")
    if records or workplace.bucket.size(workplace.keys.raw_key(new, file.suffix)) is not None:
        return new
    return old if _was_taken_in_before(workplace, project_id, old, file) else new


def _records(workplace: Workplace, document: str, project_id: int) -> list[Document]:
    """Return the records of a document in all projects, that of the given project first."""
    documents = workplace.ledger.documents
    projects = dict.fromkeys([project_id, *documents.projects_of(document)])
    return [record for each in projects if (record := documents.find(each, document))]


def _was_taken_in_before(workplace: Workplace, project_id: int, old: str, file: IncomingFile) -> bool:
    """Return whether an old release took in this file: by a record, by the raw file, or by the first page's image."""
    records = _records(workplace, old, project_id)
    if known := {record.sha256 for record in records if record.sha256}:
        return file.sha256 in known
    if any((record.bytes, record.kind) != (file.bytes, file.kind) for record in records):
        return False
    raw = workplace.keys.raw_key(old, file.suffix)
    if (size := workplace.bucket.size(raw)) is not None:
        return size == file.bytes and _has_digest(workplace, raw, file.sha256)
    page = workplace.keys.page_key(old, 1, page_suffix(file.kind))
    return bool(records) or workplace.bucket.size(page) is not None


def _has_digest(workplace: Workplace, key: str, sha256: str) -> bool:
    try:
        return sha256_of(workplace.bucket, key, workplace.settings) == sha256
    except FileGone:  # between the two calls: size and 64 bits are all that is left to compare
        return True
