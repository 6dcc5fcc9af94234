"""Word lists of synthetic pages: the TOML files of this folder, each read once.

The order of words in a file is part of every page: a page changes with each word that is added, removed or moved.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def word_list(file: str, *path: str) -> tuple[str, ...]:
    """Return the list at this path of tables in `FILE.toml`. KeyError where there is none."""
    found: tuple[str, ...] = _at(file, path)
    return found


def word_lists(file: str, *path: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of the table at this path, by their keys and in the order of the file."""
    found: dict[str, tuple[str, ...]] = _at(file, path)
    return dict(found)


@cache
def read(file: str) -> dict[str, Any]:
    """Return all of `FILE.toml`, with tuples in place of lists. Callers share the result and must not change it."""
    text = resources.files(__name__).joinpath(f"{file}.toml").read_text("utf-8")
    found: dict[str, Any] = _frozen(tomllib.loads(text))
    return found


def _at(file: str, path: tuple[str, ...]) -> Any:
    found: Any = read(file)
    for key in path:
        found = found[key]
    return found


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
