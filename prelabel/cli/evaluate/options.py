"""Options that the commands of `prelabel evaluate` have in common."""

from __future__ import annotations

from pathlib import Path

import click

worst_option = click.option(
    "--worst", type=click.IntRange(0), default=5, show_default=True, help="List this many of the worst pages."
)
pictures_option = click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw the errors of the worst pages into this folder.",
)
