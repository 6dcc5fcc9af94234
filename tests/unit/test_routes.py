"""Tests of routing: the queue of each task."""

from __future__ import annotations

from pathlib import Path

import pytest

from prelabel.queues.routes import QUEUE_OF, ocr_queue, route
from prelabel.settings import Settings, get_settings

PROJECTS = """
[project.7]
ocr = "tesseract then easyocr below 60"
[project.8]
ocr = "tesseract"
[project.9]
ocr = "no engine"
"""


@pytest.mark.parametrize("name", QUEUE_OF)
def test_every_task_has_its_queue(name: str) -> None:
    assert route(name, [6, 1, "token", "version"]) == {"queue": QUEUE_OF[name]}
    assert route("a.user's.own") is None


def test_pages_for_easyocr_go_to_its_worker_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "projects.toml").write_text(PROJECTS, "utf-8")
    settings = Settings(_env_file=None, ocr="easyocr", projects_file=str(tmp_path / "projects.toml"))
    own = settings.model_copy(update={"easyocr_worker": True})

    assert [ocr_queue(settings, project) for project in (6, 7, 8, 9)] == ["cpu"] * 4
    assert [ocr_queue(own, project) for project in (6, 7, 8, 9)] == ["ocr_gpu", "ocr_gpu", "cpu", "cpu"]


def test_the_router_asks_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCR", "easyocr")
    monkeypatch.setenv("EASYOCR_WORKER", "true")
    get_settings.cache_clear()
    queue = route("prelabel.ocr", [6, 1, "token", "version"])
    get_settings.cache_clear()

    assert queue == {"queue": "ocr_gpu"}
