"""Uploader without a server: clients that are silent, slow or late, and the texts of the page for people."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request

from devstack.ports import free_port
from prelabel.errors import FAILURES, DocumentError, PageError
from services.uploader import request_body, sessions
from services.uploader.access import AccessMiddleware
from services.uploader.door import connections, pace
from services.uploader.door.connections import DoorProtocol
from services.uploader.door.guesses import Guesses
from services.uploader.error_answers import Refused
from services.uploader.sessions import Sessions
from services.uploader.upload_form import UploadForm

UPLOADER = Path(__file__).parents[2] / "services" / "uploader"
Message = dict[str, Any]
SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/documents",
    "query_string": b"",
    "client": ("127.0.0.1", 1),
    "headers": [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=x")],
}


async def silent() -> Message:
    await asyncio.sleep(3600)
    raise AssertionError


def dripping() -> Callable[[], Awaitable[Message]]:
    parts = chain([b"--x\r\n"], repeat(b"A"))

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": next(parts), "more_body": True}

    return receive


def test_a_silent_client_is_refused_and_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "_SILENCE_S", 0.05)
    monkeypatch.setattr(request_body, "_DRAINED_S", 0.05)
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

    asyncio.run(AccessMiddleware(app, None, Guesses())(SCOPE, silent, send))
    assert [error.code for error in refused] == ["too_slow"]
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_request_that_never_ends_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_HEAD_S", 0.2)

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

    async def served() -> list[bytes]:
        port = free_port()
        config = uvicorn.Config(app, port=port, http=DoorProtocol, log_config=None, lifespan="off")
        uvicorn_server = uvicorn.Server(config)
        running = asyncio.create_task(uvicorn_server.serve())
        while not uvicorn_server.started:
            await asyncio.sleep(0.01)
        whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        endless = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n"
        answers = [
            await drip(port, b"GET / HTTP/1.1\r\nX-"),
            await drip(port, whole + b"GET / HTTP/1.1\r\nX-"),
            await drip(port, endless),
        ]
        uvicorn_server.should_exit = True
        await running
        return answers

    assert [answer.count(b"204 No Content") for answer in asyncio.run(served())] == [0, 1, 1]


def test_a_client_that_sends_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_WINDOW_S", 0.2)
    with pytest.raises(Refused, match="bytes a second"):
        asyncio.run(UploadForm.open(Request(SCOPE, dripping())))


def test_a_small_body_has_to_arrive_whole_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a client that sends a byte now and then, then its small request ends, and is not waited for once more."""
    monkeypatch.setattr(request_body, "_SMALL_BODY_S", 0.2)
    body = request_body.RequestBody(SCOPE | {"path": "/session"}, dripping())

    async def read() -> None:
        while True:
            await body.receive()

    began = time.monotonic()
    with pytest.raises(Refused, match="did not arrive within"):
        asyncio.run(read())
    assert asyncio.run(body.drain()) is False
    assert time.monotonic() - began < 3


def test_a_form_with_too_many_fields_is_refused() -> None:
    async def receive() -> Message:
        part = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"n" * 4000 + b"\r\n"
        return {"type": "http.request", "body": part, "more_body": True}

    with pytest.raises(Refused, match="too much besides its file"):
        asyncio.run(UploadForm.open(Request(SCOPE, receive)))


def test_a_session_ends_and_belongs_to_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    issued = Sessions("one key of the uploader")
    cookie = issued.make()
    assert issued.valid(cookie)
    assert not Sessions("another key of it").valid(cookie)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + sessions.SESSION_S + 1)
    assert not issued.valid(cookie)


# -- texts of the page ------------------------------------------------------------------------------------------------

TEXTS = (UPLOADER / "web" / "texts.js").read_text("utf-8")
#: Texts that several problems share.
SHARED_TEXTS = dict(re.findall(r'^const ([A-Z_]+) = "(.*)";$', TEXTS, re.MULTILINE))
PYTHON = "\n".join(path.read_text("utf-8") for path in UPLOADER.rglob("*.py"))
REFUSALS = set(re.findall(r'Refused\(\s*\d{3},\s*"(\w+)"', PYTHON))


def problem_texts(language: str) -> dict[str, list[str]]:
    """Return the texts of a language by code: what is wrong, what to do."""
    table = re.search(rf"^  {language}: \{{.*?^    problems: \{{\n(.*?)^    \}},$", TEXTS, re.DOTALL | re.MULTILINE)
    assert table
    entries = re.findall(r"^      (\w+): \[(.*)\],$", table[1], re.MULTILINE)
    assert len(entries) > len(FAILURES), "the table is written in another form"
    return {
        code: [text(*parts) for parts in re.findall(r'"([^"]*)"|`([^`]*)`|([A-Z_]+)', row)] for code, row in entries
    }


def text(quoted: str, template: str, shared: str) -> str:
    whole = SHARED_TEXTS[shared] if shared else quoted or template
    return re.sub(r"\$\{(\w+)\}", lambda found: SHARED_TEXTS[found[1]], whole)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_problem_has_a_text_in_both_languages(language: str) -> None:
    texts = problem_texts(language)
    of_files = {code for code, error in FAILURES.items() if issubclass(error, DocumentError | PageError)}
    assert {"document_locked", "ocr_failed"} <= of_files
    assert {"wrong_key", "cut_off"} <= REFUSALS
    assert (set(FAILURES) | of_files | REFUSALS) - set(texts) == set()
    for code, parts in texts.items():
        assert len(parts) == 2, code
        assert all(bool(re.search("[가-힣]", part)) == (language == "ko") for part in parts), code
        assert all(part.endswith((".", "?")) for part in parts), code


@pytest.mark.parametrize("language", ["en", "ko"])
def test_placeholders_are_those_that_the_page_fills(language: str) -> None:
    words = " ".join(part for parts in problem_texts(language).values() for part in parts)
    assert set(re.findall(r"\{(\w*)\}", words)) == {"code", "size", "pages"}


def test_no_text_for_people_names_a_setting_or_a_command() -> None:
    literals = re.findall(r'"[^"\n]*"|`[^`]*`', TEXTS)
    shown = [re.sub(r"\$\{[^}]*\}", "", literal) for literal in literals]
    assert len(shown) > 300
    settings = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
    assert [words for words in shown if settings.search(words)] == []
    assert [words for words in shown if re.search(r"prelabel [a-z]|--[a-z]", words)] == []


def test_the_page_shows_no_words_of_the_server() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in (UPLOADER / "web").glob("*.js")}
    assert [name for name, script in scripts.items() if re.search(r"(problem|error)\.(message|cure)", script)] == []
