"""Tests of the pipeline version: equal for equal configurations, different for all that can change a prediction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prelabel.ledger.workers import READ_ONLY, Announcement
from prelabel.project.version import is_read_by, is_tagged_by, pipeline_version
from prelabel.settings import ProjectSettings, Settings

TAGGER = Announcement("compact", "0f3a", ("QUESTION", "OTHER"))
ENGINES = {"easyocr": "1.7.2+aa", "tesseract": "5.5.4"}


def project(**values: Any) -> ProjectSettings:
    return Settings(_env_file=None, **values).for_project(0)


def version(own: ProjectSettings | None = None, tagger: Announcement = TAGGER, engines: Any = ENGINES) -> str:
    return pipeline_version(own or project(), tagger, engines)


def test_the_same_configuration_has_one_version() -> None:
    assert version() == version(engines=dict(reversed(ENGINES.items())))
    assert version().startswith("prelabel-compact-")
    assert len(version()) == len("prelabel-compact-1f09c3a7-b2e4d610")


@pytest.mark.parametrize(
    "engines", [{"tesseract": "5.5.4"}, ENGINES | {"tesseract": "5.3.0"}, ENGINES | {"rapidocr": "3"}]
)
def test_other_engines_are_another_version_to_ocr_workers(engines: dict[str, str]) -> None:
    made = version()
    assert is_read_by(made, project(), ENGINES)
    assert not is_read_by(made, project(), engines)
    assert version(engines=engines) != made
    assert is_tagged_by(version(engines=engines), project(), TAGGER), "gpu workers do not know engines"


@pytest.mark.parametrize(
    "tagger",
    [
        Announcement("compact", "0f3b", TAGGER.labels),
        Announcement("layoutlm", "0f3a", ()),
        Announcement("compact", "0f3a", TAGGER.labels, "alignment 1"),
    ],
)
def test_another_tagger_or_linker_is_another_version_to_gpu_workers(tagger: Announcement) -> None:
    made = version()
    assert is_tagged_by(made, project(), TAGGER)
    assert not is_tagged_by(made, project(), tagger)
    assert version(tagger=tagger) != made
    assert is_read_by(version(tagger=tagger), project(), ENGINES), "OCR workers do not know taggers"


@pytest.mark.parametrize(
    "other",
    [
        {"ocr": "easyocr"},
        {"languages": "kor"},
        {"link_threshold": 0.5},
        {"draw_other": True},
        {"draw_table_links": True},
    ],
)
def test_other_settings_of_the_project_are_another_version_to_both(other: dict[str, Any]) -> None:
    made = version()
    assert not is_read_by(made, project(**other), ENGINES)
    assert not is_tagged_by(made, project(**other), TAGGER)


def test_the_place_of_a_projects_own_models_is_no_part_of_its_version(tmp_path: Path) -> None:
    own = [
        project().model_copy(update={"ser": str(tmp_path / name), "linker": str(tmp_path / name)})
        for name in ("a", "b")
    ]
    assert version(own[0]) == version(own[1]) != version()
    assert version(project(linker="alignment")) == version(), "the announcement names the linker"
    assert version(tagger=READ_ONLY).startswith("prelabel-ocr-")


def test_settings_that_change_no_prediction_change_no_version() -> None:
    assert version(project(cpu_processes=3, heartbeat=1.0)) == version()


def test_versions_of_others_fit_no_worker() -> None:
    for foreign in ("", "v1", "prelabel-compact", "prelabel-compact-12345678"):
        assert not is_read_by(foreign, project(), ENGINES)
        assert not is_tagged_by(foreign, project(), TAGGER)
