"""Tests of documents with a real Label Studio, workers and beat: added by a command, or uploaded to Label Studio."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from prelabel.api.documents import add_documents
from prelabel.api.runs import enqueue_project
from prelabel.intake.accept import Accepted
from prelabel.ledger.workers import Announcement, WorkerInfo
from tests.support.cli_runs import Cli
from tests.support.labelling_configs import RECTANGLES_XML
from tests.support.pdf_pages import letter

SETTINGS = {"SELECT_INTERVAL": "1", "REMOVE_RAW": "true", "HEARTBEAT": "1", "MAX_DOCUMENT_PAGES": "5"}
#: No page is tagged here, but a selection needs the announcement of a tagger.
TAGGER = WorkerInfo("nobody", "gpu", 0.0, Announcement("none", "1", ("QUESTION", "ANSWER")))


#: A kill every few seconds, while documents are opened, rendered and imported in small portions.
KILLS, EVERY_S, DOCUMENTS, PAGES = ("cpu", "io", "cpu", "io"), 3.0, 20, 15


def tiff(path: Path, pages: int) -> Path:
    first, *others = (Image.new("1", (400 + number, 600), 1) for number in range(pages))
    first.save(path, save_all=True, append_images=others, compression="group4")
    return path


def test_files_become_pages(
    label_studio: LabelStudioServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given good and bad files, and a PDF that was uploaded to Label Studio directly; when workers run, then each page
    is there once, and each bad file has a reason and a cure.
    """
    project_id = label_studio.create_project("documents", RECTANGLES_XML)
    good = letter(tmp_path / "견적서.pdf", pages=5)
    scan, photo, cut = tiff(tmp_path / "scan.tif", 2), tmp_path / "photo.jpg", tmp_path / "cut.pdf"
    Image.new("RGB", (300, 200), "white").save(photo)
    cut.write_bytes(good.read_bytes()[:2000])
    long, straight = letter(tmp_path / "long.pdf", pages=6), letter(tmp_path / "straight.pdf", pages=2)
    label_studio.upload_images(project_id, [straight])

    with Stack(tmp_path / "stack", label_studio=label_studio, env=SETTINGS) as stack:
        cli, env, records = Cli(monkeypatch, capsys), stack.environment(), stack.ledger().documents
        stack.ledger().workers.sign_in(TAGGER, every_s=60)
        run = enqueue_project(project_id, settings=stack.settings())
        given = cli("add", good, scan, photo, cut, long, good, "--project", project_id, "--json", **env)
        assert [row["added"] for row in given.json()] == ["new"] * 5 + ["known"]
        ids = [row["id"] for row in given.json()[:5]]
        stack.start_workers(("cpu", "io"))
        stack.start_beat()

        deadline = time.monotonic() + 120
        while True:
            documents = {document.name: document for document in records.newest(project_id)}
            uploaded = [document for document in documents.values() if document.source]
            if uploaded and all(document.state in ("done", "failed") for document in documents.values()):
                break
            stack.workers.check()
            assert time.monotonic() < deadline, documents
            time.sleep(0.2)

        assert {name: document.failure.code for name, document in documents.items() if document.failure} == {
            "cut.pdf": "document_unreadable",
            "long.pdf": "document_too_long",
        }
        held = [page["data"] for page in label_studio.pages(project_id) if "document" in page["data"]]
        expected = {ids[0]: 5, ids[1]: 2, ids[2]: 1, uploaded[0].id: 2}
        assert sorted((row["document"], row["page"]) for row in held) == sorted(
            (document, number) for document, pages in expected.items() for number in range(1, pages + 1)
        )
        assert {row["document_name"] for row in held if row["document"] == ids[0]} == {"견적서.pdf"}
        own = [page for page in label_studio.pages(project_id) if "document" not in page["data"]]
        assert [page["id"] for page in own] == [uploaded[0].source], "the PDF's own task stays"
        ended = run.wait(timeout_s=60)
        assert (ended.total, ended.skipped, ended.failed) == (1, 1, 0), "the PDF's task is neither failed nor waiting"

        raw = tmp_path / "stack" / "data" / "raw"
        while {file.stem for file in raw.iterdir()} != {ids[3], ids[4]}:
            assert time.monotonic() < deadline, "only the raw files of failed documents are kept"
            time.sleep(0.2)

        shown = cli("documents", project_id, "--failed", **env)
        assert "prelabel" not in shown.err
        assert "6 pages, 5 allowed" in shown.out
        assert cli("documents", project_id, ids[3], "--retry", "--json", **env).json() == [{"retried": 1}]
        assert cli("documents", project_id, "0" * 16, **env).error_line().endswith("see `prelabel documents --help`")
        pages = cli("documents", project_id, ids[1], "--json", **env).json()
        assert [page["number"] for page in pages] == [1, 2]


@pytest.mark.slow
def test_kills_lose_no_page_and_double_none(label_studio: LabelStudioServer, tmp_path: Path) -> None:
    """Given 300 pages in flight, when workers are killed with all their processes, then each page is there once."""
    project_id = label_studio.create_project("killed documents", RECTANGLES_XML)
    fast = {"SELECT_INTERVAL": "2", "HTTP_TIMEOUT": "5", "IMPORT_CHUNK": "20", "PDF_DPI": "50", "RETRY_BACKOFF": "0.3"}
    files = [letter(tmp_path / f"{number}.pdf", [f"file {number}"], pages=PAGES) for number in range(DOCUMENTS)]
    with Stack(
        tmp_path / "stack", label_studio=label_studio, env=SETTINGS | fast | {"MAX_DOCUMENT_PAGES": "99"}
    ) as stack:
        stack.start_workers(("cpu", "io"))
        stack.start_beat()
        stack.wait_ready(("cpu", "io"))
        given = [outcome for _, outcome in add_documents(files, project_id, settings=stack.settings())]
        assert all(isinstance(outcome, Accepted) for outcome in given)
        for kind in KILLS:
            time.sleep(EVERY_S)
            os.killpg(stack.workers[kind].pid, signal.SIGKILL)
        deadline = time.monotonic() + 200
        records = stack.ledger().documents
        while not all(document.state == "done" for document in records.newest(project_id)):
            stack.workers.check()
            assert time.monotonic() < deadline, records.newest(project_id)
            time.sleep(0.5)
        held = Counter((page["data"]["document"], page["data"]["page"]) for page in label_studio.pages(project_id))
    assert (len(held), set(held.values())) == (DOCUMENTS * PAGES, {1})
