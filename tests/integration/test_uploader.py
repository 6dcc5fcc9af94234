"""The uploader as a process, over HTTP: it answers every request clearly, leaves no files behind, and keeps running.

Runs without Label Studio and workers; tests/acceptance/test_uploader.py covers them.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from devstack.ports import LOOPBACK
from devstack.redis import RedisServer
from devstack.s3 import S3Server
from prelabel.bucket.keys import document_id
from prelabel.errors import LABEL_STUDIO, ServiceUnavailable
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.support.pdf_pages import letter
from tests.support.uploaders import KEY, MAX_BYTES, PNG, PROJECT, Uploader, problem, started


@pytest.fixture(scope="module")
def uploader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uploader]:
    folder = tmp_path_factory.mktemp("uploader")
    with RedisServer(folder / "redis") as redis, started(folder, redis) as running:
        yield running


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return letter(tmp_path_factory.mktemp("pdf") / "letter.pdf").read_bytes()


def test_a_file_is_taken_in_once(uploader: Uploader, pdf: bytes) -> None:
    first = uploader.give(pdf, "견적서 2024.pdf")
    assert (first.status_code, first.json()["added"], first.json()["name"]) == (201, "new", "견적서 2024.pdf")
    again = uploader.give(pdf, "other name.pdf")
    assert (again.status_code, again.json()["added"]) == (200, "known")
    assert first.json()["id"] == again.json()["id"]
    assert (uploader.folder / "data" / "raw" / f"{first.json()['id']}.pdf").read_bytes() == pdf
    found = uploader.http.get(f"/documents/{first.json()['id']}").json()
    assert (found["project"], found["state"], found["kind"], found["page_list"]) == (PROJECT, "waiting", "PDF", [])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\세금계산서.pdf", "세금계산서.pdf"),
        ("한글.pdf", "한글.pdf"),  # decomposed, as macOS sends it
        ("a\u202egnp.exe.pdf", "agnp.exe.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("x" * 1000 + ".pdf", "x" * 200),
    ],
)
def test_a_name_is_only_shown(uploader: Uploader, pdf: bytes, name: str, shown: str) -> None:
    # Given the same content for a project of its own, so that it is new there
    project_id = 100 + len(name)
    answer = uploader.give(pdf, name, project=project_id)
    assert (answer.status_code, answer.json()["name"]) == (201, shown)
    assert {path.suffix for path in uploader.files()} <= {".pdf", ".png"}


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", (415, "file_refused")),
        (b" \0 ", (415, "file_refused")),
        (b"PK\x03\x04" + bytes(9000), (415, "file_refused")),
        (b"<html><script>alert(1)</script>" * 50, (415, "file_refused")),
        (b"MZ" + bytes(9000), (415, "file_refused")),
        (b"%PDF-1.7\n" + bytes(MAX_BYTES), (413, "file_too_large")),
        (b"%PDF-1.7\n" + bytes(40 * 2**20), (413, "file_too_large")),
    ],
    ids=["empty", "blank", "zip", "html", "exe", "large", "very large"],
)
def test_a_file_of_the_wrong_kind_or_size_is_refused(uploader: Uploader, data: bytes, refusal: tuple[int, str]) -> None:
    before = uploader.files()
    assert problem(uploader.give(data, "fine.pdf")) == refusal
    assert uploader.files() == before


def test_a_malformed_request_is_refused(uploader: Uploader, pdf: bytes) -> None:
    http, before = uploader.http, uploader.files()
    assert problem(http.post("/documents", data={"project": 6})) == (415, "form")
    assert problem(http.post("/documents", files={"file": ("a.pdf", pdf)})) == (422, "request")
    assert problem(uploader.give(pdf, project="six")) == (422, "request")
    assert problem(uploader.give(pdf, project="-1")) == (422, "request")
    assert problem(uploader.give(pdf, note="x" * 9000)) == (400, "form")
    two = [("file", ("a.pdf", pdf)), ("file", ("b.pdf", pdf))]
    assert problem(http.post("/documents", data={"project": "7"}, files=two)) == (422, "one_file")
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (
        b"",
        b"--x--",
        b"--y\r\n",
        b"\xff" * 3000,
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        bytes(2**20),
    ):
        assert problem(http.post("/documents", content=body, headers=boundary)) == (400, "form")
    half = b'--x\r\nContent-Disposition: form-data; name="project"\r\n\r\n6\r\n'
    half += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + pdf
    assert problem(http.post("/documents", content=half, headers=boundary)) == (400, "form")
    assert problem(http.post("/documents", content=b"{", headers={"Content-Type": "application/json"})) == (
        422,
        "request",
    )
    assert problem(http.get("/documents")) == (422, "request")
    assert problem(http.get("/documents/0123456789abcdef")) == (404, "document_not_found")
    assert problem(http.get("/documents/..%2f..%2fetc%2fpasswd")) == (404, "not_found")
    assert problem(http.delete("/documents")) == (405, "request")
    retry = {"project": 6}
    assert problem(http.post("/documents/0123456789abcdef/retry", json=retry)) == (404, "document_not_found")
    assert problem(http.post("/session", content=b"x" * 100_000)) == (413, "body_too_large")
    assert uploader.files() == before


def test_a_file_of_the_bucket_is_taken_in_by_its_key(uploader: Uploader) -> None:
    (uploader.folder / "data" / "incoming").mkdir(parents=True, exist_ok=True)
    (uploader.folder / "data" / "incoming" / "주문.png").write_bytes(PNG)
    (uploader.folder / "secret.png").write_bytes(PNG)
    http = uploader.http
    added = http.post("/documents", json={"project": 7, "key": "incoming/주문.png"})
    assert (added.status_code, added.json()["name"], added.json()["kind"]) == (201, "주문.png", "PNG")
    for key in ("../secret.png", "incoming/../../secret.png", "/etc/passwd", "incoming\\x"):
        assert problem(http.post("/documents", json={"project": 7, "key": key})) == (422, "key_refused")
    assert problem(http.post("/documents", json={"project": 7, "key": "incoming/none.png"})) == (404, "file_gone")
    assert list((uploader.folder / "spool").rglob("*.*")) == []


def test_a_cut_connection_leaves_nothing_behind(uploader: Uploader) -> None:
    # Given more senders that fall silent in the middle of a file than files are taken in at a time
    head = (
        f"POST /documents HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: 200000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="project"\r\n\r\n8\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'
    ).encode() + bytes(70_000)
    senders = [socket.create_connection((LOOPBACK, httpx.URL(uploader.url).port)) for _ in range(9)]
    for sender in senders:
        sender.sendall(head)
    deadline = time.monotonic() + 10
    while len(list((uploader.folder / "spool").rglob("incoming-*"))) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # When they are gone
    for sender in senders:
        sender.close()
    # Then nothing of theirs is left, and their places are free
    while list((uploader.folder / "spool").rglob("incoming-*")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert uploader.give(PNG, "a.png", project=8).status_code == 201
    assert len(uploader.documents(8)) == 1


def test_hundreds_at_once_are_all_taken_in(uploader: Uploader) -> None:
    def give(number: int) -> int:
        return uploader.give(PNG + number.to_bytes(4, "big"), f"{number}.png", project=9).status_code

    before = uploader.files()
    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(give, range(120))) == {201}
    assert {path.stem for path in uploader.files() - before} == {row["id"] for row in uploader.documents(9)}
    assert len(uploader.documents(9)) == 120


def test_watchers_are_told_only_what_has_changed(uploader: Uploader) -> None:
    def ask(since: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = uploader.http.get("/documents", params={"project": 10, "since": since}).json()
        return answer

    added = uploader.give(PNG + b"1", "1.png", project=10).json()["id"]
    first = ask()
    assert [row["id"] for row in first["documents"]] == [added]
    assert ask(first["revision"])["documents"] == []
    later = uploader.give(PNG + b"2", "2.png", project=10).json()["id"]
    time.sleep(1.05)  # a snapshot is reused for a second
    changes = ask(first["revision"])
    assert ([row["id"] for row in changes["documents"]], changes["total"]) == ([later], 2)
    assert len(ask("of-another-process")["documents"]) == 2


def test_access_requires_the_key(uploader: Uploader) -> None:
    with httpx.Client(base_url=uploader.url) as stranger:
        for path in ("/documents?project=6", "/projects", "/about", "/thumbnails/a.png"):
            assert problem(stranger.get(path)) == (401, "key_missing")
        for key in ("", "wrong", KEY + "x", KEY[:-1], "\xff"):
            headers = [(b"X-API-Key", key.encode("latin-1"))]
            assert stranger.get("/about", headers=headers).status_code == 401
        assert problem(stranger.post("/documents", files={"file": ("a.png", PNG)})) == (401, "key_missing")
        assert stranger.get("/about", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
        assert stranger.get("/").status_code == stranger.get("/web/app.js").status_code == 200
        assert problem(stranger.get("/web/../uploader.py")) == (401, "key_missing")
        assert stranger.get("/web/%2e%2e/uploader.py").status_code == 404
        # a person signs in, and out
        assert problem(stranger.post("/session", json={"key": "wrong"})) == (401, "wrong_key")
        signed = stranger.post("/session", json={"key": KEY})
        assert {"HttpOnly", "SameSite=strict"} <= set(signed.headers["set-cookie"].split("; "))
        assert KEY not in signed.headers["set-cookie"]
        assert stranger.get("/about").status_code == 200
        ends_at, signature = stranger.cookies["prelabel_uploader"].split(".")
        for forged in (f"{int(ends_at) + 1}.{signature}", f"{ends_at}.", f"{ends_at}.{'0' * 64}", "x", "é.é"):
            cookie = [(b"Cookie", f"prelabel_uploader={forged}".encode())]
            with httpx.Client(base_url=uploader.url) as forger:
                assert forger.get("/about", headers=cookie).status_code == 401
        stranger.delete("/session")
        assert stranger.get("/about").status_code == 401


def test_requests_of_other_sites_are_refused(uploader: Uploader) -> None:
    with httpx.Client(base_url=uploader.url) as person:
        person.post("/session", json={"key": KEY})
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            given = person.post("/documents", data={"project": 6}, files={"file": ("a.png", PNG)}, headers=headers)
            assert problem(given) == (403, "foreign_origin")
        own = person.post("/documents/retry", json={"project": 6}, headers={"Origin": uploader.url})
        assert own.json() == {"pages": 0}
        page = person.get("/")
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_served_without_a_key_and_nothing_else(uploader: Uploader) -> None:
    pages = uploader.folder / "data" / "processed"
    pages.mkdir(parents=True, exist_ok=True)
    name = f"{document_id('0' * 64)}-1.png"
    (pages / name).write_bytes(PNG)
    try:
        with httpx.Client(base_url=uploader.url) as stranger:
            page = stranger.get(f"/files/{name}")
            assert (page.content, page.headers["Content-Type"]) == (PNG, "image/png")
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert "max-age" in page.headers["Cache-Control"]
            assert stranger.head(f"/files/{name}").headers["Content-Length"] == str(len(PNG))
            known = stranger.get(f"/files/{name}", headers={"If-None-Match": page.headers["ETag"]})
            assert (known.status_code, known.content) == (304, b"")
            for other in (
                f"../raw/{name}",
                "..%2fraw%2fx.pdf",
                "%2e%2e/%2e%2e/secret.png",
                f"{name}%00",
                "x.png",
                name[:-4] + ".pdf",
            ):
                assert stranger.get(f"/files/{other}").status_code in {401, 404}
        small = uploader.http.get(f"/thumbnails/{name}")
        assert small.headers["Content-Type"] == "image/jpeg"
        assert len(small.content) < 20_000
    finally:
        (pages / name).unlink()


def test_documents_in_s3_are_added_and_served_alike(uploader: Uploader, s3: S3Server) -> None:
    name = f"{document_id('1' * 64)}-1.jpg"
    photo = Image.new("RGB", (640, 480), "white")
    photo.getexif()[0x0112] = 6  # as phones store it: lying on its side
    photo.save(data := BytesIO(), "JPEG", exif=photo.getexif())
    with started(uploader.folder, uploader.redis, **s3.make_bucket("given-documents")) as other:
        added = other.give(PNG, "a.png", project=12).json()
        s3.client().put_object(Bucket="given-documents", Key=f"preprocessed/{name}", Body=data.getvalue())
        s3.client().put_object(Bucket="given-documents", Key="incoming/b.png", Body=PNG + b"b")
        by_key = other.http.post("/documents", json={"project": 12, "key": "incoming/b.png"})
        raw = s3.client().get_object(Bucket="given-documents", Key=f"raw/{added['id']}.png")["Body"].read()
        page, small = other.http.get(f"/files/{name}"), other.http.get(f"/thumbnails/{name}")
    assert raw == PNG
    assert (by_key.status_code, by_key.json()["name"]) == (201, "b.png")
    assert (page.content, page.headers["Content-Type"]) == (data.getvalue(), "image/jpeg")
    assert Image.open(BytesIO(small.content)).size == (162, 216)


def test_the_api_is_described(uploader: Uploader) -> None:
    described = uploader.http.get("/openapi.json").json()
    assert {"multipart/form-data", "application/json"} == set(
        described["paths"]["/documents"]["post"]["requestBody"]["content"]
    )
    page = uploader.http.get("/docs")
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_servers_that_are_away_are_shown_until_they_are_back(uploader: Uploader) -> None:
    ledger = Ledger.from_settings(
        Settings(_env_file=None, redis_url=uploader.redis.url, label_studio_url="http://127.0.0.1:9")
    )

    def waits(project_id: int) -> list[tuple[str, str]]:
        rows = uploader.http.get("/documents", params={"project": project_id}).json()["waits"]
        return [(row["server"], row["code"]) for row in rows]

    assert waits(91) == []
    ledger.outages.open(LABEL_STUDIO, ServiceUnavailable("http://127.0.0.1:9 does not answer"), every_s=60)
    assert waits(92) == [(LABEL_STUDIO, "service_unavailable")]
    assert "127.0.0.1" not in uploader.http.get("/documents?project=92").text, "that is for those who run it"
    ledger.outages.close(LABEL_STUDIO)
    assert waits(93) == []


def test_a_disk_that_is_nearly_full_and_no_key(uploader: Uploader) -> None:
    """Given other settings, then uploads are refused before the disk is full, and only this machine has access."""
    before = uploader.files()
    with started(uploader.folder, uploader.redis, DISK_RESERVE_MB=str(10**9), UPLOADER_API_KEY="") as other:
        assert problem(other.give(PNG, "a.png", project=11)) == (507, "storage_full")
        assert other.documents(11) == []
        shown = other.http.get("/documents?project=11").json()["waits"]
        assert shown == [{"server": "spool", "code": "storage_full", "since": None}]
        assert problem(other.http.get("/about", headers={"Host": "evil.example"})) == (403, "key_not_set")
        assert problem(other.http.get("/about", headers={"Host": "[::"})) == (403, "key_not_set")
        assert other.http.get("/health", headers={"Host": "uploader:8000"}).status_code == 200
    assert uploader.files() == before


def test_it_keeps_running_while_redis_is_away_and_clients_send_noise(uploader: Uploader) -> None:
    port = httpx.URL(uploader.url).port
    noise = [socket.create_connection((LOOPBACK, port)) for _ in range(50)]
    for number, sender in enumerate(noise):
        sender.sendall((b"", b"\x16\x03\x01\x02\0", b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"\0" * 100)[number % 4])
    uploader.redis.stop()
    try:
        assert problem(uploader.give(PNG + b"x", "x.png"))[0] == 503
        assert problem(uploader.http.get("/documents?project=77")) == (503, "service_unavailable")
    finally:
        uploader.redis.start()
    assert uploader.give(PNG + b"x", "x.png").status_code == 201
    for sender in noise:
        sender.close()
    assert uploader.process.running()
    assert uploader.process.starts == 1
    assert "Traceback" not in uploader.process.log.read_text("utf-8")
    assert KEY not in uploader.process.log.read_text("utf-8")
