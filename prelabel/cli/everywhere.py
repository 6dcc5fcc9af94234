"""Options that every command takes, before or after the command's name: -v, -q and --env-file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from prelabel.redaction import RedactingFormatter
from prelabel.settings import use_env_file

_LOG = "prelabel"
_FORMAT = "%(levelname)s %(name)s: %(message)s"
#: Times that -v is given -> level of the log.
_LEVELS = {1: logging.INFO, 2: logging.DEBUG}
_QUIET = "prelabel.cli.quiet"


def add_options(command: click.Command) -> click.Command:
    """Let a command and all of its subcommands take the general options, too; their help does not repeat them.

    A command that passes unknown options on to another program keeps its own.
    """
    if isinstance(command, click.Group):
        for child in command.commands.values():
            add_options(child)
    if not command.ignore_unknown_options:
        taken = {name for parameter in command.params for name in (*parameter.opts, parameter.name)}
        command.params += [option for option in general_options(hidden=True) if not taken & {*option.opts, option.name}]
    return command


def general_options(*, hidden: bool = False) -> list[click.Option]:
    """Return the options; they act while the command line is read, and no command gets them as arguments."""

    def option(
        *names: str, callback: Callable[[click.Context, click.Parameter, Any], None], **more: Any
    ) -> click.Option:
        return click.Option(names, callback=callback, expose_value=False, is_eager=True, hidden=hidden, **more)

    return [
        option("-v", "--verbose", callback=_verbose, count=True, help="Log to stderr what is done; -vv: in detail."),
        option("-q", "--quiet", callback=_quiet, is_flag=True, help="Only results and errors: no hints, no progress."),
        option(
            "--env-file",
            callback=_env_file,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Read settings from this file instead of .env.",
        ),
    ]


def is_quiet() -> bool:
    """Return whether the command was told to say only results and errors."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_QUIET))


def _quiet(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_QUIET] = True


def _env_file(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    """Name the file for this process and for the processes that it starts."""
    if value is None:
        return
    if not value.is_file():
        raise click.BadParameter(f"there is no file {value}", param_hint="--env-file")
    use_env_file(value)


def _verbose(context: click.Context, _parameter: click.Parameter, times: int) -> None:
    """Write the library's log to stderr until the command ends."""
    if not times:
        return
    log, handler = logging.getLogger(_LOG), _Stderr()
    handler.setFormatter(RedactingFormatter(logging.Formatter(_FORMAT), ()))
    before = log.level
    log.setLevel(_LEVELS.get(times, logging.DEBUG))
    log.addHandler(handler)

    def restore() -> None:
        log.removeHandler(handler)
        log.setLevel(before)

    context.find_root().call_on_close(restore)


class _Stderr(logging.Handler):
    """Lines on stderr as click writes them."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)
