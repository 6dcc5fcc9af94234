"""Commands that other modules add to `prelabel`, by the entry points of the group `prelabel.commands`.

The commands that start workers live beside the workers (`workers/commands/`), because the library imports no tasks.
They are loaded when they are called, or listed in the help.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import NoReturn

import click

from prelabel.errors import ConfigurationError

GROUP = "prelabel.commands"


class ExtensibleGroup(click.Group):
    """A group with commands of its own, and with those of entry points. A command of its own comes first."""

    @cached_property
    def added(self) -> dict[str, EntryPoint]:
        """The entry points by the names of their commands."""
        return {entry.name: entry for entry in entry_points(group=GROUP)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted({*self.commands, *self.added})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        return _load(self.added[cmd_name]) if own is None and cmd_name in self.added else own


def _load(entry: EntryPoint) -> click.Command:
    """Load a command. One that cannot be loaded says so when it is called, so that all others stay usable."""
    from prelabel.startup.own_modules import prefer_own_modules

    prefer_own_modules()
    try:
        command = entry.load()
    except Exception as error:  # noqa: BLE001  # whatever a module of other people raises
        return _broken(entry, error)
    return command if isinstance(command, click.Command) else _broken(entry, TypeError("it is no command"))


def _broken(entry: EntryPoint, error: Exception) -> click.Command:
    def fail(**_: object) -> NoReturn:
        raise ConfigurationError(f"`prelabel {entry.name}` ({entry.value}) cannot be loaded: {error}")

    options = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(entry.name, context_settings=options, callback=fail, short_help="Cannot be loaded.")
