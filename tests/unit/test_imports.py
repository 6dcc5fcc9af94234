"""Tests of imports between the layers, and of packages that only some processes may load; see also `test_structure`."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = (
    "prelabel",
    "synthetic",
    "tasks",
    "workers",
    "services",
    "beat_schedule",
    "devstack",
    "scripts",
    "benchmarks",
    "tests",
)
#: The layers that each layer may import.
MAY_IMPORT = {
    "prelabel": {"prelabel", "synthetic"},
    "synthetic": {"prelabel", "synthetic"},
    "tasks": {"prelabel", "tasks"},
    "workers": {"prelabel", "tasks", "workers"},
    "services": {"prelabel", "services"},
    "beat_schedule": {"prelabel", "tasks"},
    "devstack": {"prelabel", "devstack"},
}
HEAVY = {
    "torch",
    "lightgbm",
    "matplotlib",
    "faker",
    "torchvision",
    "transformers",
    "easyocr",
    "tesserocr",
    "cv2",
    "scipy",
    "skimage",
    "pytesseract",
}

#: Modules that start often, or on machines without models and OCR, and the packages that they must not load.
LIGHT = {
    "prelabel": HEAVY,
    "prelabel.settings": HEAVY,
    "prelabel.ledger.ledger": HEAVY,
    "prelabel.api.runs": HEAVY,
    "prelabel.cli": HEAVY,
    "tasks": HEAVY,
    "tasks.app": HEAVY,
    "workers.io": HEAVY,
    "workers.commands.start": HEAVY | {"celery"},
    "workers.commands.up": HEAVY | {"celery"},
    "services.uploader": HEAVY,
    "beat_schedule": HEAVY | {"prelabel.ocr", "prelabel.kie"},
}


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _files(layer: str) -> list[Path]:
    single = ROOT / f"{layer}.py"
    return [single] if single.exists() else sorted((ROOT / layer).rglob("*.py"))


SHIPPED = [
    path
    for layer in ("prelabel", "synthetic", "tasks", "workers", "services", "beat_schedule")
    for path in _files(layer)
]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports_at_start(path: Path) -> set[str]:
    """Return all imports of a file; of the CLI only those outside of functions, as a command imports at its call."""
    tree = _parsed(path)
    names = set(_imports(tree))
    if _name(path).startswith("prelabel.cli"):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        names -= {name for function in functions for name in _imports(function)}
    return names


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_imports_run_one_way(layer: str) -> None:
    wrong = [
        f"{_name(path)} imports {name}"
        for path in _files(layer)
        for name in _imports_at_start(path)
        if (top := name.split(".")[0]) in OWN and top not in MAY_IMPORT[layer]
    ]
    assert wrong == []


#: Variables that Tesseract, torch and processes started by this one read from the environment only.
_ASSIGNED = {"OMP_THREAD_LIMIT", "TORCH_FORCE_WEIGHTS_ONLY_LOAD", "PRELABEL_ENV_FILE"}


def _environment_reads(tree: ast.AST) -> list[str]:
    """Return all uses of `os.environ` and `os.getenv`, except assignments to the variables in `_ASSIGNED`."""
    allowed = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in _ASSIGNED
    }
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "putenv"} and id(node) not in allowed
    ]


def test_only_settings_reads_the_environment() -> None:
    assert [_name(path) for path in SHIPPED if _environment_reads(_parsed(path))] == []  # settings: through pydantic


#: Parts of addresses and of JSON that belong to Label Studio.
_LABEL_STUDIO = re.compile(
    r"/api/|/data/(local-files|upload)|/projects/|\?tab=|"
    r"^(rectanglelabels|from_name|to_name|use_blob_urls|regex_filter|aws_access_key_id|total_predictions)$"
)


def test_only_labelstudio_knows_its_paths_and_json() -> None:
    found = [
        f"{_name(path)}: {text}"
        for path in SHIPPED
        if not _name(path).startswith("prelabel.labelstudio")
        for text in _words(_parsed(path))
        if _LABEL_STUDIO.search(text)
    ]
    assert found == []


def _words(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a file that are no sentences and no examples."""
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if text and " " not in text and "example.org" not in text:
            yield text


def test_nothing_is_pickled() -> None:
    picklers = {"pickle", "cPickle", "dill", "shelve"}
    tops = {_name(path): {name.split(".")[0] for name in _imports(_parsed(path))} for path in SHIPPED}
    assert {name: used for name, names in tops.items() if (used := names & picklers)} == {}


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_start_without_models(module: str) -> None:
    # Given a fresh process that imports the module and lists the loaded modules
    code = f"import sys, json; import {module}; print(json.dumps(sorted(sys.modules)))"
    env = os.environ | {"LABEL_STUDIO_URL": "http://localhost:1", "PYTHONPATH": str(ROOT)}
    # When it runs
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT / "tests")
    # Then none of the forbidden packages is among them
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) & LIGHT[module] == set()


def test_beat_names_tasks_by_strings() -> None:
    names = set(_imports(_parsed(ROOT / "beat_schedule.py")))
    own = {name for name in names if name.split(".")[0] in OWN}
    allowed = {"prelabel.settings", "prelabel.settings.get_settings", "tasks.app", "tasks.app.app"}
    allowed |= {"prelabel.startup.own_modules", "prelabel.startup.own_modules.require_own"}
    assert own <= allowed | {"prelabel.queues.routes", "prelabel.queues.routes.TaskName"}
