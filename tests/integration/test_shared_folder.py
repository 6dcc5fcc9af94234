"""The folder of PRELABEL_BUCKET: its mark, by which workers and doctor see whether they share it."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prelabel.bucket.folder import FolderBucket
from prelabel.cli.doctor.workers import check_workers
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import WorkerInfo
from prelabel.settings import Settings

NUMBERS = itertools.count()


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    url = f"http://shared-folder-{next(NUMBERS)}.example"
    return Settings(_env_file=None, redis_url=redis_url, label_studio_url=url, bucket=str(tmp_path / "bucket"))


def warnings(settings: Settings, *workers: tuple[str, str]) -> list[str]:
    """Return what doctor says of the bucket while workers live on these hosts, with folders of these marks."""
    ledger = Ledger.from_settings(settings)
    for number, (host, mark) in enumerate(workers):
        info = WorkerInfo(f"{host}:{number}:ab", "io", time.time(), None, folder=mark)
        ledger.workers.sign_in(info, every_s=60)
    return [check.detail for check in check_workers(ledger, settings) if check.name == "bucket"]


def test_a_folder_has_one_mark_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "bucket"
    assert FolderBucket(folder, "").mark() == ""
    assert not folder.exists()

    with ThreadPoolExecutor(8) as pool:
        made = {*pool.map(lambda _: FolderBucket(folder, "").mark(make=True), range(8))} - {""}
    assert made == {FolderBucket(folder, "").mark()}
    assert FolderBucket(tmp_path / "other", "").mark(make=True) not in made
    assert list(FolderBucket(folder, "").keys("")) == []


def test_one_folder_for_all_is_well(settings: Settings) -> None:
    mark = FolderBucket(Path(settings.bucket), "").mark(make=True)

    assert warnings(settings, ("a", mark), ("b", mark), ("older", "")) == []


def test_folders_that_workers_do_not_share_are_named(settings: Settings) -> None:
    mark = FolderBucket(Path(settings.bucket), "").mark(make=True)

    (said,) = warnings(settings, ("a", mark), ("b", "other"), ("c", mark))
    assert said.startswith("workers do not share the folder of PRELABEL_BUCKET (a, c | b): ")
    assert said.endswith("let PRELABEL_BUCKET be one folder that all mount, at an absolute path, or S3")


def test_a_machine_with_another_folder_is_told_that_images_are_read(settings: Settings) -> None:
    (said,) = warnings(settings, ("a", "other"))

    assert said.startswith(f"the folder PRELABEL_BUCKET={settings.bucket} here is not that of the workers")


def test_s3_and_older_workers_are_no_reason_to_warn(settings: Settings) -> None:
    assert warnings(settings, ("a", ""), ("b", "")) == []
    s3 = settings.model_copy(update={"bucket": "s3://scans", "label_studio_url": "http://s3.example"})
    assert warnings(s3, ("a", "")) == []
