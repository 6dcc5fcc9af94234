"""Commands of one process each: `prelabel worker KIND`, `beat`, `uploader` and `flower`.

They run what the plain Celery commands run, in this process, with our modules whatever the current folder holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from prelabel.errors import ConfigurationError
from prelabel.queues.routes import WORKERS
from workers.supervisor.parent import end_with_parent

ALL = "all"

_log_level = click.option(
    "-l",
    "--loglevel",
    default="INFO",
    show_default=True,
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], case_sensitive=False),
    help="Least important lines of the log.",
)
_more = click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- CELERY_OPTION...]")


@click.command(short_help="Start a worker: cpu, io, gpu, ocr_gpu or all.")
@click.argument("kind", type=click.Choice([*WORKERS, ALL]))
@_more
@click.option("-c", "--concurrency", type=click.IntRange(1), help="Pages at a time; default: by the settings.")
@click.option("-n", "--name", help="Name of the worker; default: KIND@HOST.")
@_log_level
@end_with_parent
def worker(kind: str, options: Sequence[str], concurrency: int | None, name: str | None, loglevel: str) -> int:
    """Start one worker, as `celery -A workers.KIND worker` does, in any folder; all: one of each kind, supervised.

    The kinds: cpu reads pages and documents, gpu labels and links words (on the CPU where there is no GPU), io talks to
    Label Studio, ocr_gpu reads with EasyOCR on a GPU. What stands after -- goes to Celery.
    """
    if kind == ALL:
        if concurrency or name or options:
            raise click.UsageError("all: name, concurrency and Celery's options are those of single workers")
        from workers.commands.up import run_supervised

        return run_supervised(workers_only=True)
    more = ["--concurrency", str(concurrency)] if concurrency else []
    app = import_module(f"workers.{kind}").app
    return _celery(app, f"workers.{kind}", "worker", "-n", name or f"{kind}@%h", "-l", loglevel, *more, *options)


@click.command(short_help="Start beat: the schedule of sync and selection.")
@_more
@_log_level
@end_with_parent
def beat(options: Sequence[str], loglevel: str) -> int:
    """Start beat, as `celery -A beat_schedule beat` does, in any folder. There must be exactly one.

    It selects pages of the watched projects and of PRELABEL_PROJECTS, syncs their storages, and looks after documents
    on their way in.
    """
    return _celery(import_module("beat_schedule").app, "beat_schedule", "beat", "-l", loglevel, *options)


@click.command(short_help="Start Flower: the tasks, in a browser.", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[FLOWER_OPTION]...")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address that Flower listens on.")
@click.option("--port", type=click.IntRange(1, 65535), default=5555, show_default=True, help="Its port.")
@end_with_parent
def flower(options: Sequence[str], address: str, port: int) -> int:
    """Start Flower: every task and worker, in a browser. Options of Flower itself may follow."""
    if find_spec("flower") is None:
        raise ConfigurationError("Flower is not installed: pip install 'prelabel[services]'")
    from prelabel.settings import get_settings
    from prelabel.startup.flower import before_flower
    from prelabel.startup.one_line import one_line_errors

    app = import_module("tasks.app").app
    with one_line_errors():
        before_flower(get_settings())
    try:
        return _celery(app, "tasks.app", "flower", f"--address={address}", f"--port={port}", *options)
    except OSError as error:
        raise ConfigurationError(f"Flower cannot listen on {address}:{port} ({error.strerror}): use --port") from None


@click.command(short_help="Start the uploader: a web page for documents.")
@end_with_parent
def uploader() -> int:
    """Start the uploader, as `python -m services.uploader` does, in any folder.

    PRELABEL_UPLOADER_HOST and PRELABEL_UPLOADER_PORT are the address that it listens on.
    """
    if find_spec("fastapi") is None:
        raise ConfigurationError("the uploader is not installed: pip install 'prelabel[services]'")
    import_module("services.uploader.__main__").main()
    return 0


def _celery(app: Any, module: str, *command: str) -> int:
    """Run a Celery command and return its exit code. -A is given, because the environment may name another app."""
    code = app.start(["-A", module, *command])
    return code if isinstance(code, int) else 0
