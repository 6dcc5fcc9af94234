"""Tests of pipeline versions between selections and workers: announcements, and pages handed back. On a real Redis."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Ignore

from prelabel.cli.doctor.workers import check_workers
from prelabel.errors import ChainOver, LabellingConfigError, ServiceUnavailable, SettingError
from prelabel.kie.link.alignment import AlignmentRule
from prelabel.labelstudio.projects import Project
from prelabel.ledger.pages import Claim
from prelabel.ledger.workers import READ_ONLY, Announcement, WorkerInfo
from prelabel.ocr.versions import engine_versions
from prelabel.ocr_plan import OcrPlan
from prelabel.page import Page, PageRef
from prelabel.project.models import Models
from prelabel.project.select import current_version, project_tagger
from prelabel.project.version import pipeline_version
from prelabel.settings import Settings, get_settings
from tasks import extract, ocr, process
from tasks.extract import ExtractTask
from tasks.ocr import OcrTask
from tasks.page_task import PageTask
from tasks.process import WorkerProcess, this_process
from tasks.runner import run
from tests.support.labelling_configs import RECTANGLE_LABELS_XML, RECTANGLES_XML
from tests.support.planted_models import AnswerTagger
from workers.start import own_engines

_servers = itertools.count()
TAGGER = Announcement("compact", "0f3a", ("QUESTION", "OTHER"))
OWN = Announcement("compact", "0f3c", ("INVOICE_NUMBER", "OTHER"), "alignment 1")
ANSWERS = Announcement("compact", "0f3a", ("QUESTION", "ANSWER", "HEADER", "OTHER"))
OCR_XML = RECTANGLES_XML.replace("QUESTION", "Text").replace("ANSWER", "Handwriting").replace("HEADER", "Word")
OCR_XML = OCR_XML.replace('<Label value="OTHER" background="gray"/>', "")
OWN_LABELS_XML = RECTANGLES_XML.replace("QUESTION", "INVOICE_NUMBER").replace("ANSWER", "TOTAL")


@pytest.fixture
def here(redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WorkerProcess]:
    projects = tmp_path / "projects.toml"
    projects.write_text(
        '[project.7]\nocr = "tesseract then rapidocr below 60"\nlanguages = "eng"\n'
        '[project.8]\nser = "runs/invoices"\nlinker = "alignment"\n[project.9]\nser = "none"\n'
    )
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("LABEL_STUDIO_URL", f"http://versions-test-{next(_servers)}")
    monkeypatch.setenv("PROJECTS_FILE", str(projects))
    monkeypatch.setenv("PRELABEL_OCR", "tesseract")
    get_settings.cache_clear()
    process._process.cache_clear()
    yield this_process()
    get_settings.cache_clear()
    process._process.cache_clear()


def announce(here: WorkerProcess, kind: str, since: float, own: Any = None, **engines: str) -> None:
    info = WorkerInfo(f"{kind}-{since}", kind, since, TAGGER if kind == "gpu" else None, engines, own or {})
    here.ledger.workers.sign_in(info, every_s=60 if own else 0.01)


def wanted(here: WorkerProcess, project_id: int = 6, kind: str = "cpu", xml: str = RECTANGLES_XML) -> str:
    own = here.settings.for_project(project_id)
    tagger, _ = project_tagger(here, Project(project_id, "p", xml, "", 0), own)
    return current_version(here.ledger.workers, own, kind, tagger)


def test_a_selection_waits_for_a_tagger_and_for_the_plans_engines(here: WorkerProcess) -> None:
    with pytest.raises(ServiceUnavailable, match=r"no gpu worker has announced its tagger yet.*workers\.gpu"):
        wanted(here)
    announce(here, "gpu", 1.0)
    with pytest.raises(ServiceUnavailable, match=r"no cpu worker has announced tesseract .* yet.*workers\.cpu"):
        wanted(here)
    announce(here, "cpu", 1.0, tesseract="5.5.4")
    assert wanted(here) == pipeline_version(here.settings.for_project(6), TAGGER, {"tesseract": "5.5.4"})
    with pytest.raises(
        ServiceUnavailable,
        match=r"no cpu worker has announced rapidocr and tesseract "
        r"\(PRELABEL_OCR=tess",
    ):
        wanted(here, 7)


def test_pages_wait_for_the_models_that_their_project_chooses(here: WorkerProcess) -> None:
    announce(here, "cpu", 1.0, tesseract="5.5.4")
    announce(here, "gpu", 1.0)
    missing = r"no living gpu worker has ser=runs/invoices linker=alignment, so pages wait"
    with pytest.raises(ServiceUnavailable, match=missing):
        wanted(here, 8, xml=OWN_LABELS_XML)
    with pytest.raises(ServiceUnavailable, match=missing):
        wanted(here, 8, xml=OCR_XML.replace("Word", "INVOICE_NUMBER"))
    name = here.settings.models_name(8)
    announce(here, "gpu", 2.0, {"another": OWN})
    assert any(line.startswith("project 8: no living gpu") for line in here.ledger.workers.problems(here.settings))

    announce(here, "gpu", 3.0, {name: OWN})

    made = wanted(here, 8, xml=OWN_LABELS_XML)
    assert made == pipeline_version(here.settings.for_project(8), OWN, {"tesseract": "5.5.4"})
    assert not any("project 8" in line for line in here.ledger.workers.problems(here.settings))
    announce(here, "gpu", 2.5, {name: replace(OWN, digest="aaaa")})
    assert wanted(here, 8, xml=OWN_LABELS_XML) == made, "the newest worker's models count"
    told = [check.detail for check in check_workers(here.ledger, here.settings)]
    assert any(f"different models for {name} (0f3c, aaaa)" in detail for detail in told)
    assert wanted(here) == pipeline_version(here.settings.for_project(6), TAGGER, {"tesseract": "5.5.4"})
    with pytest.raises(LabellingConfigError, match="none of the labels"):
        wanted(here, 8, xml=RECTANGLE_LABELS_XML.replace("Question", "A").replace("Answer", "INVOICE"))


def test_pages_that_are_only_read_need_no_tagger(here: WorkerProcess) -> None:
    announce(here, "cpu", 1.0, tesseract="5.5.4")
    own = here.settings.for_project

    assert wanted(here, 6, xml=OCR_XML) == pipeline_version(own(6), READ_ONLY, {"tesseract": "5.5.4"})
    for xml in (RECTANGLES_XML, RECTANGLE_LABELS_XML):
        assert wanted(here, 9, xml=xml) == pipeline_version(own(9), READ_ONLY, {"tesseract": "5.5.4"})


def test_answers_are_offered_where_all_labels_are_a_projects_own(here: WorkerProcess) -> None:
    announce(here, "cpu", 1.0, tesseract="5.5.4")
    here.ledger.workers.sign_in(WorkerInfo("g", "gpu", 1.0, ANSWERS), every_s=60)
    xml = OWN_LABELS_XML.replace("HEADER", "DATE")

    assert wanted(here, xml=xml) == pipeline_version(here.settings.for_project(6), ANSWERS, {"tesseract": "5.5.4"})


def test_an_unknown_engine_in_the_plan_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCR", "abbyy")
    with pytest.raises(SettingError, match="OCR=abbyy"):
        Settings(_env_file=None)


def test_the_newest_worker_that_has_all_engines_names_their_versions(here: WorkerProcess) -> None:
    workers = here.ledger.workers
    announce(here, "cpu", 1.0, tesseract="5.3.0", rapidocr="3.10")
    announce(here, "cpu", 2.0, tesseract="5.5.4")
    announce(here, "ocr_gpu", 3.0, tesseract="5.4.0", easyocr="1.7.2")
    assert workers.newest_engines("cpu", ["tesseract"]) == {"tesseract": "5.5.4"}
    assert workers.newest_engines("cpu", ["rapidocr", "tesseract"]) == {"rapidocr": "3.10", "tesseract": "5.3.0"}
    assert workers.newest_engines("cpu", ["easyocr"]) is None
    assert workers.newest_engines("ocr_gpu", ["tesseract"]) == {"tesseract": "5.4.0"}


def test_an_older_worker_with_the_same_announcement_does_not_change_its_age(here: WorkerProcess) -> None:
    announce(here, "cpu", 3.0, tesseract="5.5.4")
    announce(here, "cpu", 2.0, tesseract="5.3.0")
    announce(here, "cpu", 1.0, tesseract="5.5.4")
    assert here.ledger.workers.newest_engines("cpu", ["tesseract"]) == {"tesseract": "5.5.4"}


def test_a_worker_announces_the_engines_of_every_project_that_it_reads(here: WorkerProcess) -> None:
    assert set(own_engines(here.settings, "cpu")) == {"tesseract", "rapidocr"}
    assert own_engines(here.settings, "ocr_gpu") == {}
    apart = here.settings.model_copy(update={"ocr": OcrPlan.parse("easyocr"), "easyocr_worker": True})
    assert set(own_engines(apart, "cpu")) == {"tesseract", "rapidocr"}
    assert set(own_engines(apart, "ocr_gpu")) == {"tesseract", "easyocr"}


def test_an_engine_that_is_missing_here_is_not_announced(here: WorkerProcess, caplog: pytest.LogCaptureFixture) -> None:
    lacking = here.settings.model_copy(update={"rapidocr_recogniser": "/no/such.onnx"})
    assert set(own_engines(lacking, "cpu")) == {"tesseract"}
    assert "this worker will not read project 7: /no/such.onnx cannot be read" in caplog.text


def claimed(here: WorkerProcess, version: str, project_id: int = 6) -> Claim:
    found = here.ledger.pages.claim(PageRef(project_id, 1, "/a.png"), version, lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    return found[0]


def stage(name: str) -> PageTask:
    """Return the Celery task of a stage."""
    return OcrTask() if name == "ocr" else ExtractTask()


def test_an_ocr_worker_works_on_pages_of_its_own_version(here: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(here, "gpu", 1.0)
    announce(here, "cpu", 1.0, **own_engines(here.settings, "cpu"))
    monkeypatch.setattr(ocr, "_read", lambda here, claim, ref, away: Page(1, 1, 1, 1))
    for project_id in (6, 7):
        claim = claimed(here, wanted(here, project_id), project_id)
        run(stage("ocr"), claim, ocr._work)
        assert here.ledger.pages.load(claim) is not None


@pytest.mark.parametrize(
    "engines", [{"tesseract": "5.0.0", "rapidocr": "3.10"}, {"tesseract": "5.5.4", "rapidocr": "3.0"}]
)
def test_an_ocr_worker_with_other_engines_hands_the_page_back(here: WorkerProcess, engines: dict[str, str]) -> None:
    announce(here, "gpu", 1.0)
    announce(here, "cpu", 1.0, **engines)
    claim = claimed(here, wanted(here, 7), 7)
    with pytest.raises(Ignore):
        run(stage("ocr"), claim, ocr._work)
    assert here.ledger.pages.free(7).lost == [PageRef(7, 1, "/a.png")]
    assert list(here.ledger.failed_list.pages(7)) == []
    begun = here.ledger.leases.begin(claim, "ocr", "w2")
    assert not isinstance(begun, str)
    assert begun.attempts == 0, "no try is counted"


def test_a_worker_that_lacks_an_engine_hands_the_page_back(here: WorkerProcess) -> None:
    version = pipeline_version(
        here.settings.for_project(7), TAGGER, engine_versions(here.settings, here.settings.for_project(7))
    )
    claim = claimed(here, version, 7)
    here.ocr_settings = here.settings.model_copy(update={"rapidocr_recogniser": "/no/such.onnx"})
    with pytest.raises(Ignore):
        run(stage("ocr"), claim, ocr._work)
    assert here.ledger.pages.free(7).lost == [PageRef(7, 1, "/a.png")]


class Forward:
    """A stand-in for the gpu worker's forward pass."""

    def __init__(self, announcement: Announcement | None, *loaded: Announcement) -> None:
        self.announcement, self._loaded = announcement, loaded
        self.pages = 0

    def announced(self, _: int) -> Announcement | None:
        return self.announcement

    def loaded(self) -> Sequence[Announcement]:
        return self._loaded

    def models(self, *_: object) -> Models:
        return Models(AnswerTagger(), AlignmentRule())

    def page_in_hand(self, *_: object, **__: object) -> AbstractContextManager[None]:
        return nullcontext()

    def submit(self, *_: object, **__: object) -> Future[Any]:
        self.pages += 1
        raise ChainOver("stale", "far enough")


