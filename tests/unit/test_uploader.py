"""What of the uploader takes too long to wait for in a process: clients that are silent, slow, or come back late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request

from devstack.ports import free_port
from services import forms, gate, serving
from services.forms import Form
from services.gate import Gate, Sessions
from services.problems import Refused

Message = dict[str, Any]
SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/documents",
    "query_string": b"",
    "client": ("127.0.0.1", 1),
    "headers": [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=x")],
}
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


async def silent() -> Message:
    await asyncio.sleep(3600)
    raise AssertionError


def dripping() -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": HEAD, "more_body": True}

    return receive


def test_a_silent_client_is_told_so_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_SILENCE_S", 0.05)
    monkeypatch.setattr(gate, "_DRAINED_S", 0.05)
    refused: list[Refused] = []
    sent: list[Message] = []

    async def app(_: Any, receive: Any, send: Any) -> None:
        try:
            await receive()
        except Refused as error:
            refused.append(error)
            await send({"type": "http.response.start", "status": error.status, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Gate(app, None)(SCOPE, silent, send))
    assert [error.code for error in refused] == ["too_slow"]
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_request_whose_head_never_ends_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_HEAD_S", 0.2)

    async def app(_: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def drip(port: int, start: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(start)
        answer = b""
        with closing(writer), suppress(ConnectionError):
            for _ in range(40):
                writer.write(b"A")
                with suppress(TimeoutError):
                    answer += (part := await asyncio.wait_for(reader.read(4096), 0.05))
                    if not part:
                        return answer
            pytest.fail("the connection is still open")
        return answer

    async def served() -> tuple[bytes, bytes]:
        port = free_port()
        config = uvicorn.Config(app, port=port, http=serving._Patient, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        answers = await drip(port, b"GET / HTTP/1.1\r\nX-"), await drip(port, whole + b"GET / HTTP/1.1\r\nX-")
        server.should_exit = True
        await running
        return answers

    never, once = asyncio.run(served())
    assert never == b""
    assert once.count(b"204 No Content") == 1


def test_a_client_that_drips_keeps_no_place_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_GRACE_S", -60.0)
    with pytest.raises(Refused, match="bytes a second"):
        asyncio.run(Form.of(Request(SCOPE, dripping())))


def test_a_form_without_end_beside_its_file_is_refused() -> None:
    async def receive() -> Message:
        part = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"n" * 4000 + b"\r\n"
        return {"type": "http.request", "body": part, "more_body": True}

    with pytest.raises(Refused, match="too much beside its file"):
        asyncio.run(Form.of(Request(SCOPE, receive)))


def test_a_session_ends_and_belongs_to_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions("one key of the uploader")
    cookie = sessions.make()
    assert sessions.good(cookie)
    assert not Sessions("another key of it").good(cookie)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + gate.SESSION_S + 1)
    assert not sessions.good(cookie)
