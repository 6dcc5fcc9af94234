"""docs/reference/commands.md and the command line show the same commands and options."""

from __future__ import annotations

from scripts.command_table import COMMAND_PAGE


def test_the_commands_are_what_the_code_says() -> None:
    text = COMMAND_PAGE.page.read_text("utf-8")
    assert COMMAND_PAGE.with_table(text) == text, "run: python -m scripts.command_table"
