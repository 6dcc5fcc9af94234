"""`prelabel train`: the group of commands that train models. docs/how-to/training.md is the manual."""

from __future__ import annotations

import click

from prelabel.cli.train.relations import relations
from prelabel.cli.train.ser import ser


@click.group(short_help="Train word taggers and linkers.")
def train() -> None:
    """Train models on annotated and synthetic pages."""


train.add_command(ser)
train.add_command(relations)
