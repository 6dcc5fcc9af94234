"""The distribution prelabel-synthetic: its packages, words and dependencies, and its absence from prelabel's wheel."""

from __future__ import annotations

import ast
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from scripts.dependencies import requirements

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "synthetic"
#: Package -> name of its distribution, where they differ.
DISTRIBUTIONS = {"PIL": "pillow"}


def _declared(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))


def _modules() -> list[Path]:
    return [path for path in FOLDER.rglob("*.py") if path.relative_to(FOLDER).parts[0] != "build"]


def test_it_has_all_packages_with_words_and_types() -> None:
    folders = {path.parent for path in _modules() if path.name == "__init__.py"}
    tool = _declared(FOLDER)["tool"]["setuptools"]

    assert sorted(tool["packages"]) == sorted(".".join(each.relative_to(ROOT).parts) for each in folders)
    assert tool["package-data"] == {"synthetic": ["py.typed"], "synthetic.words": ["*.toml"]}
    assert (FOLDER / "py.typed").exists()


def test_it_depends_on_what_it_imports() -> None:
    imported = {
        name.split(".")[0]
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = {DISTRIBUTIONS.get(name, name) for name in imported - sys.stdlib_module_names - {"synthetic"}}

    assert {Requirement(line).name for line in _declared(FOLDER)["project"]["dependencies"]} == foreign


def test_the_library_neither_holds_it_nor_asks_a_registry_for_it() -> None:
    patterns = _declared(ROOT)["tool"]["setuptools"]["packages"]["find"]["include"]
    asked = {Requirement(line).name for line in requirements(["dev"])}

    assert not [pattern for pattern in patterns if fnmatch("synthetic", pattern)]
    assert "prelabel-synthetic" not in asked
    assert "faker" in asked


def test_no_folder_has_more_than_twenty_modules() -> None:
    for folder in {path.parent for path in _modules()}:
        assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= 20


def test_every_word_file_says_what_it_holds_and_is_read() -> None:
    code = "\n".join(path.read_text("utf-8") for path in _modules())
    for file in sorted((FOLDER / "words").glob("*.toml")):
        assert file.read_text("utf-8").startswith("# ")
        assert f'"{file.stem}"' in code
