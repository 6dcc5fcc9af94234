"""Tests of the whole path from a project id to predictions, with real Label Studio, Redis, Tesseract and workers."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devstack.browser import screenshot_task
from devstack.label_studio import LabelStudioServer
from devstack.stack import Stack
from devstack.workers import environment
from prelabel.api.runs import enqueue_project
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.stored_predictions import exact_version
from prelabel.ledger.runs import Progress
from prelabel.project.stored_pages import StoredPages
from prelabel.results.read import read_results
from prelabel.workplace import Workplace
from tests.support.planted_models import renamed_tagger

ROOT = Path(__file__).parents[2]
#: The blank page last: the label stream opens the first one.
SAMPLES = sorted((ROOT / "examples" / "pages").iterdir(), key=lambda path: (path.stem == "blank", path.name))
#: RectangleLabels alone, with a label of one's own.
OWN_LABELS = """
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="field" toName="image"><Label value="Total"/></RectangleLabels>
</View>
"""
LABELLING = (ROOT / "examples" / "labelling.xml").read_text("utf-8")
#: Folder for the picture of a page in Label Studio; the README shows a copy.
PICTURES = ROOT / ".local" / "pictures"
SETTINGS = {"SELECT_INTERVAL": "2", "HEARTBEAT": "2", "RETRY_BACKOFF": "0.2", "UPLOAD_WAIT": "0.2"}


@dataclass
class Demo:
    """A project of the sample pages, after beat has selected them and the workers have processed them."""

    stack: Stack
    project_id: int
    progress: Progress
    #: Projects whose pages carry predictions of an OCR script: one is told to reuse their words, one is not.
    reusing: int
    not_reusing: int
    #: A project with a tagger of its own, whose ANSWER is TOTAL.
    own: int

    def pages(self) -> dict[str, dict[str, Any]]:
        """Return Label Studio's tasks with their predictions, by the name of the sample."""
        tasks = self.stack.label_studio.pages(self.project_id)
        names = (task["data"]["image"].rsplit("/", 1)[-1].split("-", 1)[-1] for task in tasks)
        return dict(zip(names, tasks, strict=True))

    def cli(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run `prelabel ...` against this stack, like a user."""
        command = [sys.executable, "-c", "from prelabel.cli import main; main()", *args]
        env = environment(self.stack.environment(PROJECTS=str(self.project_id)))
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, cwd=ROOT, check=False)


def wait_finished(stack: Stack, project_id: int, pages: int, timeout_s: float = 180) -> Progress:
    """Wait until this number of pages has ended in the ledger."""
    runs, deadline = stack.ledger().runs, time.monotonic() + timeout_s
    while True:
        now = runs.progress(project_id)
        if now.done + now.failed + now.skipped >= pages:
            return now
        stack.workers.check()
        assert time.monotonic() < deadline, now
        time.sleep(0.3)


@pytest.fixture(scope="module")
def demo(label_studio: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("stack")
    broken = folder / "broken.png"
    broken.write_bytes(SAMPLES[-1].read_bytes()[:5000])
    reusing, not_reusing = (label_studio.create_project(title, LABELLING) for title in ("reusing", "not reusing"))
    own, tagger = label_studio.create_project("own", OWN_LABELS), renamed_tagger(folder / "tagger", ANSWER="TOTAL")
    projects = folder / "projects.toml"
    tables = f'[project.{reusing}]\nreuse_predictions = "BBOXOCR*"\n[project.{own}]\nser = "{tagger}"\n'
    projects.write_text(tables, "utf-8")
    with Stack(folder, label_studio=label_studio, env=SETTINGS | {"PROJECTS_FILE": str(projects)}) as stack:
        project_id = label_studio.create_project("samples", LABELLING)
        label_studio.upload_images(project_id, [*SAMPLES, broken])
        label_studio.import_pages(project_id, [{"image": "/data/upload/1/nowhere.png"}])
        stack.start_workers()
        stack.start_beat(PROJECTS=str(project_id))
        stack.wait_ready()
        progress = wait_finished(stack, project_id, len(SAMPLES) + 2)
        yield Demo(stack, project_id, progress, reusing, not_reusing, own)


def test_every_sample_has_exactly_one_prediction(demo: Demo) -> None:
    pages = demo.pages()
    assert {name: len(pages[name]["predictions"]) for name in (p.name for p in SAMPLES)} == dict.fromkeys(
        (p.name for p in SAMPLES), 1
    )
    assert (demo.progress.done, demo.progress.failed) == (len(SAMPLES), 2)


def test_every_word_of_a_predicted_page_is_kept(demo: Demo) -> None:
    settings = demo.stack.settings()
    stored = StoredPages.of(Workplace(settings))
    for name, page in demo.pages().items():
        versions = {prediction["model_version"] for prediction in page["predictions"]}
        found = stored.find(demo.project_id, page["id"], references=[page["data"]["image"]])
        assert bool(found) == bool(versions), name
    invoice = demo.pages()["en-invoice.png"]
    found = stored.find(demo.project_id, invoice["id"])
    assert found
    metas = [item.get("meta") or {} for item in invoice["predictions"][0]["result"]]
    assert {meta["prelabel"] for meta in metas if "prelabel" in meta} == {found.version}
    assert {"NP-20418", "Northgate"} <= {word.text for word in found.page.words}
    assert 2_000 < len(found.to_bytes()) < 12_000


def test_predictions_carry_text_label_and_relation(demo: Demo) -> None:
    (prediction,) = demo.pages()["en-invoice.png"]["predictions"]
    kinds = {item["type"] for item in prediction["result"]}
    assert kinds == {"rectangle", "labels", "textarea", "relation"}
    labels = {label for item in prediction["result"] if item["type"] == "labels" for label in item["value"]["labels"]}
    assert {"QUESTION", "ANSWER"} <= labels
    assert prediction["model_version"] == "prelabel"
    assert exact_version(prediction).startswith("prelabel-compact-")
    assert 0 < prediction["score"] <= 1


def test_a_blank_page_is_done_with_an_empty_prediction(demo: Demo) -> None:
    (prediction,) = demo.pages()["blank.jpg"]["predictions"]
    assert prediction["result"] == []


def test_bad_pages_are_on_the_failed_list_with_their_reasons(demo: Demo) -> None:
    failed = {page.reason: page for page in demo.stack.ledger().failed_list.pages(demo.project_id)}
    assert set(failed) == {"image_unreadable", "image_missing"}
    assert all(page.stage == "ocr" and page.message for page in failed.values())


def test_times_of_each_part_are_kept(demo: Demo) -> None:
    assert set(demo.stack.ledger().runs.stage_seconds(demo.project_id)) == {"ocr", "ser", "re", "upload"}


def test_a_second_selection_finds_nothing(demo: Demo) -> None:
    run = enqueue_project(demo.project_id, settings=demo.stack.settings())
    assert run.wait(timeout_s=60).total == 0
    assert sum(len(page["predictions"]) for page in demo.pages().values()) == len(SAMPLES)


def test_a_person_sees_boxes_texts_and_relations(demo: Demo) -> None:
    page = demo.pages()["en-invoice.png"]
    (prediction,) = page["predictions"]
    relations = [item for item in prediction["result"] if item["type"] == "relation"]
    picture = PICTURES / "page.png"
    drawn = screenshot_task(demo.stack.label_studio, demo.project_id, page["id"], picture)
    assert drawn.regions > 0, "the visible rows of the list of regions"
    assert drawn.arrows == len(relations) > 0
    assert "Invoice number" in drawn.text
    assert picture.stat().st_size > 50_000


def test_the_label_stream_shows_boxes_not_only_the_data_manager(demo: Demo) -> None:
    picture = PICTURES / "label-stream.png"
    page = demo.pages()["en-invoice.png"]
    drawn = screenshot_task(demo.stack.label_studio, demo.project_id, page["id"], picture, label_stream=True)
    assert drawn.regions > 0


def test_status_and_failed_list_from_the_shell(demo: Demo) -> None:
    status = demo.cli("status", str(demo.project_id), "--once")
    assert status.returncode == 0, status.stderr
    failed = demo.cli("failed", "list", str(demo.project_id))
    assert failed.returncode == 0, failed.stderr
    assert "image_missing" in failed.stdout


def test_words_of_an_earlier_prediction_are_reused_instead_of_ocr(demo: Demo) -> None:
    """Given a blank image with an earlier prediction, then only the project that reuses it gets its words."""
    studio, settings = demo.stack.label_studio, demo.stack.settings()
    blank = next(path for path in SAMPLES if path.stem == "blank")
    for project_id in (demo.reusing, demo.not_reusing):
        studio.upload_images(project_id, [blank])
        (page,) = studio.pages(project_id)
        with LabelStudio.from_settings(settings) as client:
            import_predictions(client, project_id, [(page["id"], earlier_prediction("BBOXOCR-3"))])
    assert enqueue_project(demo.not_reusing, settings=settings).wait(timeout_s=60).total == 0
    assert enqueue_project(demo.reusing, settings=settings).wait(timeout_s=60).done == 1
    predictions = studio.pages(demo.reusing)[0]["predictions"]
    texts = {text for item in predictions[-1]["result"] if item["type"] == "textarea" for text in item["value"]["text"]}
    assert len(predictions) == 2
    assert texts == {"공급가액", "3,640,000"}


def test_one_stack_serves_a_project_with_a_tagger_of_its_own_and_one_without_any_for_its_labels(demo: Demo) -> None:
    """Given two projects with one label of their own, then one gets it, and the other answers that wait for a name."""
    studio, settings = demo.stack.label_studio, demo.stack.settings()
    cold = studio.create_project("cold", OWN_LABELS)
    found: dict[int, list[list[str] | None]] = {}
    for project_id in (demo.own, cold):
        studio.upload_images(project_id, [ROOT / "examples" / "pages" / "en-invoice.png"])
        done = enqueue_project(project_id, settings=settings).wait(timeout_s=90).done
        assert done == 1, list(demo.stack.ledger().failed_list.pages(project_id))
        ((prediction,),) = (page["predictions"] for page in studio.pages(project_id))
        items = [item for item in prediction["result"] if item["type"] == "rectanglelabels"]
        found[project_id] = [item["value"].get("rectanglelabels") or None for item in items]
    assert len(found[demo.own]) == len(found[cold]) > 10
    assert (set(map(str, found[demo.own])), set(found[cold])) == ({"['Total']"}, {None})

    (document,) = read_results(demo.own, settings=settings)
    assert ("Total", "1,657.56") in [(row["key"], row["value"]) for row in document["fields"]]
    (document,) = read_results(cold, settings=settings)
    assert (document["fields"], document["pages"][0]["word_count"] > 10) == ([], True)
    doctor = demo.cli("doctor", str(cold))
    assert "none of its values is the tagger's" in doctor.stdout


def earlier_prediction(version: str) -> dict[str, Any]:
    """Return a prediction of two words on one line, in the form that a user's own OCR program stores."""
    result = []
    for number, (text, x) in enumerate((("공급가액", 10.0), ("3,640,000", 25.0))):
        base = {"id": f"r{number}", "to_name": "image", "original_width": 1654, "original_height": 2339}
        value = {"x": x, "y": 20.0, "width": 10.0, "height": 1.2, "rotation": 0}
        result.append(base | {"from_name": "bbox", "type": "rectangle", "value": value})
        result.append(base | {"from_name": "transcription", "type": "textarea", "value": value | {"text": [text]}})
    return {"model_version": version, "score": 0.5, "result": result}


def test_pages_wait_for_a_label_studio_that_is_away(demo: Demo, tmp_path: Path) -> None:
    studio = demo.stack.label_studio
    pages = [Path(shutil.copy(SAMPLES[0], tmp_path / f"{number}.png")) for number in range(6)]
    project_id = studio.create_project("away", LABELLING)
    studio.upload_images(project_id, pages)
    run = enqueue_project(project_id, settings=demo.stack.settings())
    deadline = time.monotonic() + 60
    while not run.progress().ocr:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    studio.stop()
    try:
        while not (waits := run.progress().waits):
            assert time.monotonic() < deadline + 60
            time.sleep(0.2)
        assert [outage.name for outage in waits] == ["Label Studio"]
        assert "Label Studio" in demo.cli("status", str(project_id), "--once").stdout
    finally:
        studio.start()
    # An interrupted upload waits for the HTTP limit (60 s), then looks for the prediction.
    end = run.wait(timeout_s=150)
    assert (end.done, end.failed) == (len(pages), 0), demo.stack.ledger().failed_list.pages(project_id)


def test_killed_workers_lose_no_page(demo: Demo, tmp_path: Path) -> None:
    """Given pages in hand, when the cpu and the gpu worker are killed and started again, then all pages are done."""
    studio, pages = demo.stack.label_studio, []
    for number in range(3):
        for sample in SAMPLES[:3]:
            pages.append(Path(shutil.copy(sample, tmp_path / f"{number}-{sample.name}")))
    project_id = studio.create_project("kills", LABELLING)
    studio.upload_images(project_id, pages)
    run = enqueue_project(project_id, settings=demo.stack.settings())
    for kind, state in (("cpu", "ocr"), ("gpu", "done")):
        deadline = time.monotonic() + 60
        while not getattr(run.progress(), state):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        demo.stack.workers[kind].signal(signal.SIGKILL)
    end = run.wait(timeout_s=180)
    assert (end.done, end.failed) == (len(pages), 0)
    assert [len(page["predictions"]) for page in studio.pages(project_id)] == [1] * len(pages)


def test_a_layoutlm_checkpoint_runs_through_the_same_queue(demo: Demo, small_layoutlm: Path) -> None:
    """Another tagger is another pipeline version; English pages, which is all that the small checkpoint knows.

    The last test of this file: it leaves the other tagger behind.
    """
    studio, pages = (
        demo.stack.label_studio,
        [path for path in SAMPLES if path.stem in ("en-invoice", "en-delivery-note")],
    )
    project_id = studio.create_project("layoutlm", LABELLING)
    studio.upload_images(project_id, pages)
    demo.stack.workers.stop("gpu")
    demo.stack.start_workers(["gpu"], LAYOUTLM_MODEL=str(small_layoutlm))
    demo.stack.wait_ready()
    run = enqueue_project(project_id, settings=demo.stack.settings())
    assert run.wait(timeout_s=120).done == len(pages)
    for page in studio.pages(project_id):
        (prediction,) = page["predictions"]
        assert exact_version(prediction).startswith("prelabel-layoutlm-")
        assert {"labels", "textarea"} <= {item["type"] for item in prediction["result"]}
