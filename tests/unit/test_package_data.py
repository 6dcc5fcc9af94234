"""The package data of pyproject.toml: the wheel holds every file of the library that git holds."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_every_file_of_the_library() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    folder = ROOT / "prelabel"
    packed = {path for pattern in (*data["prelabel"], *data["*"]) for path in folder.glob(pattern) if path.is_file()}
    listed = subprocess.run(["git", "ls-files", "-z", "prelabel"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = {ROOT / name for name in listed.stdout.split("\0") if name and not name.endswith(".py")}
    assert files - packed == set()
    assert folder / "labelstudio" / "labelling.xml" in files
