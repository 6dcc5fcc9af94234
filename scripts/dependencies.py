"""Requirements of pyproject.toml, extras included: `python scripts/dependencies.py ocr,services` prints them.

Uses the standard library only, because it runs in an image before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
OWN_EXTRAS = re.compile(r"prelabel\[([\w,\s-]+)\]")


def requirements(extras: list[str]) -> list[str]:
    """Return the requirements of the core and of `extras`; `prelabel[ocr,pdf]` stands for these extras."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    optional: dict[str, list[str]] = project["optional-dependencies"]
    found = list(project["dependencies"])
    for extra in extras:
        if extra not in optional:
            raise SystemExit(f"no extra {extra!r} in pyproject.toml; the extras are: {', '.join(optional)}")
        for line in optional[extra]:
            own = OWN_EXTRAS.fullmatch(line)
            found += requirements(own[1].split(","))[len(project["dependencies"]) :] if own else [line]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    print("\n".join(requirements([name for name in sys.argv[1].split(",") if name])))
