"""`make audit` finds the vulnerabilities in the database, and reports plainly when there is no database."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.ports import free_port
from scripts import lock
from tests.support.sites import Answer, Site, site

ROOT = Path(__file__).parents[2]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def database() -> Iterator[Site]:
    with site() as server:
        server.answers["/v1/query"] = Answer(200, b"{}", JSON)
        yield server


def audit(url: str, *arguments: str) -> tuple[int, str]:
    command = [str(ROOT / "scripts" / "audit.sh"), "--osv-url", f"{url}/v1/query", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_every_locked_version_is_asked_for(database: Site) -> None:
    code, output = audit(database.url)
    assert code == 0, output
    assert "no known vulnerability" in output
    asked = {(query["package"]["name"], query["version"]) for query in map(json.loads, database.bodies)}
    for name, versions in lock.pins((lock.LOCKS / "demo.txt").read_text("utf-8")).items():
        assert {(name, version) for version, marker in versions if not marker} <= asked


def test_known_vulnerabilities_end_the_audit_unless_they_are_accepted(database: Site) -> None:
    # Given a database that knows a vulnerability of one package
    version = lock.pins((lock.LOCKS / "demo.txt").read_text("utf-8"))["rich"][0][0]
    affected = {"package": {"name": "rich", "ecosystem": "PyPI"}, "versions": [version]}
    body = {"vulns": [{"id": "GHSA-1", "summary": "a hole", "affected": [affected]}]}
    database.answers["/v1/query"] = Answer(200, json.dumps(body).encode(), JSON)
    # Then the audit names it and fails
    code, output = audit(database.url)
    assert code == 1, output
    assert "GHSA-1" in output
    # And passes when it is accepted
    assert audit(database.url, "--ignore-vuln", "GHSA-1")[0] == 0


def test_without_a_database_the_audit_is_skipped_visibly(database: Site) -> None:
    database.answers["/v1/query"] = Answer(200, b"<html>a proxy's page</html>", {"Content-Type": "text/html"})
    for url in (f"http://127.0.0.1:{free_port()}", database.url):
        code, output = audit(url)
        assert code == 0, output
        assert output.startswith("audit: SKIPPED")
        assert output.count("\n") == 1, "one line"
