"""Help of the commands in the language of the locale, with Korean letters counted as two columns."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable

import click

from prelabel.cli.language.texts import is_translated, translate, translate_prose

#: Stands after each letter of two columns while click counts letters; it is in no text.
_FILLER = "\0"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def in_language(command: click.Command) -> click.Command:
    """Return the command with help in the language of the locale."""
    return translated(command) if is_translated() else command


def translated(command: click.Command) -> click.Command:
    """Return a copy of a command, its options and its subcommands with help in the language of the locale."""
    made = copy.copy(command)
    made.help = translate_prose(command.help) if command.help else command.help
    made.short_help = translate(command.short_help) if command.short_help else command.short_help
    made.epilog = translate_prose(command.epilog) if command.epilog else command.epilog
    made.params = [_translated_parameter(parameter) for parameter in command.params]
    made.context_class = _WideContext
    if isinstance(command, click.Group) and isinstance(made, click.Group):
        made.commands = {name: translated(child) for name, child in command.commands.items()}
    return made


def _translated_parameter(parameter: click.Parameter) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option):
        if made.help:
            made.help = translate(made.help)
        if isinstance(made.prompt, str):
            made.prompt = translate(made.prompt)
    return made


class _WideFormatter(click.HelpFormatter):
    """A formatter that wraps and aligns by columns: letters of two columns are filled up while click counts."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(_filled(prog), _filled(args), _filled(prefix or f"{translate('Usage:')} "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(_filled(heading))

    def write_text(self, text: str) -> None:
        super().write_text(_filled(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_filled(first), _filled(second)) for first, second in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        return super().getvalue().replace(_FILLER, "")


class _WideContext(click.Context):
    formatter_class = _WideFormatter


def _filled(text: str) -> str:
    return _NOT_ASCII.sub(lambda sign: sign[0] + _FILLER * _is_wide(sign[0]), text)


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"
