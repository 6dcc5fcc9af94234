"""Command line `prelabel ...`: the group of all commands, and the exit code and message of each expected failure.

Commands import heavy packages (torch, OCR engines, Celery) inside functions, so that light commands start at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from typing import NoReturn

import click

from prelabel.cli.completion import completion
from prelabel.cli.connect import connect
from prelabel.cli.data_sets.command import dataset
from prelabel.cli.data_sets.export import export
from prelabel.cli.doctor.command import doctor
from prelabel.cli.documents import add, documents
from prelabel.cli.enqueue import enqueue
from prelabel.cli.evaluate.command import evaluate
from prelabel.cli.everywhere import general_options
from prelabel.cli.failed import failed
from prelabel.cli.groups import Commands
from prelabel.cli.init import init
from prelabel.cli.language.help import in_language
from prelabel.cli.language.texts import choose_language, describe, translate
from prelabel.cli.models.command import models
from prelabel.cli.output import say_error
from prelabel.cli.pause import cancel, pause, resume
from prelabel.cli.read.command import read
from prelabel.cli.results import results
from prelabel.cli.status import status
from prelabel.cli.supersede import supersede
from prelabel.cli.sync import sync
from prelabel.cli.train.command import train
from prelabel.cli.watch import unwatch, watch
from prelabel.errors import PrelabelError

__all__ = ["cli", "main"]

#: A setting, a server or an argument must be corrected first.
EXIT_ERROR = 2
#: 128 + SIGINT, as in shells.
EXIT_INTERRUPTED = 130


_EPILOG = """Exit codes: 0 all good, 1 some pages or files failed, 2 something must be corrected first (a setting, a
server, an argument), 130 interrupted. Each command has its own --help; `prelabel completion --help` says how a shell
completes commands."""


@click.group(
    cls=Commands,
    params=general_options(),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("prelabel"), message="%(prog)s %(version)s")
def cli() -> None:
    """Pre-annotate document images in Label Studio, and extract key-values from them.

    Settings are read from the environment and from .env in the current folder. The options below stand before or after
    the command.
    """


# `prelabel/cli/groups.py` says under which heading of the help each of them stands.
for _command in (
    init,
    watch,
    unwatch,
    add,
    documents,
    enqueue,
    status,
    pause,
    resume,
    cancel,
    failed,
    supersede,
    connect,
    sync,
    doctor,
    read,
    results,
    export,
    dataset,
    train,
    evaluate,
    models,
    completion,
):
    cli.add_command(_command)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit.

    Exit codes: 0 success, 1 some pages failed, 2 something must be corrected first, 130 interrupted.
    """
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    _replace_unencodable()
    choose_language((sys.stdout, sys.stderr))
    program = in_language(cli)
    try:
        code = program.main(args, prog_name="prelabel", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_ERROR
    except click.ClickException as error:
        return _fail(_usage(error))
    except PrelabelError as error:
        return _fail(describe(error))
    except BrokenPipeError:
        # The process that reads the output has ended (`... | head`); the flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except _connection_errors() as error:
        return _fail(_unanswered(error))
    return code if isinstance(code, int) else 0


def _fail(message: str) -> int:
    say_error(message)
    return EXIT_ERROR


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "prelabel"
    told = translate("{message}; see `{command} --help`")
    return told.format(message=error.format_message().rstrip("."), command=command)


def _connection_errors() -> tuple[type[Exception], ...]:
    """Return connection errors that no module converts. Called only after an exception: the imports are slow."""
    import httpx
    import redis.exceptions

    return httpx.TransportError, redis.exceptions.RedisError, ConnectionError


def _unanswered(error: Exception) -> str:
    """Say which server failed. Redis's errors are known by their class; others come from servers of the project."""
    from prelabel.queues.redis_faults import fault_of

    fault = fault_of(error) if type(error).__module__.startswith("redis") else None
    told = translate("a server does not answer as it should ({error}); the log has more")
    return fault.text if fault else told.format(error=type(error).__name__)


def _replace_unencodable() -> None:
    """Write "?" for characters that the stream cannot encode, such as Korean under LC_ALL=C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
