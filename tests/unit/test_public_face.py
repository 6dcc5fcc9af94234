"""The public face: what `import prelabel` and `from tasks import ...` offer, lazily and with types."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import prelabel
import tasks

ROOT = Path(__file__).parents[2]
PROMISED = {"enqueue_project", "add_document", "read_results", "read", "Page"}


def test_the_names_are_sorted_and_all_there() -> None:
    assert prelabel.__all__ == sorted(prelabel.__all__)
    assert {*prelabel.__all__} >= PROMISED
    assert {*dir(prelabel)} >= {*prelabel.__all__}


@pytest.mark.parametrize("name", prelabel.__all__)
def test_a_public_name_is_the_one_of_its_module(name: str) -> None:
    found = getattr(prelabel, name)
    assert found.__module__ == prelabel._HOME_OF[name], "its home is the module that defines it"
    assert found.__doc__
    assert not isinstance(found, type(sys)), "a module of this name would shadow it"


def test_types_are_declared_for_the_same_names() -> None:
    tree = ast.parse((ROOT / "prelabel" / "__init__.py").read_text("utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    declared = {alias.name for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert declared == {*prelabel.__all__} == {*prelabel._HOME_OF}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'enqueue'"):
        _ = prelabel.enqueue


def test_importing_costs_nothing() -> None:
    code = "import sys, json; import prelabel; print(json.dumps(sorted(m for m in sys.modules if '.' not in m)))"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert not {"celery", "httpx", "numpy", "pydantic", "redis"} & set(json.loads(done.stdout))


def test_tasks_keeps_what_users_were_promised() -> None:
    for name in tasks.__all__:
        assert getattr(tasks, name) is getattr(prelabel, name)


def test_the_docstring_shows_the_first_five_minutes() -> None:
    """The examples stand in a file, too, which the type checker of `make lint` reads with all others."""
    blocks = [block for block in (prelabel.__doc__ or "").split("\n\n") if block.startswith("    ")]
    shown = "\n".join(textwrap.dedent(block) for block in blocks)
    code = (ROOT / "examples" / "first_five_minutes.py").read_text("utf-8")
    assert _statements(shown) == _statements(code)


def _statements(code: str) -> list[str]:
    """Return the statements of a program without its docstring and comments, from inside its functions."""
    found = list[str]()
    for node in ast.parse(code).body:
        body = node.body if isinstance(node, ast.FunctionDef) else [node]
        found += [ast.unparse(each) for each in body if not _is_text(each)]
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
