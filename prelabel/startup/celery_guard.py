"""The check of `celery -A workers.io ...` for a file that hides our modules: one line instead of a traceback.

Celery loads the entry points of `celery.commands` when any of its commands starts, before it imports what -A names. One
of them is here, so the check also runs where somebody else's `workers.py` would be imported in place of ours. Commands
of other applications are left alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from prelabel.errors import ConfigurationError
from prelabel.startup.one_line import end_process
from prelabel.startup.own_modules import hidden_error, hiding_file

#: What -A may name, the modules of ours that it needs, and the command of ours that works beside files of any name.
_APPS: dict[str, tuple[tuple[str, ...], str]] = {
    **{
        f"workers.{kind}": (("workers", "tasks"), f"prelabel worker {kind}") for kind in ("io", "cpu", "gpu", "ocr_gpu")
    },
    "workers": (("workers", "tasks"), "prelabel worker all"),
    "beat_schedule": (("beat_schedule", "tasks"), "prelabel beat"),
    "tasks.app": (("tasks",), "prelabel flower"),
}
#: What people try too, and no Celery app is.
_NO_APPS = ("prelabel", "prelabel.app", "prelabel.celery", "services", "services.uploader")


@click.command("prelabel", hidden=True)
def about() -> None:
    """Say how the processes of prelabel are started."""
    click.echo("prelabel's processes: prelabel worker cpu|io|gpu|ocr_gpu|all, prelabel beat, prelabel up")


def check_command_line(program: str, arguments: Sequence[str]) -> None:
    """End the Celery command that names an app of ours which other files hide."""
    if Path(program).name not in {"celery", "celery.exe"} and Path(program).parent.name != "celery":
        return
    app, folder = _named_app(arguments)
    if error := _problem(app, [str(folder), *sys.path]):
        end_process(error)


def _problem(app: str, path: Sequence[str]) -> ConfigurationError | None:
    if app in _NO_APPS and hiding_file(app.partition(".")[0], path) is None:
        return ConfigurationError(
            f"{app} is no Celery app; start `prelabel up`, or celery -A workers.cpu worker (or workers.io, workers.gpu)"
        )
    modules, command = _APPS.get(app, ((), ""))
    for name in modules:
        file = hiding_file(name, path)
        if file and name == app.partition(".")[0] and _is_theirs(file, app.partition(".")[2]):
            return None
        if file:
            return hidden_error(name, file, command=command)
    return None


def _named_app(arguments: Sequence[str]) -> tuple[str, Path]:
    """Return the app and the folder that Celery's general options name, as Celery reads them."""
    command = click.Command("celery", params=[click.Option(["-A", "--app"], envvar="APP"), click.Option(["--workdir"])])
    values = command.make_context(
        "celery",
        list(arguments),
        resilient_parsing=True,
        auto_envvar_prefix="CELERY",
        ignore_unknown_options=True,
        allow_extra_args=True,
    ).params
    return str(values.get("app") or "").partition(":")[0], Path(values.get("workdir") or ".").absolute()


def _is_theirs(place: Path, part: str) -> bool:
    """Return whether this file or package holds what -A names, so that the command is of another application."""
    if place.is_dir() and part:
        return (place / f"{part}.py").exists() or (place / part).is_dir() or part in _names(place / "__init__.py")
    file = place / "__init__.py" if place.is_dir() else place
    return bool({part} & {*_names(file)} if part else {"app", "celery", "Celery"} & {*_names(file)})


def _names(file: Path) -> Iterator[str]:
    """Yield the names that a module binds: by assignments, imports and definitions."""
    try:
        body = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return
    for node in body:
        for part in ast.walk(node) if isinstance(node, ast.Assign | ast.AnnAssign) else [node]:
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
            if isinstance(part, ast.Import | ast.ImportFrom):
                yield from (alias.asname or alias.name for alias in part.names)


check_command_line(sys.argv[0], sys.argv[1:])