@pytest.mark.parametrize(("digest", "loaded", "pages"), [("0f3a", (), 1), ("ffff", (), 0), ("ffff", (OWN, TAGGER), 1)])
def test_a_gpu_worker_with_another_tagger_hands_the_page_back_unless_the_one_of_before_is_loaded(
    here: WorkerProcess, digest: str, loaded: tuple[Announcement, ...], pages: int
) -> None:
    forward = Forward(Announcement("compact", digest, TAGGER.labels), *loaded)
    here.forward = forward  # type: ignore[assignment]
    claim = claimed(here, pipeline_version(here.settings.for_project(6), TAGGER, {"tesseract": "whichever"}))
    here.ledger.leases.begin(claim, "ocr", "w1")
    here.ledger.pages.advance(claim, "extract", Page(1, 1, 1, 1), lease_s=60, ttl_s=60, seconds={})
    with pytest.raises(Ignore):
        run(stage("extract"), claim, extract._work)
    assert forward.pages == pages
    assert list(here.ledger.failed_list.pages(6)) == []
    assert here.ledger.pages.free(6).lost == [PageRef(6, 1, "/a.png")]


def test_a_page_that_is_only_read_passes_through_extract(here: WorkerProcess) -> None:
    forward = Forward(None)
    here.forward = forward  # type: ignore[assignment]
    claim = claimed(here, pipeline_version(here.settings.for_project(9), READ_ONLY, {"tesseract": "whichever"}), 9)
    here.ledger.leases.begin(claim, "ocr", "w1")
    here.ledger.pages.advance(claim, "extract", Page(1, 1, 1, 1), lease_s=60, ttl_s=60, seconds={})

    run(stage("extract"), claim, extract._work)

    assert here.ledger.pages.load(claim) == Page(1, 1, 1, 1)
    assert forward.pages == 0


def test_a_gpu_worker_without_the_projects_models_hands_the_page_back(here: WorkerProcess) -> None:
    here.forward = Forward(None)  # type: ignore[assignment]
    claim = claimed(here, pipeline_version(here.settings.for_project(8), OWN, {"tesseract": "whichever"}), 8)
    here.ledger.leases.begin(claim, "ocr", "w1")
    here.ledger.pages.advance(claim, "extract", Page(1, 1, 1, 1), lease_s=60, ttl_s=60, seconds={})

    with pytest.raises(Ignore):
        run(stage("extract"), claim, extract._work)

    assert here.ledger.pages.free(8).lost == [PageRef(8, 1, "/a.png")]
