"""Bad files fail their own page only, with a line that says why, and take less than 1 GB. Real Tesseract."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prelabel.errors import FAILURES, DocumentError, PageError

ROOT = Path(__file__).parents[2]
MOST_MB = 1000


def read_all(*options: str) -> list[dict[str, Any]]:
    """Read all files in one process, one after the other, as an OCR worker does."""
    command = [sys.executable, "-m", "tests.support.bad_files", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    last = rows[-1]["name"] if rows else "none"
    assert done.returncode == 0, f"the process died after {last}: {done.stderr[-1000:]}"
    return rows


def check(rows: list[dict[str, Any]]) -> None:
    known = {code for code, error in FAILURES.items() if issubclass(error, (PageError, DocumentError))}
    assert [row for row in rows if row["outcome"] not in known | {"read"}] == []
    assert [row for row in rows if not 5 < len(row["message"]) < 300 or "\\n" in row["message"]] == []
    assert [row for row in rows if row["peak_mb"] > MOST_MB] == []


def test_a_third_of_the_bad_files() -> None:
    rows = read_all("--third")
    assert len({row["name"] for row in rows}) >= 66
    check(rows)
    assert len({row["outcome"] for row in rows}) >= 3


@pytest.mark.slow
def test_two_hundred_bad_files() -> None:
    rows = read_all()
    assert len({row["name"] for row in rows}) >= 200
    check(rows)
    assert len({row["outcome"] for row in rows}) >= 3


@pytest.mark.slow
def test_the_most_expensive_files_within_the_limits() -> None:
    rows = read_all("--heavy")
    check(rows)
    assert {row["outcome"] for row in rows} == {"read"}
