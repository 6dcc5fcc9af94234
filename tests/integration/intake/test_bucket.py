"""Buckets: the same tests on a folder and on a real S3 server; then the failures that only one of them has."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from devstack.s3 import S3Server
from prelabel.bucket.interface import LONGEST_PUT_S, Bucket
from prelabel.bucket.keys import Keys, page_of
from prelabel.bucket.opening import open_bucket
from prelabel.bucket.page_images import image_from_bucket
from prelabel.errors import (
    BucketRefused,
    FileGone,
    ImageTooLarge,
    KeyRefused,
    PrelabelError,
    ServiceUnavailable,
    SettingError,
    StorageFull,
)
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Page, PageRef, Word
from prelabel.project.stored_pages import StoredPages
from prelabel.settings import Settings, get_settings
from tasks import ocr
from tasks.process import WorkerProcess
from tests.support.full_disk import disk_of
from tests.support.sites import Answer, site

DOCUMENT = "0123456789abcdef"
PUT = """
import sys
from pathlib import Path
from prelabel.bucket.opening import open_bucket
from prelabel.settings import Settings
open_bucket(Settings(_env_file=None)).put("raw/a.pdf", Path(sys.argv[1]), "application/pdf")
"""
KEYS = {"S3_ACCESS_KEY": "AKIA", "S3_SECRET_KEY": "made-up"}
_numbers = itertools.count(1)


def settings_of(environment: dict[str, str], **others: Any) -> Settings:
    values: dict[str, Any] = {name.lower(): value for name, value in environment.items()}
    return Settings(_env_file=None, **values, **others)


@pytest.fixture(params=["folder", "s3"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return the settings of an empty bucket."""
    if request.param == "folder":
        return {"BUCKET": str(tmp_path / "data")}
    server: S3Server = request.getfixturevalue("s3")
    return server.make_bucket(f"bucket-{next(_numbers)}")


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return settings_of(environment)


@pytest.fixture
def bucket(settings: Settings) -> Bucket:
    return open_bucket(settings)


def leftovers(settings: Settings, s3: S3Server) -> int:
    """Return the files or parts that readers do not see."""
    if settings.bucket_name:
        return len(s3.client().list_multipart_uploads(Bucket=settings.bucket_name).get("Uploads", []))
    return len(list((Path(settings.bucket) / ".partial").glob("*")))


# Both


def test_stored_files_are_complete_and_deleted_files_are_gone(bucket: Bucket, tmp_path: Path) -> None:
    # Given a file as bytes, and a file from the disk under a name from outside
    source = tmp_path / "source"
    source.write_bytes(b"%PDF" * 1000)
    bucket.put("processed/a-1.png", b"first", "image/png")
    bucket.put("inbox/견적서 (1).pdf", source, "application/pdf")
    # When one is replaced
    bucket.put("processed/a-1.png", b"second", "image/png")
    # Then both are read back
    assert bucket.get("processed/a-1.png") == b"second"
    assert bucket.size("inbox/견적서 (1).pdf") == 4000
    bucket.download("inbox/견적서 (1).pdf", tmp_path / "new" / "target")
    assert (tmp_path / "new" / "target").read_bytes() == source.read_bytes()
    assert list(bucket.keys("")) == ["inbox/견적서 (1).pdf", "processed/a-1.png"]
    # And deleted files are gone, even after a second delete; a folder of keys is not a file
    for key in ("processed/a-1.png", "processed/a-1.png", "processed"):
        bucket.delete(key)
    assert list(bucket.keys("processed/")) == []


