"""The folder as bucket follows no symbolic link below itself and opens nothing but regular files, also in a race."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.bucket.keys import Keys
from prelabel.errors import BucketRefused, FileGone, SettingError
from prelabel.intake.raw_files import raw_file
from prelabel.intake.spool import spool_folder
from prelabel.settings import Settings
from prelabel.startup.needs import bucket_opens

KEY = "processed/0123456789abcdef-1.png"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder beside the bucket that holds a secret under the names of the bucket's files."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("secret", KEY.rpartition("/")[2]):
        (folder / name).write_text("secret", "utf-8")
    return folder


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    (tmp_path / "data" / "processed").mkdir(parents=True)
    return FolderBucket(tmp_path / "data", "http://localhost:8000")


def readings(bucket: FolderBucket, target: Path) -> list[Callable[[], object]]:
    return [lambda: bucket.get(KEY), lambda: bucket.download(KEY, target), lambda: bucket.opened(KEY).__enter__()]


def test_a_file_that_is_a_link_is_none(bucket: FolderBucket, outside: Path, tmp_path: Path) -> None:
    # Given a page that is a link to a file outside
    (bucket.root / KEY).symlink_to(outside / "secret")
    # Then no reader follows it
    for read in readings(bucket, tmp_path / "copy"):
        with pytest.raises(FileGone):
            read()
    assert (bucket.size(KEY), list(bucket.keys("")), (tmp_path / "copy").exists()) == (None, [], False)
    # When a page is stored there, Then it takes the link's place, and the file outside stays as it was
    bucket.put(KEY, b"page", "image/png")
    assert (bucket.get(KEY), (outside / "secret").read_text("utf-8")) == (b"page", "secret")
    # And a delete removes a link alone
    (bucket.root / "processed" / "link").symlink_to(outside / "secret")
    bucket.delete("processed/link")
    assert (sorted(path.name for path in outside.iterdir()), list(bucket.keys(""))) == (
        ["0123456789abcdef-1.png", "secret"],
        [KEY],
    )


@pytest.mark.parametrize("link", ["processed", ".partial", "forms/2026"])
def test_a_folder_that_is_a_link_is_refused_with_the_cure(tmp_path: Path, outside: Path, link: str) -> None:
    bucket, before = FolderBucket(tmp_path / "data", ""), sorted(outside.iterdir())
    (bucket.root / link).parent.mkdir(parents=True)
    (bucket.root / link).symlink_to(outside)
    key = KEY if link == ".partial" else f"{link}/{KEY.rpartition('/')[2]}"
    calls: list[Callable[[], object]] = [lambda: bucket.put(key, b"x", "image/png")]
    if link == ".partial":
        calls.append(lambda: bucket.tidy("raw/"))
    else:
        calls += [
            lambda: bucket.get(key),
            lambda: bucket.size(key),
            lambda: bucket.delete(key),
            lambda: list(bucket.keys(f"{link}/")),
            lambda: bucket.download(key, tmp_path / "copy"),
        ]
    for call in calls:
        with pytest.raises(BucketRefused, match=f"{link} in the folder .*symbolic link.*mount --bind"):
            call()
    assert (sorted(outside.iterdir()), list(bucket.keys(""))) == (before, [])


@pytest.mark.parametrize("prefix", ["raw", "processed", "words"])
def test_a_process_says_before_its_first_message_that_a_folder_is_a_link(
    tmp_path: Path, outside: Path, prefix: str
) -> None:
    settings = Settings(_env_file=None, bucket=str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    bucket_opens(settings)
    (tmp_path / "data" / prefix).symlink_to(outside)
    with pytest.raises(BucketRefused, match=f"{prefix} in the folder"):
        bucket_opens(settings)


def test_the_bucket_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    bucket = FolderBucket(tmp_path / "data", "")
    bucket.put(KEY, b"page", "image/png")
    assert (bucket.get(KEY), bucket.size(KEY), list(bucket.keys("processed/"))) == (b"page", 4, [KEY])
    assert (tmp_path / "disk" / KEY).read_bytes() == b"page"


def test_no_fifo_and_no_device_is_opened(bucket: FolderBucket, tmp_path: Path) -> None:
    """Given a FIFO without a writer, whose opening would block for ever, then it is no file."""
    os.mkfifo(bucket.root / KEY)
    began = time.monotonic()
    for read in readings(bucket, tmp_path / "copy"):
        with pytest.raises(FileGone):
            read()
    assert (bucket.size(KEY), list(bucket.keys(""))) == (None, [])
    assert time.monotonic() - began < 5


def test_a_raw_file_is_not_read_through_a_link(bucket: FolderBucket, outside: Path) -> None:
    settings, key = Settings(_env_file=None, bucket=str(bucket.root)), Keys("raw/", "processed/", "words/", "stored/")
    place = bucket.root / key.raw_key("0" * 16, ".pdf")
    place.parent.mkdir()
    place.symlink_to(outside / "secret")
    with pytest.raises(FileGone), raw_file(bucket, key.raw_key("0" * 16, ".pdf"), settings):
        pass
    # And one that was opened stays the same file, whatever takes its name
    bucket.put(key.raw_key("0" * 16, ".pdf"), b"raw", "application/pdf")
    with raw_file(bucket, key.raw_key("0" * 16, ".pdf"), settings) as path:
        place.unlink()
        place.symlink_to(outside / "secret")
        assert [path.read_bytes(), path.read_bytes()] == [b"raw", b"raw"]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_that_takes_a_files_place_in_the_middle_is_not_followed(
    bucket: FolderBucket, outside: Path, tmp_path: Path, what: str
) -> None:
    """Given somebody who swaps a file, or its folder, for a link all the time, then the secret is never read."""
    bucket.put(KEY, b"page", "image/png")
    name = bucket.root / (KEY if what == "file" else "processed")
    link, aside, over = tmp_path / "link", tmp_path / "aside", threading.Event()

    def swap() -> None:
        while not over.is_set():
            link.symlink_to(outside / "secret" if what == "file" else outside)
            name.rename(aside)
            link.rename(name)
            name.unlink()
            aside.rename(name)

    swapping = threading.Thread(target=swap)
    swapping.start()
    seen, tries, until = set[bytes | str](), 0, time.monotonic() + 60
    try:
        while tries < 3000 or (b"page" not in seen and time.monotonic() < until):  # the other thread may rest
            tries += 1
            try:
                seen.add(bucket.get(KEY))
            except (FileGone, BucketRefused) as error:
                seen.add(error.code)
    finally:
        over.set()
        swapping.join()
    assert b"page" in seen
    assert b"secret" not in seen


def test_a_spool_that_is_somebody_elses_link_is_refused(tmp_path: Path, outside: Path) -> None:
    """Given a link in the spool's place to a folder of ours, then nothing of it is taken for old leftovers."""
    (tmp_path / f"prelabel-{os.getuid()}").symlink_to(outside)
    with pytest.raises(SettingError, match="is a link"):
        spool_folder(Settings(_env_file=None, spool=str(tmp_path)))
