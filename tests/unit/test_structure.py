"""Tests of the library's packages: their order, no circular imports, and the number of modules in a folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The order of the packages of `prelabel/`. A package imports from earlier ones and from the nouns only.
ORDER = (
    *("network", "images", "bucket", "xml", "pdf", "queues", "registry", "datasets", "labelstudio", "ledger"),
    *("servers", "workplace", "outages", "ocr", "kie", "project", "intake", "startup", "api", "results"),
    *("corrections", "evaluation", "training", "cli"),
)
#: The nouns: modules of `prelabel/` itself, and the names and sources of settings, that every package may import. They
#: import only each other.
NOUNS = {"page", "geometry", "lines", "errors", "environment", "settings", "ocr_plan", "redaction", "retry"}
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


def _may_import(module: str) -> set[str]:
    """Return the packages that stand before the module's own, and the nouns."""
    package = _package(module)
    if package in NOUNS:
        return {*NOUNS}
    return {*NOUNS, MODELS, *ORDER[: ORDER.index(package) if package != MODELS else 0]}


def test_packages_import_earlier_ones_only() -> None:
    wrong = [
        f"{module} imports {name}"
        for module in LIBRARY
        for name in _imports(module)
        if name.startswith("prelabel.") and _package(name) not in {_package(module), *_may_import(module)}
    ]
    assert wrong == []


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


def _top_levels(module: str) -> set[str]:
    """Return the distributions and top-level packages that a module imports, inside functions too."""
    tree = ast.parse(_modules()[module].read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in names}


def test_the_library_never_imports_its_users() -> None:
    users = {"tasks", "workers", "services", "beat_schedule", "devstack", "scripts", "benchmarks", "tests"}
    assert {module: wrong for module in _modules() if (wrong := _top_levels(module) & users)} == {}


def test_celery_is_known_to_queues_and_api_alone() -> None:
    knowing = {_package(module) for module in LIBRARY if _top_levels(module) & {"celery", "kombu"}}
    assert knowing <= {"queues", "api"}
