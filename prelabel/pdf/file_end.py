"""The end of a PDF inside its file: mail footers, zeros and other bytes may follow it, and a cut file has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import RawIOBase
from os import SEEK_CUR, SEEK_END, SEEK_SET
from typing import BinaryIO

from prelabel.errors import DocumentUnreadable

#: The last entry of a PDF: the offset of its cross-reference table.
_END = re.compile(rb"startxref\s*\d*\s*(?:%%EOF[\r\n]{0,2})?")
#: The beginning of an object. Behind the last end it shows that a later part of the file was cut.
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_END_CHARS, _OBJECT_CHARS = 64, 32
_BLOCK_BYTES = 2**16


def pdf_end(file: BinaryIO) -> int:
    """Return the offset behind the last byte of the PDF in a file.

    Raises DocumentUnreadable for a file that was cut short: PDFium would show the rest of it, or blank pages.
    """
    size = file.seek(0, SEEK_END)
    end = _last_end(file, size)
    if not end or any(_OBJECT.search(block) for block in _blocks(file, end, size)):
        raise DocumentUnreadable("the PDF's end is missing: copy or upload the file again, or export it anew")
    return end


def _last_end(file: BinaryIO, size: int) -> int:
    """Return the offset behind the last end of a PDF, 0 without one. Mostly it is in the file's last block."""
    for first in range(size - _BLOCK_BYTES, -_BLOCK_BYTES, -_BLOCK_BYTES):
        start = max(0, first)
        file.seek(start)
        if found := list(_END.finditer(file.read(_BLOCK_BYTES + _END_CHARS))):
            return start + found[-1].end()
    return 0


def _blocks(file: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    """Yield the bytes from `start` on in blocks that overlap a little."""
    for first in range(start, size, _BLOCK_BYTES):
        file.seek(first)
        yield file.read(_BLOCK_BYTES + _OBJECT_CHARS)


class Beginning(RawIOBase):
    """The first `size` bytes of an open file, as a file of their own."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__()
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        """Tell that the bytes can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that they can be read from any offset."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Move to an offset and return it."""
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed: Buffer
        """Fill the buffer as far as there are bytes; return their number."""
        view = memoryview(buffer).cast("B")
        part = view[: max(0, min(len(view), self._size - self._at))]
        self._file.seek(self._at)
        count = self._file.readinto(part)  # type: ignore[attr-defined]  # BinaryIO lacks it
        self._at += count
        return int(count)
