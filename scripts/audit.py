"""`make audit`: known vulnerabilities of the locked versions, from OSV's database, in one request.

The exit code is 1 if there are any. If the database cannot be reached, the audit says so and its exit code is 0: a
machine without network must still be able to run its checks.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
DATABASE = "https://api.osv.dev"
#: Label Studio's own lock is left out: the demo and the tests run against Label Studio, but its versions are not ours.
LOCK = ROOT / "constraints.txt"
#: Identifiers that do not affect prelabel, each with the reason.
ACCEPTED: dict[str, str] = {}


def locked(text: str) -> list[tuple[str, str]]:
    """Return (name, version) for each line of a lock file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, version) for name, _, version in (line.partition("==") for line in lines)]


def vulnerabilities(database: str, packages: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return (name, version, identifier) of all vulnerabilities in the database that are not accepted.

    Raises httpx.HTTPError, or ValueError if the answer is not JSON.
    """
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    response = httpx.post(f"{database}/v1/querybatch", json={"queries": queries}, timeout=60)
    response.raise_for_status()
    answers: list[dict[str, Any]] = response.json()["results"]
    return [
        (name, version, str(found["id"]))
        for (name, version), answer in zip(packages, answers, strict=True)
        for found in answer.get("vulns", [])
        if found["id"] not in ACCEPTED
    ]


def main(database: str = DATABASE, lock: Path = LOCK) -> int:
    packages = locked(lock.read_text("utf-8"))
    try:
        found = vulnerabilities(database, packages)
    except (httpx.HTTPError, ValueError) as error:  # a proxy may answer with an HTML page
        print(f"audit: SKIPPED, {database} did not answer ({type(error).__name__}): {len(packages)} versions unchecked")
        return 0
    for name, version, identifier in found:
        print(f"audit: {name} {version}: https://osv.dev/vulnerability/{identifier}")
    print(f"audit: {len(packages)} versions, {len(found)} known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
