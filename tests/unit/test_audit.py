"""`make audit` finds the vulnerabilities in the database, and reports plainly when there is no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.ports import free_port
from scripts import audit
from tests.support.sites import Answer, Site, site


@pytest.fixture
def database() -> Iterator[Site]:
    with site() as server:
        yield server


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "lock.txt").write_text("# Written by a script\nharmless==1.0\nleaky==2.3\n", "utf-8")
    return tmp_path / "lock.txt"


def add_vulnerabilities(database: Site, *identifiers: str) -> None:
    body = {"results": [{}, {"vulns": [{"id": identifier} for identifier in identifiers]}]}
    database.answers["/v1/querybatch"] = Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def test_known_vulnerabilities_are_reported(database: Site, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_vulnerabilities(database, "GHSA-1")
    assert audit.main(database.url, lock) == 1
    assert "leaky 2.3: https://osv.dev/vulnerability/GHSA-1" in capsys.readouterr().out
    sent = json.loads(database.bodies[0])["queries"]
    assert sent[0] == {"package": {"name": "harmless", "ecosystem": "PyPI"}, "version": "1.0"}
    add_vulnerabilities(database)
    assert audit.main(database.url, lock) == 0


def test_accepted_vulnerabilities_are_not_reported(database: Site, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_vulnerabilities(database, "GHSA-1")
    monkeypatch.setitem(audit.ACCEPTED, "GHSA-1", "a reason")
    assert audit.main(database.url, lock) == 0


def test_without_a_database_the_audit_is_skipped_visibly(
    database: Site, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for url in (f"http://127.0.0.1:{free_port()}", database.url):
        assert audit.main(url, lock) == 0
        assert "audit: SKIPPED" in capsys.readouterr().out


def test_the_lock_is_read_whole() -> None:
    packages = audit.locked(audit.LOCK.read_text("utf-8"))
    assert len(packages) > 100
    assert ("httpx" in dict(packages), all(version for _, version in packages)) == (True, True)
