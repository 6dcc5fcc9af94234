"""The rooms of the library: the order of its packages, no circles of files, and how many modules stand side by side."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The order of the rooms of `prelabel/`. Each imports from those before it and from the hall; never from one after it.
ORDER = (
    *("images", "bucket", "pdf", "queues", "registry", "datasets", "labelstudio", "ledger", "workplace", "ocr", "kie"),
    *("project", "intake", "api", "results", "evaluation", "training", "cli"),
)
#: The nouns: modules of the hall that every room may import. They import only each other.
NOUNS = {"page", "geometry", "lines", "errors", "settings", "ocr_plan", "redaction"}
#: Not a room: files that ship as they are.
MODELS = "models"
MOST_IN_HALL = 10
MOST_SIDE_BY_SIDE = 20


@cache
def _modules() -> dict[str, Path]:
    """Return the files of library and generator by module name."""
    files = [path for top in ("prelabel", "synthetic") for path in sorted((ROOT / top).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def _imports(module: str) -> frozenset[str]:
    """Return the modules of library and generator that a module imports, inside functions too."""
    names = set[str]()
    for node in ast.walk(ast.parse(_modules()[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in _modules() else node.module or "" for name in inside}
    return frozenset(name for name in names if name in _modules())


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


LIBRARY = sorted(name for name in _modules() if name.startswith("prelabel."))


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {path.name for path in (ROOT / "prelabel").iterdir() if any(path.glob("*.py"))}
    hall = {path.stem for path in (ROOT / "prelabel").glob("*.py")} - {"__init__"}
    assert rooms | hall == {*ORDER, *NOUNS}


@pytest.mark.parametrize("module", LIBRARY)
def test_rooms_import_downwards_only(module: str) -> None:
    # Given the place of the module's room, the hall's nouns below all of them
    place = -1 if _room(module) in NOUNS else ORDER.index(_room(module)) if _room(module) != MODELS else 0
    # When its imports of other rooms are listed
    others = {name for name in _imports(module) if name.startswith("prelabel.") and _room(name) != _room(module)}
    # Then each stands before it
    allowed = {*NOUNS, MODELS, *ORDER[: max(place, 0)]} if place >= 0 else NOUNS
    assert {name for name in others if _room(name) not in allowed} == set()


def test_no_circle_of_files() -> None:
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


def test_few_modules_stand_side_by_side() -> None:
    counts = {
        str(folder.relative_to(ROOT)): len([p for p in folder.glob("*.py") if p.name != "__init__.py"])
        for folder in _folders()
    }
    assert {folder: count for folder, count in counts.items() if count > MOST_SIDE_BY_SIDE} == {}
    assert len(list((ROOT / "prelabel").glob("*.py"))) <= MOST_IN_HALL


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
    assert not {name.split(".")[0] for name in names} & {"celery", "kombu"} or _room(module) in {"queues", "api"}
