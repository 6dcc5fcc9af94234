"""Multipart form with one file, parsed while it arrives: first the fields before the file, then the file in chunks.

Starlette's own form parser stores the whole body first, whatever its size.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Self, cast

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from services.uploader.door.pace import Pace
from services.uploader.error_answers import Refused

#: Name of the part that holds the file. Parts before it are short texts; parts after it are ignored.
FILE = "file"
_MAX_FIELD_BYTES = 4096
#: Limit of everything except the file: fields, part headers, boundaries.
_MAX_REST_BYTES = 2**16


class UploadForm:
    """A form while it arrives. `fields`: texts before the file, by name; `file_name`: as the sender named the file."""

    def __init__(self, body: AsyncIterator[bytes], boundary: bytes) -> None:
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self._body = body
        self._parser = MultipartParser(boundary, cast(Any, self._callbacks()))
        self._chunks: list[bytes] = []
        self._pace, self._received, self._file_bytes = Pace(), 0, 0
        self._ended = False
        self._reading: asyncio.Task[Any] | None = None
        self._header, self._value, self._disposition = b"", b"", b""
        self._name, self._text = "", b""

    @classmethod
    async def open(cls, request: Request) -> Self:
        """Return a form that is read up to its file. Raises Refused."""
        _, options = parse_options_header(request.headers.get("content-type"))
        if not options.get(b"boundary"):
            raise _malformed("the form has no boundary")
        try:
            form = cls(request.stream(), options[b"boundary"])
        except FormParserError:
            raise _malformed("the form's boundary is too long") from None
        while form.file_name is None:
            await form._read()
        return form

    async def read_chunk(self) -> bytes:
        """Return the next bytes of the file; b"" after its end. Raises Refused."""
        self._reading = asyncio.current_task()
        while not self._chunks and not self._ended:
            await self._read()
        chunk = b"".join(self._chunks)
        self._chunks.clear()
        return chunk

    def cancel(self) -> None:
        """Cancel the task that waits for the next chunk."""
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        try:
            began = time.monotonic()
            if (chunk := await anext(self._body, None)) is not None:
                self._pace.note(time.monotonic() - began, len(chunk))
                self._take(chunk)
                return
            self._parser.finalize()
        except FormParserError:
            raise _malformed("the form is not well-formed") from None
        except ClientDisconnect:
            raise Refused(
                400, "cut_off", "the connection ended before the whole file had arrived", "send it again"
            ) from None
        if self.file_name is None:
            raise _malformed(f"the form has no file in a part named `{FILE}`")
        if not self._ended:
            raise _malformed("the form is incomplete")

    def _take(self, chunk: bytes) -> None:
        self._parser.write(chunk)
        self._received += len(chunk)
        if self._received - self._file_bytes > _MAX_REST_BYTES:
            raise _malformed("the form holds too much besides its file")

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        names = ("header_field", "header_value", "header_end", "headers_finished", "part_data", "part_end", "end")
        return {f"on_{name}": getattr(self, f"_on_{name}") for name in names}

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name, self._text, self._disposition = options.get(b"name", b"").decode("utf-8", "replace"), b"", b""
        if self._name != FILE:
            return
        if self.file_name is not None:
            raise Refused(422, "one_file", "a request carries one file", "send each file in a request of its own")
        self.file_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == FILE:
            self._chunks.append(data[start:end])
            self._file_bytes += end - start
            return
        self._text += data[start:end]
        if len(self._text) > _MAX_FIELD_BYTES:
            raise _malformed(f"`{self._name[:40]}` is longer than {_MAX_FIELD_BYTES} bytes")

    def _on_part_end(self) -> None:
        if self._name != FILE:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def _on_end(self) -> None:
        self._ended = True


def _malformed(message: str) -> Refused:
    return Refused(
        400, "form", message, f"send multipart/form-data with the parts `project` and `{FILE}`, in this order"
    )
