"""Options that the commands of `prelabel evaluate` have in common, and the check for the package that they need."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from prelabel.errors import ConfigurationError

worst_option = click.option(
    "--worst", type=click.IntRange(0), default=5, show_default=True, help="List this many of the worst pages."
)
pictures_option = click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw the errors of the worst pages into this folder.",
)


def need_rapidfuzz() -> None:
    """Raise ConfigurationError if the package that compares texts is missing."""
    if find_spec("rapidfuzz") is None:
        raise ConfigurationError("prelabel evaluate needs rapidfuzz: pip install 'prelabel[evaluate]'")