def test_a_file_that_is_not_there(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("raw/a.pdf", b"x", "application/pdf")
    for key in ("raw/b.pdf", "raw", "nowhere/a.pdf"):
        assert bucket.size(key) is None
        with pytest.raises(FileGone):
            bucket.get(key)
        with pytest.raises(FileGone):
            bucket.download(key, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert list(bucket.keys("nowhere/")) == []


def test_no_key_leads_out_of_the_bucket(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine", "utf-8")
    calls: list[Callable[[str], object]] = [
        bucket.get,
        bucket.size,
        bucket.delete,
        lambda key: bucket.put(key, b"x", "text/plain"),
        lambda key: bucket.download(key, tmp_path / "target"),
    ]
    for call, key in itertools.product(calls, ["../secret", f"{tmp_path}/secret", "raw/../../secret", ".partial/a"]):
        with pytest.raises(KeyRefused):
            call(key)
    with contextlib.suppress(KeyRefused):
        assert list(bucket.keys("../")) == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data") == ["secret"]


def test_more_files_than_one_answer_lists(bucket: Bucket) -> None:
    names = [f"processed/{DOCUMENT}-{number}.png" for number in range(1, 1004)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: bucket.put(name, b"", "image/png"), ["processed/0-1.png", *names, "raw/a.pdf"]))
    assert list(bucket.keys(f"processed/{DOCUMENT}-")) == sorted(names)
    assert len(list(bucket.keys(""))) == 1005


def test_a_killed_put_is_never_seen_and_its_leftovers_are_removed(
    environment: dict[str, str], settings: Settings, s3: S3Server, tmp_path: Path
) -> None:
    # Given a process that is in the middle of a put: of a pipe into the folder, of 24 parts into S3
    source = tmp_path / "source"
    if settings.bucket_name:
        with source.open("wb") as file:
            file.truncate(24 * 16 * 2**20)
    else:
        os.mkfifo(source)
    child = subprocess.Popen([sys.executable, "-c", PUT, source], env=os.environ | environment)
    with contextlib.nullcontext() if settings.bucket_name else source.open("wb", buffering=0) as pipe:
        if pipe:
            pipe.write(b"half")
        until(lambda: leftovers(settings, s3))
        # When it is killed
        child.send_signal(signal.SIGKILL)
        child.wait()
    # Then readers see no file
    bucket = open_bucket(settings)
    assert (bucket.size("raw/a.pdf"), list(bucket.keys(""))) == (None, [])
    # And leftovers are removed once no living put can own them; moto dates all of them 2010
    if not settings.bucket_name:
        bucket.tidy("raw/")
        assert leftovers(settings, s3) == 1
        (part,) = (Path(settings.bucket) / ".partial").iterdir()
        os.utime(part, (time.time() - LONGEST_PUT_S - 1,) * 2)
    bucket.tidy("raw/")
    assert leftovers(settings, s3) == 0


def test_a_full_disk_where_a_file_is_taken_to(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("raw/a.pdf", bytes(3 * 2**20), "application/pdf")
    with disk_of(2**20), pytest.raises(StorageFull, match=r"a copy of raw/a\.pdf"):
        bucket.download("raw/a.pdf", tmp_path / "out" / "target")
    assert list((tmp_path / "out").iterdir()) == []


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_images_of_our_own_pages_are_read_from_the_bucket(settings: Settings, bucket: Bucket) -> None:
    # Given a page, its reference, and files beside it that are not pages
    keys = Keys.from_settings(settings)
    page = keys.page_key(DOCUMENT, 2)
    bucket.put(page, b"image", "image/png")
    bucket.put(keys.words_key(DOCUMENT, 2), b"words", "application/json")
    bucket.put(keys.raw_key(DOCUMENT, ".pdf"), b"raw", "application/pdf")
    assert page_of(bucket.reference(page)) == (DOCUMENT, 2)
    # When images are requested, Then only pages are opened
    assert image_from_bucket(bucket, keys, bucket.reference(page), 5) == b"image"
    with pytest.raises(ImageTooLarge):
        image_from_bucket(bucket, keys, bucket.reference(page), 4)
    name = settings.bucket_name or "pages"
    others = [keys.page_key(DOCUMENT, 3), keys.words_key(DOCUMENT, 2), keys.raw_key(DOCUMENT, ".pdf"), f"x/../{page}"]
    references = [f"s3://{name}/{key}" for key in others] + [bucket.reference(keys.page_key(DOCUMENT, 3))]
    references += [f"s3://other/{page}", f"/data/local-files/?d={page}", f"http://elsewhere/files/{DOCUMENT}-2.png", ""]
    assert [image_from_bucket(bucket, keys, reference, 10) for reference in references] == [None] * len(references)


def test_stored_pages_of_a_page_are_its_two_newest(settings: Settings, bucket: Bucket) -> None:
    stored = StoredPages(bucket, Keys.from_settings(settings), ("studio-1",))
    versions = ("prelabel-a", "prelabel-b", "prelabel-a", "prelabel-my/tagger 2")
    for version in versions:
        stored.keep(6, 12, version, Page(10, 20, 10, 20, words=(Word(version, Box(1, 1, 2, 2)),)), "a.png")
        stored.keep(6, 123, "prelabel-a", Page(10, 20, 10, 20), "a.png")

    found = [stored.find(6, 12, version=version, references=["s3://x/a.png?X=1"]) for version in versions]
    assert [page and page.version for page in found] == [versions[2], versions[3], versions[2], versions[3]]
    assert [page and page.page.words[0].text for page in found] == [page and page.version for page in found]
    assert len(list(bucket.keys("stored/studio-1/6/12/"))) == 2


def test_pages_are_the_uploaders_where_no_storage_resolves_them() -> None:
    address = {"BUCKET": "s3://pages", "S3_ENDPOINT": "http://s3:9000", "UPLOADER_URL": "http://up:8000"} | KEYS
    references = [
        open_bucket(settings_of(address, storage_title=title)).reference(f"preprocessed/{DOCUMENT}-1.png")
        for title in ("", "documents")
    ]
    assert references == [f"http://up:8000/files/{DOCUMENT}-1.png", f"s3://pages/preprocessed/{DOCUMENT}-1.png"]


def test_the_ocr_stage_reads_a_page_from_the_bucket_without_label_studio(
    redis_url: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a worker that reaches the bucket but not Label Studio
    nowhere = {"REDIS_URL": redis_url, "LABEL_STUDIO_URL": "http://127.0.0.1:1", "LABEL_STUDIO_API_KEY": "0" * 40}
    for name, value in (environment | nowhere).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    here = WorkerProcess(os.getpid())
    page = here.keys.page_key(DOCUMENT, 1)
    here.bucket.put(page, b"image", "image/png")
    # When pages are read, Then the bucket's page is read there, and another page at its own address
    claim = Claim(6, 1, "token", "version")
    assert ocr._image(here, claim, PageRef(6, 1, here.bucket.reference(page)), ()) == b"image"
    with pytest.raises(ServiceUnavailable, match="Label Studio"):
        ocr._image(here, claim, PageRef(6, 1, "s3://other/a.png"), ())
    get_settings.cache_clear()


# The folder


def test_a_full_disk_leaves_the_earlier_file_and_no_partial_file(tmp_path: Path) -> None:
    bucket = open_bucket(Settings(_env_file=None, bucket=str(tmp_path / "data")))
    source = tmp_path / "source"
    source.write_bytes(bytes(3 * 2**20))
    bucket.put("raw/a.pdf", b"old", "application/pdf")
    with disk_of(2**20):
        for data in (source, bytes(3 * 2**20)):
            with pytest.raises(StorageFull, match=r"raw/a\.pdf"):
                bucket.put("raw/a.pdf", data, "application/pdf")
    assert bucket.get("raw/a.pdf") == b"old"
    assert list((tmp_path / "data" / ".partial").iterdir()) == []


def test_others_on_the_machine_may_read_pages(tmp_path: Path) -> None:
    """Given Label Studio as another user of the machine, then its local storage can read the pages."""
    bucket = open_bucket(Settings(_env_file=None, bucket=str(tmp_path)))
    before = os.umask(0o022)
    bucket.put("processed/a-1.png", b"x", "image/png")
    os.umask(before)
    assert stat.S_IMODE((tmp_path / "processed" / "a-1.png").stat().st_mode) == 0o644


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", "utf-8")
    bucket = open_bucket(Settings(_env_file=None, bucket=str(tmp_path / "data")))
    with pytest.raises(BucketRefused, match=f"BUCKET={tmp_path}/data"):
        bucket.put("raw/a.pdf", b"x", "application/pdf")
    assert (tmp_path / "data").read_text("utf-8") == "a file"


# S3


def test_a_large_file_goes_up_in_parts_with_its_type(s3: S3Server, tmp_path: Path) -> None:
    settings = settings_of(s3.make_bucket(f"bucket-{next(_numbers)}"))
    source = tmp_path / "source"
    source.write_bytes(os.urandom(2**20) * 33)
    bucket = open_bucket(settings)
    bucket.put("raw/a.pdf", source, "application/pdf")
    bucket.download("raw/a.pdf", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
    stored = s3.client().head_object(Bucket=settings.bucket_name, Key="raw/a.pdf")
    assert (stored["ETag"].strip('"').partition("-")[2], stored["ContentType"]) == ("3", "application/pdf")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"bucket": "s3://nowhere"}, "has no bucket nowhere"),
        ({"s3_secret_key": SecretStr("Wr0ngS3cret")}, "SignatureDoesNotMatch"),
        ({"s3_access_key": SecretStr("AKIAUNKNOWN")}, "InvalidAccessKeyId"),
    ],
)
def test_a_bucket_that_does_not_let_us_in(
    s3: S3Server, tmp_path: Path, changed: dict[str, object], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = settings_of(s3.make_bucket(f"bucket-{next(_numbers)}")).model_copy(update=changed)
    bucket = open_bucket(settings)
    large = tmp_path / "large"
    large.write_bytes(bytes(17 * 2**20))
    calls: list[Callable[[], object]] = [
        lambda: bucket.get("raw/a.pdf"),
        lambda: bucket.put("raw/a.pdf", b"x", "application/pdf"),
        lambda: bucket.put("raw/a.pdf", large, "application/pdf"),
        lambda: list(bucket.keys("")),
        lambda: bucket.tidy("raw/"),
    ]
    for call in calls:
        with pytest.raises(BucketRefused, match=says) as raised:
            call()
        assert s3.url in str(raised.value)
        for secret in (settings.s3_secret_key.get_secret_value(), s3.secret_key, "Signature="):
            assert secret not in f"{raised.value}{caplog.text}"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (507, "XMinioStorageFull", StorageFull),
        (403, "QuotaExceeded", StorageFull),
        (500, "InternalError", ServiceUnavailable),
        (403, "AccessDenied", BucketRefused),
        (403, "RequestTimeTooSkewed", BucketRefused),
        (400, "AuthorizationHeaderMalformed", BucketRefused),
        (400, "words of a foreign server", BucketRefused),
    ],
)
def test_answers_of_servers_become_errors(status: int, code: str, kind: type[PrelabelError]) -> None:
    body = f"<Error><Code>{code}</Code><Message>foreign words</Message></Error>".encode()
    with site() as server:
        server.answers["/pages/raw/a.pdf"] = Answer(status, body, {"Content-Type": "application/xml"})
        bucket = open_bucket(settings_of({"BUCKET": "s3://pages", "S3_ENDPOINT": server.url} | KEYS))
        with pytest.raises(kind) as raised:
            bucket.put("raw/a.pdf", b"x", "application/pdf") if kind is StorageFull else bucket.get("raw/a.pdf")
        assert type(raised.value) is kind
        assert "foreign" not in str(raised.value)
        assert len(server.requests) == (3 if kind is ServiceUnavailable else 1)


