"""Tests of the library's packages: their order, no circular imports, and the number of modules in a folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The order of the packages of `prelabel/`. A package imports from earlier ones and from the nouns only.
ORDER = (
    *("images", "bucket", "pdf", "queues", "registry", "datasets", "labelstudio", "ledger", "workplace", "ocr", "kie"),
    *("project", "intake", "api", "results", "evaluation", "training", "cli"),
)
#: The nouns: modules of `prelabel/` itself that every package may import. They import only each other.
NOUNS = {"page", "geometry", "lines", "errors", "settings", "ocr_plan", "redaction", "retry"}
#: Not a package: the files of the shipped models.
MODELS = "models"
MOST_AT_TOP = 10
MOST_SIDE_BY_SIDE = 20


@cache
def _modules() -> dict[str, Path]:
    """Return the files of library and generator by module name."""
    files = [path for top in ("prelabel", "synthetic") for path in sorted((ROOT / top).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def _imports(module: str) -> frozenset[str]:
    """Return the modules of library and generator that a module imports, also inside functions."""
    names = set[str]()
    for node in ast.walk(ast.parse(_modules()[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in _modules() else node.module or "" for name in inside}
    return frozenset(name for name in names if name in _modules())


def _package(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


LIBRARY = sorted(name for name in _modules() if name.startswith("prelabel."))


def test_every_package_has_its_place_in_the_order() -> None:
    packages = {path.name for path in (ROOT / "prelabel").iterdir() if any(path.glob("*.py"))}
    modules = {path.stem for path in (ROOT / "prelabel").glob("*.py")} - {"__init__"}
    assert packages | modules == {*ORDER, *NOUNS}


@pytest.mark.parametrize("module", LIBRARY)
def test_packages_import_earlier_ones_only(module: str) -> None:
    # Given the place of the module's package in the order, the nouns before all packages
    place = -1 if _package(module) in NOUNS else ORDER.index(_package(module)) if _package(module) != MODELS else 0
    # When its imports of other packages are listed
    others = {name for name in _imports(module) if name.startswith("prelabel.") and _package(name) != _package(module)}
    # Then each of them comes before it
    allowed = {*NOUNS, MODELS, *ORDER[: max(place, 0)]} if place >= 0 else NOUNS
    assert {name for name in others if _package(name) not in allowed} == set()


def test_no_circular_imports() -> None:
    done, path = set[str](), list[str]()

    def visit(module: str) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module not in done:
            path.append(module)
            for imported in sorted(_imports(module) - {module}):
                visit(imported)
            path.pop()
            done.add(module)

    for module in _modules():
        visit(module)


def _folders() -> Iterator[Path]:
    for top in ("prelabel", "synthetic", "tasks", "workers", "services"):
        yield from (folder for folder in [ROOT / top, *(ROOT / top).rglob("*")] if folder.is_dir())


def test_no_folder_has_too_many_modules() -> None:
    counts = {
        str(folder.relative_to(ROOT)): len([p for p in folder.glob("*.py") if p.name != "__init__.py"])
        for folder in _folders()
    }
    assert {folder: count for folder, count in counts.items() if count > MOST_SIDE_BY_SIDE} == {}
    assert len(list((ROOT / "prelabel").glob("*.py"))) <= MOST_AT_TOP


@pytest.mark.parametrize("module", sorted(_modules()))
def test_the_library_never_imports_its_users(module: str) -> None:
    tree = ast.parse(_modules()[module].read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.split(".")[0] for name in names}
    assert (
        tops & {"tasks", "workers", "services", "beat_schedule", "devstack", "scripts", "benchmarks", "tests"} == set()
    )


@pytest.mark.parametrize("module", LIBRARY)
def test_celery_is_known_to_queues_and_api_alone(module: str) -> None:
    tree = ast.parse(_modules()[module].read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name.split(".")[0] for name in names} & {"celery", "kombu"} or _package(module) in {"queues", "api"}
