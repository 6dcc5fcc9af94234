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


def test_the_examples_of_the_docstring_are_typed(tmp_path: Path) -> None:
    # Given the two examples of the docstring as one program of a strict user
    blocks = [block for block in (prelabel.__doc__ or "").split("\n\n") if block.startswith("    ")]
    program = tmp_path / "first_five_minutes.py"
    program.write_text("\n".join(textwrap.dedent(block) for block in blocks), "utf-8")
    # When mypy looks at it
    options = ["--strict", "--no-error-summary", f"--cache-dir={tmp_path / 'cache'}", "--follow-imports=silent"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--config-file", ROOT / "pyproject.toml", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    # Then it has nothing to say
    assert (done.returncode, done.stdout) == (0, "")
