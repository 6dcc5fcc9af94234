"""`prelabel completion`: the script with which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from prelabel.errors import EngineUnavailable

_SHELLS = ("bash", "zsh", "fish")
#: The variable by which the shell's script asks; click derives it from the program's name.
_VARIABLE = "_PRELABEL_COMPLETE"


@click.command(short_help="Print the script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes the commands and options of prelabel.

    \b
    bash: prelabel completion bash > ~/.local/share/bash-completion/completions/prelabel
    zsh:  prelabel completion zsh  > a file _prelabel in a folder of $fpath
    fish: prelabel completion fish > ~/.config/fish/completions/prelabel.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise EngineUnavailable(f"click cannot complete in {shell}")
    root = context.find_root()
    click.echo(kind(root.command, {}, root.info_name or "prelabel", _VARIABLE).source())