def test_uploads_that_may_still_be_alive_are_left_alone() -> None:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    uploads = "".join(
        f"<Upload><Key>raw/a.pdf</Key><UploadId>{name}</UploadId><Initiated>{at}</Initiated></Upload>"
        for name, at in {"old": "2026-01-01T00:00:00.000Z", "young": now}.items()
    )
    with site() as server:
        listed = f"<ListMultipartUploadsResult>{uploads}</ListMultipartUploadsResult>".encode()
        server.answers["/pages?uploads&prefix=raw%2F"] = Answer(200, listed)
        server.answers["/pages/raw/a.pdf?uploadId=old"] = Answer(204, b"")
        open_bucket(settings_of({"BUCKET": "s3://pages", "S3_ENDPOINT": server.url} | KEYS)).tidy("raw/")
        assert [path for path, _ in server.requests] == list(server.answers)


def test_a_server_that_is_away_is_worth_a_retry() -> None:
    bucket = open_bucket(settings_of({"BUCKET": "s3://pages", "S3_ENDPOINT": "http://127.0.0.1:1"} | KEYS))
    with pytest.raises(ServiceUnavailable, match=r"http://127.0.0.1:1 did not serve raw/a.pdf in 3 tries"):
        bucket.get("raw/a.pdf")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
def test_a_server_that_hangs_does_not_hold_us_longer_than_the_time_limit(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        held: list[socket.socket] = []
        threading.Thread(target=_hold, args=(listening, answer, held), daemon=True).start()
        bucket = open_bucket(settings_of({"BUCKET": "s3://pages", "S3_ENDPOINT": address} | KEYS, http_timeout=0.9))
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="did not serve"):
            bucket.get("raw/a.pdf")
        assert time.monotonic() - began < 5
        for connection in held:
            connection.close()


def _hold(listening: socket.socket, answer: bytes, held: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            held.append(listening.accept()[0])
            held[-1].sendall(answer)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"S3_SECRET_KEY": ""}, "belong together"),
        ({"S3_ENDPOINT": "http://AKIA:made-up@s3.example.org"}, "bare address"),
        ({"S3_REGION": "no such region!"}, "cannot be used"),
    ],
)
def test_settings_that_cannot_be_used(changed: dict[str, str], says: str) -> None:
    with pytest.raises(SettingError, match=says) as raised:
        open_bucket(settings_of({"BUCKET": "s3://pages"} | KEYS | changed))
    assert "made-up" not in str(raised.value)


def test_without_a_key_the_message_names_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(BucketRefused, match="set PRELABEL_S3_ACCESS_KEY and PRELABEL_S3_SECRET_KEY"):
        open_bucket(settings_of({"BUCKET": "s3://pages", "S3_ENDPOINT": "http://127.0.0.1:1"})).get("raw/a.pdf")
