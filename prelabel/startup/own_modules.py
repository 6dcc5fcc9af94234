"""Our modules outside of `prelabel`, and files of other people that hide them.

`tasks`, `workers`, `services` and `beat_schedule` are names that many projects have. Python takes the first one on its
path, and Celery puts the current folder first.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from prelabel.errors import ConfigurationError
from prelabel.startup.one_line import celery_command, end_process

#: The folder that holds `prelabel` and the modules below, in a checkout as in site-packages.
HOME = Path(__file__).resolve().parents[2]
NAMES = ("tasks", "workers", "services", "beat_schedule")


class _OwnModules(MetaPathFinder):
    """A finder that takes our modules from HOME, whatever other folders hold."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        return PathFinder.find_spec(fullname, [str(HOME)]) if path is None and fullname in NAMES else None


def prefer_own_modules() -> None:
    """Let this process import our modules, not other ones of the same names."""
    if not any(isinstance(finder, _OwnModules) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OwnModules())


def hiding_file(name: str, path: Sequence[str] | None = None) -> Path | None:
    """Return the file or folder that is imported in place of our module; None where ours is found.

    `path`: the folders in which Python looks; by default, this process's. There, a module that is loaded counts.
    """
    loaded = sys.modules.get(name) if path is None else None
    spec = loaded.__spec__ if loaded else _find(name, path)
    if spec is None:
        return None
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    found = Path(places[0]) if places else HOME / name
    found = found.parent if found.name == "__init__.py" else found
    return None if found.parent.resolve() == HOME else found


def _find(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    if path is None and any(isinstance(finder, _OwnModules) for finder in sys.meta_path):
        return _OwnModules().find_spec(name)
    return PathFinder.find_spec(name, path) or PathFinder.find_spec(name, [str(HOME)])


def hidden_error(name: str, file: Path, *, command: str) -> ConfigurationError:
    """Return the error for a file that hides our module. `command`: the one of ours that works beside the file."""
    return ConfigurationError(
        f"{file} hides prelabel's own module {name}; start `{command}`, which works beside it, or start Celery in "
        "another folder"
    )


def require_own(name: str, *, command: str) -> None:
    """End a Celery command where a file hides our module; raise ConfigurationError in any other process."""
    if file := hiding_file(name):
        error = hidden_error(name, file, command=command)
        if celery_command() is None:
            raise error
        end_process(error)
