"""Number of test functions that `make test-unit` leaves out, counted without importing the tests."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]


def main() -> None:
    """Print one line about the tests that do not run in `make test-unit`."""
    counts = {name: sum(map(len, _tests(TESTS / name))) for name in ("integration", "acceptance", "chaos")}
    slow = sum(_is_slow(test) for tests in _tests(TESTS / "unit") for test in tests)
    told = [*(f"tests/{name} {count}" for name, count in counts.items()), f"slow tests of tests/unit {slow}"]
    print(f"left out: {', '.join(told)} (test functions; `make test` and `make test-slow` run them)")


def _tests(folder: Path) -> list[list[ast.FunctionDef]]:
    """Return the test functions of each file below the folder."""
    files = [ast.parse(path.read_text("utf-8")) for path in sorted(folder.rglob("test_*.py"))]
    return [
        [node for node in file.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        for file in files
    ]


def _is_slow(test: ast.FunctionDef) -> bool:
    """Return whether the function has the mark `slow`."""
    return "pytest.mark.slow" in map(ast.unparse, test.decorator_list)


if __name__ == "__main__":
    main()
