"""Groups of commands in `prelabel --help`: by what one wants to do. This table alone says where a command stands."""

from __future__ import annotations

import click

from prelabel.cli.added_commands import ExtensibleGroup
from prelabel.cli.everywhere import add_options
from prelabel.cli.language.help import in_language
from prelabel.cli.language.texts import translate

#: Heading -> commands in the order of the help. A command that is not installed is left out.
GROUPS: dict[str, tuple[str, ...]] = {
    "Start here": ("read", "init", "doctor", "completion"),
    "Projects": ("enqueue", "status", "pause", "resume", "cancel", "watch", "unwatch", "supersede"),
    "Documents and results": ("add", "documents", "results", "connect", "sync"),
    "Failures": ("failed",),
    "Workers": ("up", "down", "logs", "worker", "beat", "uploader", "flower"),
    "Models": ("export", "dataset", "models", "train", "evaluate"),
}
#: Heading of commands that no group names, such as those of other packages.
OTHERS = "Other commands"


class Commands(ExtensibleGroup):
    """The group of all commands: its help shows them by the headings of GROUPS; each takes the general options."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, from whatever package it comes."""
        super().add_command(add_options(cmd), name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, one of an entry point included."""
        command = super().get_command(ctx, cmd_name)
        if command is None or cmd_name in self.commands:
            return command
        return in_language(add_options(command))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section for each heading, all with the same width of the first column."""
        known = {name: command for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))}
        names = [name for name, command in known.items() if not command.hidden]
        width = max(map(len, names), default=0)
        for heading, members in grouped(names).items():
            limit = formatter.width - 6 - width
            rows = [(name.ljust(width), known[name].get_short_help_str(limit)) for name in members]
            with formatter.section(translate(heading)):
                formatter.write_dl(rows)


def grouped(names: list[str]) -> dict[str, list[str]]:
    """Sort commands under their headings; headings without a command are left out."""
    named = {name for members in GROUPS.values() for name in members}
    found = {heading: [name for name in members if name in names] for heading, members in GROUPS.items()}
    found[OTHERS] = [name for name in names if name not in named]
    return {heading: members for heading, members in found.items() if members}
