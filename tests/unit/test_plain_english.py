"""The mechanical part of plain English: how docstrings begin, and words that stand for a person or for two things."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("prelabel", "synthetic", "tasks", "workers", "services", "beat_schedule.py")
TOOLS = ("devstack", "scripts", "benchmarks", "tests")
SUPPORT = ("devstack", "scripts", "benchmarks", "tests/support")

QUESTION = re.compile(r"(What|Who|Whoever|Whose|How|Which|Where|Why|Whether)\b")
#: A function's docstring begins with a verb in the imperative; none of these is one.
NO_VERB = re.compile(
    r"(The|A|An|What|Who|Whoever|Whose|How|Which|Where|Why|Whether|Is|Are|Does|Do|Has|Have|Can|Was|True|False|None|It|"
    r"Its|This|That|These|Those|One|All|No|If|When|As|Every|Each|From|To|In|By|For|With|Of|Up|Same|Such|Everything|"
    r"Nothing|At|Between|Around|Called|Our|Their|Some|Any|Only|Once|Not|On|Pages|Words|Lines)\b"
)
#: No page and no process is a person, and no error is a judgement.
PERSONS = re.compile(r"\b(convict\w*|guilty|innocent|whoever)\b", re.IGNORECASE)


def _files(tops: tuple[str, ...]) -> Iterator[Path]:
    for top in tops:
        path = ROOT / top
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_module_docstrings_begin_with_a_noun_phrase() -> None:
    said = {_name(path): ast.get_docstring(_tree(path)) or "" for path in _files((*SHIPPED, *TOOLS))}
    assert {name: text.splitlines()[0] for name, text in said.items() if QUESTION.match(text)} == {}


def test_docstrings_of_functions_begin_with_a_verb() -> None:
    found = [
        f"{_name(path)}:{node.lineno} {node.name}: {said.splitlines()[0]}"
        for path in _files((*SHIPPED, *SUPPORT))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_property(node)
        if NO_VERB.match(said := ast.get_docstring(node) or "")
    ]
    assert found == []


def test_no_page_is_a_person() -> None:
    found = [
        f"{_name(path)}:{number}: {line}"
        for path in _files((*SHIPPED, *SUPPORT))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if PERSONS.search(line)
    ]
    assert found == []


def test_the_scripts_of_the_ledger_speak_plainly() -> None:
    found = [
        f"{_name(path)}: {line}"
        for path in sorted((ROOT / "prelabel/ledger/lua").rglob("*.lua"))
        for line in path.read_text("utf-8").splitlines()
        if PERSONS.search(line)
    ]
    assert found == []
