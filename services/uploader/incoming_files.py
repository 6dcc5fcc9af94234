"""Incoming files: a limited number at a time, written to disk as they arrive, while the disk has space."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from anyio import CapacityLimiter, from_thread, to_thread

from prelabel.errors import FileGone, PrelabelError, StorageFull
from prelabel.intake.accept import Accepted, accept
from prelabel.intake.dispatch import dispatch
from prelabel.intake.spool import spool_folder
from prelabel.workplace import Workplace
from services.uploader.error_answers import Refused
from services.uploader.upload_form import UploadForm

#: Longest wait of an upload for its turn; after that the client is asked to try again.
_TURN_S = 20.0
#: Free space is checked each time this many bytes have arrived.
_CHECK_BYTES = 16 * 2**20
_BLOCK_BYTES = 2**20
#: Longest wait for cancelled uploads to clean up.
_END_S = 5.0


class IncomingFiles:
    """Files in transfer; each occupies a thread until its last byte. Raises Refused and the errors of `accept`."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace, settings = workplace, workplace.settings
        self._turns = asyncio.Semaphore(settings.uploader_parallel)
        self._threads = CapacityLimiter(settings.uploader_parallel)
        self._in_progress: set[UploadForm] = set()

    async def from_form(self, form: UploadForm, project_id: int) -> Accepted:
        """Take in the file of a form whose earlier fields have been read."""
        async with self._turn():
            return await to_thread.run_sync(self._receive, form, project_id, limiter=self._threads)

    async def from_bucket(self, key: str, name: str, project_id: int) -> Accepted:
        """Take in a file of the bucket. Also raises FileGone, KeyRefused."""
        async with self._turn():
            return await to_thread.run_sync(self._copy, key, name or key, project_id, limiter=self._threads)

    async def close(self) -> None:
        """Cancel uploads in progress, so that their temporary files are removed."""
        for form in tuple(self._in_progress):
            form.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                while self._in_progress:
                    await asyncio.sleep(0.02)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_TURN_S):
                await self._turns.acquire()
        except TimeoutError:
            raise Refused(503, "busy", "too many files are being uploaded", "send it again in a moment") from None
        try:
            yield
        finally:
            self._turns.release()

    def refusal(self) -> PrelabelError | None:
        """Return the error with which every file would be refused now: a disk without space."""
        try:
            self._require_space(_CHECK_BYTES)
        except PrelabelError as error:
            return error
        return None

    def _receive(self, form: UploadForm, project_id: int) -> Accepted:
        self._in_progress.add(form)
        try:
            return self._accept(_chunks(form), form.file_name or "", project_id)
        finally:
            self._in_progress.discard(form)

    def _copy(self, key: str, name: str, project_id: int) -> Accepted:
        size = self._workplace.bucket.size(key)
        if size is None:
            raise FileGone(f"the bucket has no file {key}")
        self._require_space(min(size, self._workplace.settings.max_document_bytes))
        with tempfile.TemporaryDirectory(prefix="copy-", dir=spool_folder(self._workplace.settings)) as folder:
            path = Path(folder) / "file"
            self._workplace.bucket.download(key, path)
            return self._accept(_blocks(path), name, project_id)

    def _accept(self, chunks: Iterator[bytes], name: str, project_id: int) -> Accepted:
        accepted = accept(self._workplace, self._checking_space(chunks), name, project_id)
        dispatch(self._workplace)
        return accepted

    def _checking_space(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        arrived, checked = 0, 0
        self._require_space(_CHECK_BYTES)
        for chunk in chunks:
            if (arrived := arrived + len(chunk)) - checked > _CHECK_BYTES:
                self._require_space(_CHECK_BYTES)
                checked = arrived
            yield chunk

    def _require_space(self, wanted_bytes: int) -> None:
        """Raise StorageFull before a disk is full: other programs need space, too."""
        keep_mb = self._workplace.settings.disk_reserve_mb
        places = {"SPOOL": spool_folder(self._workplace.settings)}
        if not self._workplace.settings.bucket_name:
            places["BUCKET"] = Path(self._workplace.settings.bucket)
        for name, place in places.items():
            if shutil.disk_usage(_existing(place)).free < keep_mb * 2**20 + wanted_bytes:
                raise StorageFull(
                    f"the disk of {name} has less free space than the {keep_mb} MB of PRELABEL_DISK_RESERVE_MB"
                )


def _existing(folder: Path) -> Path:
    """Return the folder, or its nearest existing parent: a folder is created with its first file."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _chunks(form: UploadForm) -> Iterator[bytes]:
    """Yield the file's bytes as they arrive; called in a thread."""
    while chunk := from_thread.run(form.read_chunk):
        yield chunk


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
