"""Messages of a newer release: they may have more arguments than a task of this release takes.

An argument that is not known cannot be left out of work on a page: the page goes back to the ledger, free and without
a try, for a newer worker. A task of the queue control does what this release knows; beat sends it again and again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from celery import Task


def has_unknown(task: Task, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Return whether a message has arguments that the task does not take."""
    places, names = _parameters(task.run)
    return len(args) > places or not kwargs.keys() <= {*names}


def known(task: Task, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments that the task takes."""
    places, names = _parameters(task.run)
    return tuple(args[:places]), {name: value for name, value in kwargs.items() if name in names}


@cache
def _parameters(function: Callable[..., Any]) -> tuple[int, tuple[str, ...]]:
    """Return the number of arguments that may come without a name, and the names of all."""
    found = inspect.signature(function).parameters
    return sum(each.kind is not inspect.Parameter.KEYWORD_ONLY for each in found.values()), tuple(found)
