"""From an image in a bucket to a prediction, by sync alone: real S3 server, Label Studio, Redis, beat and workers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.s3 import S3Server
from devstack.stack import Stack
from tests.cli_runs import Cli

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "examples" / "pages"
LABELLING = (ROOT / "examples" / "labelling.xml").read_text("utf-8")
DOCUMENT = "00112233445566aa"
#: Selections come from syncs: beat's own would be too late.
SETTINGS = {"SYNC_INTERVAL": "1", "SELECT_INTERVAL": "600", "HEARTBEAT": "2", "UPLOAD_WAIT": "0.2", "OCR": "tesseract"}


def test_objects_get_predictions(
    label_studio: LabelStudioServer,
    s3: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given a connected bucket, when two pages are put there while all runs, then each gets a prediction and a name."""
    environment = SETTINGS | {"STORAGE_TITLE": "documents", **s3.make_bucket("storage-path")}
    with Stack(tmp_path, label_studio=label_studio, env=environment) as stack:
        project_id = label_studio.create_project("bucket", LABELLING)
        assert Cli(monkeypatch, capsys)("connect", project_id, **stack.environment()).code == 0
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        for number, name in ((1, "blank.jpg"), (2, "en-delivery-note.jpg")):
            key = f"preprocessed/{DOCUMENT}-{number}.jpg"
            s3.client().put_object(Bucket="storage-path", Key=key, Body=(PAGES / name).read_bytes())
        deadline = time.monotonic() + 120
        while stack.ledger().runs.progress(project_id).done < 2:
            stack.workers.check()
            assert time.monotonic() < deadline, stack.ledger().runs.progress(project_id)
            time.sleep(0.3)
        pages = label_studio.pages(project_id)
        assert [len(page["predictions"]) for page in pages] == [1, 1]
        assert [(page["data"]["document"], page["data"]["page"]) for page in pages] == [(DOCUMENT, 1), (DOCUMENT, 2)]
        assert len(pages[1]["predictions"][0]["result"]) > 100
