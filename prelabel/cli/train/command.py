"""`prelabel train`: the group of commands that train models. docs/how-to/training.md is the manual."""

from __future__ import annotations

import click

from prelabel.cli.train.reader import reader
from prelabel.cli.train.relations import relations
from prelabel.cli.train.ser import ser


@click.group(short_help="Train word taggers, linkers and readers.")
def train() -> None:
    """Train models on annotated and synthetic pages, and on printed lines."""


train.add_command(ser)
train.add_command(relations)
train.add_command(reader)
