"""Every import against pyproject.toml: in the base, or in the extra that is for the module; see also `test_imports`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.dependencies import requirements

ROOT = Path(__file__).parents[2]
OWN = ("prelabel", "tasks", "workers", "services", "beat_schedule", "synthetic")
#: Name of an import -> name of its distribution, where they differ in more than letter case and dashes.
DISTRIBUTIONS = {"PIL": "pillow", "yaml": "pyyaml", "dotenv": "python-dotenv", "phonenumbers": "phonenumberslite"}

#: Modules that only run where an extra is installed, and that extra; the longest name counts.
EXTRAS_OF = {
    "prelabel.bucket.s3": "s3",
    "prelabel.evaluation": "evaluate",
    "prelabel.kie.tag.device": "layoutlm",
    "prelabel.kie.tag.layoutlm": "layoutlm",
    "prelabel.kie.tag.tokens": "layoutlm",
    "prelabel.kie.tag.torch_network": "layoutlm",
    "prelabel.kie.tag.torch_scorer": "layoutlm",
    "prelabel.models.recogniser": "easyocr",
    "prelabel.pdf.annotations": "pdf",
    "prelabel.pdf.form_fields": "pdf",
    "prelabel.pdf.sight": "pdf",
    "prelabel.pdf.text": "pdf",
    "prelabel.pdf.text_layer": "",
    "prelabel.pdf.text_layer_check": "pdf",
    "prelabel.pdf.xfa_fields": "pdf",
    "prelabel.training": "train",
    "prelabel.training.recogniser": "train,easyocr",
    "services.uploader": "services",
}
#: Declared, and imported by others only.
NOT_IMPORTED = {
    "packaging": "kombu's transport over Redis imports it",
    "tzdata": "kombu asks for UTC by name",
    "torchvision": "EasyOCR imports it",
    "flower": "a command of Celery's",
    "fastapi-offline": "the uploader serves its files",
    "cryptography": "Celery signs messages with it",
    "label-studio-sdk": "people's own scripts import it",
}
#: Named by whoever wanted this program; `all` brings them.
WANTED = {
    "celery",
    "redis",
    "kombu",
    "label-studio-sdk",
    "pytesseract",
    "easyocr",
    "transformers",
    "torch",
    "boto3",
} | {"flower"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {name for name in PROJECT["optional-dependencies"] if name not in {"dev", "docs"}}


@cache
def declared(extras: str = "") -> frozenset[str]:
    """Return the distributions that the base and these extras bring."""
    lines = requirements([name for name in extras.split(",") if name])
    return frozenset(canonicalize_name(Requirement(line).name) for line in lines)


@cache
def modules(tops: tuple[str, ...] = OWN) -> dict[str, Path]:
    paths = [path for top in tops for path in [*(ROOT / top).rglob("*.py"), ROOT / f"{top}.py"] if path.exists()]
    kept = [path for path in paths if "build" not in path.parts]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in kept}


@cache
def imports(module: str, at_start: bool) -> frozenset[str]:
    """Return the full names that a module imports when it starts, or in functions; never those only for types."""
    return frozenset(_found(ast.parse(modules()[module].read_text("utf-8")), in_function=not at_start))


def _found(tree: ast.AST, *, in_function: bool, here: bool = True) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.Import) and here is not in_function:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and here is not in_function:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from _found(node, in_function=in_function, here=here and not inside)


def distributions(names: frozenset[str]) -> set[str]:
    """Return the distributions of the foreign packages among these imports."""
    tops = {name.split(".")[0] for name in names} - sys.stdlib_module_names - set(OWN)
    return {canonicalize_name(DISTRIBUTIONS.get(top, top)) for top in tops}


def extras_of(module: str) -> str:
    """Return the extras, joined by commas, without which a module cannot be imported; empty for most."""
    fitting = [name for name in EXTRAS_OF if f"{module}.".startswith(f"{name}.")]
    return EXTRAS_OF[max(fitting, key=len)] if fitting else ""


LIBRARY = sorted(name for name in modules() if not name.startswith("synthetic"))


def test_what_a_module_imports_at_its_start_is_in_the_base_or_in_its_extra() -> None:
    wrong = [
        f"{module} imports {package}: declare it, or import it in the function that needs it"
        for module in LIBRARY
        for package in sorted(distributions(imports(module, True)) - declared(extras_of(module)))
    ]
    assert wrong == []


def test_modules_of_an_extra_are_imported_late_by_others() -> None:
    wrong = [
        f"{module} imports {name} at its start, which needs the extra {extras_of(name)}"
        for module in LIBRARY
        for name in sorted(imports(module, True) & modules().keys())
        if not declared(extras_of(name)) <= declared(extras_of(module))
    ]
    assert wrong == []


def test_what_functions_import_is_declared_somewhere() -> None:
    everything = declared(",".join(sorted(EXTRAS)))
    wrong = {module: distributions(imports(module, False)) - everything for module in LIBRARY}
    assert {module: names for module, names in wrong.items() if names} == {}


def test_the_table_of_modules_names_modules_that_need_their_extra() -> None:
    for name, extras in EXTRAS_OF.items():
        below = [module for module in LIBRARY if f"{module}.".startswith(f"{name}.")]
        assert below, f"no module {name}"
        assert {extra for extra in extras.split(",") if extra} <= EXTRAS


def _imported() -> set[str]:
    library = {module for module in LIBRARY if not module.startswith("prelabel.models.")}
    return {name for module in library for start in (True, False) for name in distributions(imports(module, start))}


@pytest.mark.parametrize("extra", ["", *sorted(EXTRAS - {"all", "read"})])
def test_nothing_is_declared_that_nobody_imports(extra: str) -> None:
    assert declared(extra) - _imported() - NOT_IMPORTED.keys() == set()


def test_the_generator_adds_only_what_it_declares() -> None:
    """Given prelabel-synthetic, which has a pyproject.toml of its own, then its imports are in it or in prelabel's."""
    own = tomllib.loads((ROOT / "synthetic" / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {canonicalize_name(Requirement(line).name) for line in own}
    generator = [module for module in modules() if module.startswith("synthetic")]
    assert {name for module in generator for name in distributions(imports(module, True))} <= names


def test_the_base_holds_no_model_server_or_sdk() -> None:
    light = {"torch", "transformers", "lightgbm", "label-studio-sdk", "boto3", "rapidfuzz", "fastapi", "tokenizers"}
    assert declared() & light == set()
    assert declared("read") & (light - {"lightgbm"}) == set()


def test_all_brings_every_package_that_was_asked_for() -> None:
    assert declared("all") >= WANTED
    assert declared("read") <= declared("all")


def test_nothing_that_ships_imports_the_sdk() -> None:
    users = {
        module
        for module in modules()
        for start in (True, False)
        if "label-studio-sdk" in distributions(imports(module, start))
    }
    assert users == set()


def test_the_table_of_extras_is_that_of_pyproject() -> None:
    page = (ROOT / "docs" / "reference" / "extras.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?) \|", page, re.MULTILINE)
    table = {name: {part.strip("`") for part in brought.split(", ")} for name, brought in rows}
    assert table == {name: {*_named(PROJECT["optional-dependencies"][name])} for name in EXTRAS}


def _named(lines: list[str]) -> Iterator[str]:
    """Yield the packages of an extra, and the extras that it stands for."""
    for line in lines:
        wanted = Requirement(line)
        yield from wanted.extras if wanted.name == "prelabel" else (wanted.name,)


def test_messages_and_docs_name_extras_that_exist() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in tracked.split("\0") if Path(name).suffix in {".py", ".md", ".sh"}]
    texts = {path: path.read_text("utf-8") for path in paths if path.exists() and path.name != "CHANGELOG.md"}
    named = {
        (str(path.relative_to(ROOT)), extra)
        for path, text in texts.items()
        for found in re.findall(r"(?:prelabel|-e \.)\[([a-z0-9,-]+)\]", text)
        for extra in found.split(",")
    }
    assert named
    assert {(path, extra) for path, extra in named if extra not in EXTRAS | {"dev"}} == set()
