"""Predictions for the files of a bucket, by sync alone: real S3 server, Label Studio, Redis, beat and workers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.s3 import S3Server
from devstack.stack import Stack
from tests.support.cli_runs import Cli
from tests.support.pdf_pages import letter

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "examples" / "pages"
LABELLING = (ROOT / "examples" / "labelling.xml").read_text("utf-8")
DOCUMENT = "00112233445566aa"
#: Syncs start the selections: beat's own selections would be too late.
SETTINGS = {"SYNC_INTERVAL": "1", "SELECT_INTERVAL": "600", "HEARTBEAT": "2", "UPLOAD_WAIT": "0.2", "OCR": "tesseract"}


def test_objects_and_documents_get_predictions(
    label_studio: LabelStudioServer,
    s3: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given a connected bucket, when a scan is stored there and a PDF is added, then all get predictions and names."""
    environment = SETTINGS | {"STORAGE_TITLE": "documents", **s3.make_bucket("storage-path")}
    with Stack(tmp_path, label_studio=label_studio, env=environment) as stack:
        cli, project_id = Cli(monkeypatch, capsys), label_studio.create_project("bucket", LABELLING)
        assert cli("connect", project_id, **stack.environment()).code == 0
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        scan = (PAGES / "en-delivery-note.jpg").read_bytes()
        s3.client().put_object(Bucket="storage-path", Key=f"preprocessed/{DOCUMENT}-1.jpg", Body=scan)
        pdf = letter(tmp_path / "안내.pdf", pages=2)
        assert cli("add", pdf, "--project", project_id, **stack.environment()).code == 0
        deadline = time.monotonic() + 120
        while stack.ledger().runs.progress(project_id).done < 3:
            stack.workers.check()
            assert time.monotonic() < deadline, stack.ledger().runs.progress(project_id)
            time.sleep(0.3)
        (given,) = stack.ledger().documents.newest(project_id)
        pages = label_studio.pages(project_id)
    assert given.state == "done"
    assert [len(page["predictions"]) for page in pages] == [1, 1, 1]
    names = {(page["data"]["document"], page["data"]["page"]): page["data"].get("document_name") for page in pages}
    assert names == {(DOCUMENT, 1): None, (given.id, 1): "안내.pdf", (given.id, 2): "안내.pdf"}
    assert all(len(page["predictions"][0]["result"]) > 10 for page in pages)
