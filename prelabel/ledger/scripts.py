"""The sources of the ledger's Lua scripts: constants of the library, then the shared parts, then the script itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from prelabel.queues.priority import queue_lists
from prelabel.queues.routes import CONTROL, STAGE_TASKS, WAITS_IN

#: The states of a page in flight.
STATES = ("queued", *STAGE_TASKS)

#: The shared parts, in the order in which they precede every script.
_SHARED = (
    "keys",
    "outages",
    "leases",
    "care",
    "open_pages",
    "runs",
    "documents",
    "versions",
    "pages",
    "jobs",
    "failing",
    "locks",
)


@cache
def sources(max_crashes: int) -> dict[str, str]:
    """Return the scripts by folder and name, e.g. "leases/begin"."""
    folder = resources.files("prelabel.ledger") / "lua"
    shared = _constants(max_crashes) + "".join(
        (folder / "shared" / f"{name}.lua").read_text("utf-8") for name in _SHARED
    )
    return {name: _constants(max_crashes) + shared + file.read_text("utf-8") for name, file in _scripts(folder)}


def _scripts(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for part in folder.iterdir():
        if part.is_dir() and part.name != "shared":
            for file in part.iterdir():
                if file.name.endswith(".lua"):
                    yield f"{part.name}/{file.name.removesuffix('.lua')}", file


def _constants(max_crashes: int) -> str:
    """Write the constants that the scripts share with the library as one line of Lua."""
    order = {stage: place for place, stage in enumerate([*STAGE_TASKS], 1)}
    queues_of = WAITS_IN | {CONTROL: (CONTROL,)}
    waits = {
        stage: _list(name for queue in queues for name in queue_lists(queue)) for stage, queues in queues_of.items()
    }
    return (
        f"local STATES, ORDER, MAX_CRASHES, WAITS_IN = {_list(STATES)}, {_table(order)}, {max_crashes}, "
        f"{_table(waits)}\n"
    )


def _list(texts: Iterable[str]) -> str:
    return "{" + ", ".join(f"'{_escaped(text)}'" for text in texts) + "}"


def _table(values: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name} = {value}" for name, value in values.items()) + "}"


def _escaped(text: str) -> str:
    """Write control characters as Lua's decimal escapes; kombu puts some into the names of lists."""
    return "".join(sign if sign.isprintable() else f"\\{ord(sign):03}" for sign in text)
