"""Commands of docs/reference/commands.md, generated from `prelabel.cli`; --check only compares."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

import click

from prelabel.cli import cli
from prelabel.cli.groups import grouped
from prelabel.cli.language.texts import paragraphs
from scripts.tables import DOCS, TablePage

_WIDTH = 100


def _commands(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """Yield the context of each command; groups get a section only where they do something without a command."""
    if not isinstance(command, click.Group):
        yield context
        return
    if command.invoke_without_command:
        yield context
    for name in command.list_commands(context):
        if (child := command.get_command(context, name)) is not None and not child.hidden:
            yield from _commands(child, click.Context(child, info_name=name, parent=context))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _prose(text: str) -> Iterator[str]:
    for paragraph in paragraphs(text):
        if paragraph.startswith("\b\n"):  # click's mark of lines that stay as they are
            yield textwrap.indent(paragraph.removeprefix("\b\n"), "    ")
            continue
        yield textwrap.fill(" ".join(paragraph.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)


def _options(context: click.Context) -> Iterator[str]:
    options = [parameter for parameter in context.command.params if isinstance(parameter, click.Option)]
    if rows := [row for option in options if (row := option.get_help_record(context))]:
        yield "\n".join(
            ["| option | |", "|---|---|", *(f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in rows)]
        )


def _section(context: click.Context) -> str:
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    parts = [f"### {context.command_path}", f"    {usage}", *_prose(context.command.help or ""), *_options(context)]
    return "\n\n".join(parts)


def _parts() -> Iterator[str]:
    root = click.Context(cli, info_name="prelabel")
    yield "## Options of every command"
    yield from _options(root)
    for heading, names in grouped(cli.list_commands(root)).items():
        yield f"## {heading}"
        for name in names:
            if (child := cli.get_command(root, name)) is not None:
                yield from map(_section, _commands(child, click.Context(child, info_name=name, parent=root)))


def table() -> str:
    """Return a section for each command, in the order of `prelabel --help`."""
    return "\n" + "\n\n".join(_parts()) + "\n"


COMMAND_PAGE = TablePage(DOCS / "reference" / "commands.md", "command_table", table)

if __name__ == "__main__":
    sys.exit(COMMAND_PAGE.main())
