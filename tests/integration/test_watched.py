"""Watched and missing projects in a real Redis, and what a selection records about them."""

from __future__ import annotations

import itertools
import logging

import httpx
import pytest

from prelabel.errors import ProjectNotFound, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger import watched
from prelabel.ledger.ledger import Ledger
from prelabel.project.select import select_pages
from prelabel.settings import Settings
from prelabel.workplace import Workplace

_servers = itertools.count()


@pytest.fixture
def settings(redis_url: str) -> Settings:
    return Settings(_env_file=None, redis_url=redis_url, label_studio_url=f"http://watched-{next(_servers)}")


def test_watching_is_kept_and_belongs_to_one_server(settings: Settings) -> None:
    """Given two Label Studio servers, then each has its own watched projects, and repeated calls change nothing."""
    ledger = Ledger.from_settings(settings)
    assert [ledger.watched.add(6), ledger.watched.add(6), ledger.watched.add(7)] == [True, False, True]
    assert Ledger.from_settings(settings).watched.projects() == {6, 7}
    other = settings.model_copy(update={"label_studio_url": "http://another"})
    assert Ledger.from_settings(other).watched.projects() == set()
    assert [ledger.watched.remove(6), ledger.watched.remove(6)] == [True, False]
    assert ledger.watched.projects() == {7}


def test_a_missing_project_rests_and_is_asked_for_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a missing project, then it rests for a while only, and is forgotten when it is found or watched anew."""
    projects = Ledger.from_settings(settings).watched
    assert [projects.not_found(6), projects.not_found(6)] == [True, False]
    assert (projects.missing(), projects.resting()) == ({6}, {6})
    monkeypatch.setattr(watched, "_MISSING_REST_S", 0.0)
    assert (projects.missing(), projects.resting()) == ({6}, set())
    assert [projects.found(6), projects.found(6)] == [True, False]
    projects.not_found(6)
    projects.add(6)
    assert projects.missing() == set()


def test_a_selection_reports_a_missing_project_once(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Given a project that vanishes and comes back, then each change is logged once, and an outage is no change."""
    caplog.set_level(logging.INFO)
    answers = [404, 404, 502, 200, 200]

    def answer(request: httpx.Request) -> httpx.Response:
        status = answers.pop(0)
        return httpx.Response(status, json={"id": 6, "label_config": "<View/>", "status_code": status})

    client = LabelStudio(settings.label_studio_url, "0" * 40, transport=httpx.MockTransport(answer))
    with Workplace(settings, client=client) as workplace:
        for error in (ProjectNotFound, ProjectNotFound, ServiceUnavailable):
            with pytest.raises(error):
                _select(workplace)
            assert workplace.ledger.watched.missing() == {6}
        for _ in range(2):
            with pytest.raises(Exception, match="Image control"):
                _select(workplace)
        assert workplace.ledger.watched.missing() == set()
    assert [("no longer" in line, "again" in line) for line in caplog.messages if "Label Studio" in line] == [
        (True, False),
        (False, True),
    ]


def _select(workplace: Workplace) -> None:
    select_pages(workplace, 6, "cpu", lambda claim, stage, priority: None)
