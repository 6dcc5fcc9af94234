"""The ledger's Lua scripts: their headers tell the truth about their arguments, and their callers keep to them.

A header reads `-- ARGV: a, b, then rest` (or `ARGV: none`): `a` and `b` are single arguments, `rest` is any number.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prelabel.ledger.leases import MAX_CRASHES
from prelabel.ledger.scripts import sources

LEDGER = Path(__file__).parents[3] / "prelabel" / "ledger"
SCRIPTS = sorted(sources(MAX_CRASHES))


@dataclass(frozen=True)
class Header:
    names: list[str]
    open_ended: bool


def header(script: str) -> Header:
    text = (LEDGER / "lua" / f"{script}.lua").read_text("utf-8")
    comment = "".join(line for line in text.splitlines(keepends=True) if line.startswith("--"))
    found = re.search(r"ARGV: (.*)", comment)
    assert found, f"{script} does not name its arguments"
    fixed, _, rest = found[1].partition("then ")
    names = [name for name in re.split(r",\s*", fixed.strip().rstrip(",")) if name and name != "none"]
    assert all(re.fullmatch(r"\w+", name) for name in names), f"{script}: {names}"
    return Header(names, bool(rest))


def calls() -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield every call of a script in the library: its name and its arguments."""
    for file in sorted(LEDGER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if not isinstance(node, ast.Call) or called not in ("run", "run_each"):
                continue
            name, *args = node.args
            assert isinstance(name, ast.Constant), f"{file.name}:{node.lineno}: a script is called by a variable"
            yield str(name.value), _each(args) if called == "run_each" else args


def _each(args: list[ast.expr]) -> list[ast.expr]:
    """Return the arguments of each of many calls, which are written as a list of tuples."""
    [calls] = args
    assert isinstance(calls, ast.ListComp)
    assert isinstance(calls.elt, ast.Tuple)
    return calls.elt.elts


CALLS = list(calls())


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_uses_the_arguments_of_its_header(script: str) -> None:
    text = (LEDGER / "lua" / f"{script}.lua").read_text("utf-8")
    used = {int(place) for place in re.findall(r"ARGV\[(\d+)\]", text)}
    given = header(script)
    assert set(range(1, len(given.names) + 1)) >= {place for place in used if place <= len(given.names)}
    beyond = {place for place in used if place > len(given.names)}
    assert given.open_ended or not beyond
    loops = re.search(r"#ARGV|while ARGV\[given\]|given = (\d+)", text) is not None
    assert given.open_ended == (loops or bool(beyond)), "what follows the single arguments is read, and only then"
    unread = set(range(1, len(given.names) + 1)) - used
    assert not unread, "an argument that nothing reads"


@pytest.mark.parametrize(("script", "args"), CALLS, ids=[name for name, _ in CALLS])
def test_a_caller_gives_the_arguments_of_the_header(script: str, args: list[ast.expr]) -> None:
    given = header(script)
    single = [arg for arg in args if not isinstance(arg, ast.Starred)]
    assert len(single) == len(given.names), [ast.unparse(arg) for arg in args]
    assert all(not isinstance(arg, ast.Starred) for arg in args[: len(single)]), "single arguments come first"
    assert len(args) == len(single) or given.open_ended


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_called(script: str) -> None:
    assert script in {name for name, _ in CALLS}


def test_every_call_finds_its_script() -> None:
    assert {name for name, _ in CALLS} <= set(SCRIPTS)
