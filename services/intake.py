"""Files on their way in: some at a time, each straight from the connection to the disk, and none onto a full one."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from anyio import CapacityLimiter, from_thread, to_thread

from prelabel.api.documents import dispatch
from prelabel.bucket.interface import Bucket
from prelabel.errors import FileGone, StorageFull
from prelabel.intake.accept import Accepted, accept
from prelabel.intake.spool import spool_folder
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from services.forms import Form
from services.problems import Refused

#: An upload waits so long for its turn before it is told to come back.
_TURN_S = 20.0
#: The disk is looked at whenever so much more has arrived.
_LOOK_BYTES = 16 * 2**20
_BLOCK_BYTES = 2**20
_END_S = 5.0


class Intake:
    """See the module. An upload has a thread as long as its sender takes. Raises Refused, and what `accept` raises."""

    def __init__(self, ledger: Ledger, bucket: Bucket, settings: Settings) -> None:
        self._ledger, self._bucket, self._settings = ledger, bucket, settings
        self._turns = asyncio.Semaphore(settings.uploader_parallel)
        self._threads = CapacityLimiter(settings.uploader_parallel)
        self._on_their_way: set[Form] = set()

    async def from_form(self, form: Form, project_id: int) -> Accepted:
        """Take in the file of a form that has been read up to it."""
        async with self._turn():
            return await to_thread.run_sync(self._receive, form, project_id, limiter=self._threads)

    async def from_bucket(self, key: str, name: str, project_id: int) -> Accepted:
        """Take in a file of the bucket. Raises FileGone, KeyRefused, too."""
        async with self._turn():
            return await to_thread.run_sync(self._copy, key, name or key, project_id, limiter=self._threads)

    async def close(self) -> None:
        """Let go of the files that are still on their way, so that nothing of them is left."""
        for form in tuple(self._on_their_way):
            form.abandon()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                while self._on_their_way:
                    await asyncio.sleep(0.02)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_TURN_S):
                await self._turns.acquire()
        except TimeoutError:
            raise Refused(503, "busy", "too many files are on their way in", "send it again in a moment") from None
        try:
            yield
        finally:
            self._turns.release()

    def _receive(self, form: Form, project_id: int) -> Accepted:
        self._on_their_way.add(form)
        try:
            return self._accept(_pieces(form), form.file_name or "", project_id)
        finally:
            self._on_their_way.discard(form)

    def _copy(self, key: str, name: str, project_id: int) -> Accepted:
        size = self._bucket.size(key)
        if size is None:
            raise FileGone(f"there is no {key} in the bucket")
        self._require_space(min(size, self._settings.max_document_bytes))
        with tempfile.TemporaryDirectory(prefix="copy-", dir=spool_folder(self._settings)) as folder:
            path = Path(folder) / "file"
            self._bucket.download(key, path)
            return self._accept(_blocks(path), name, project_id)

    def _accept(self, chunks: Iterator[bytes], name: str, project_id: int) -> Accepted:
        accepted = accept(
            self._while_there_is_space(chunks),
            name,
            project_id,
            ledger=self._ledger,
            bucket=self._bucket,
            settings=self._settings,
        )
        dispatch(self._ledger, self._settings)
        return accepted

    def _while_there_is_space(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        seen, looked_at = 0, 0
        self._require_space(_LOOK_BYTES)
        for chunk in chunks:
            if (seen := seen + len(chunk)) - looked_at > _LOOK_BYTES:
                self._require_space(_LOOK_BYTES)
                looked_at = seen
            yield chunk

    def _require_space(self, wanted_bytes: int) -> None:
        """Raises StorageFull before a disk is full: others need it, too."""
        keep_mb = self._settings.disk_reserve_mb
        places = {"SPOOL": spool_folder(self._settings)}
        if not self._settings.bucket_name:
            places["BUCKET"] = Path(self._settings.bucket)
        for name, place in places.items():
            if shutil.disk_usage(_there(place)).free < keep_mb * 2**20 + wanted_bytes:
                raise StorageFull(f"the disk of {name} has less left than the {keep_mb} MB of DISK_RESERVE_MB")


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: it is made with its first file."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _pieces(form: Form) -> Iterator[bytes]:
    """In a thread: the file's bytes as the connection brings them."""
    while piece := from_thread.run(form.piece):
        yield piece


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
