"""`prelabel evaluate`: the group of commands that compare results with ground truth. Needs no server."""

from __future__ import annotations

import click

from prelabel.cli.evaluate.kie import kie
from prelabel.cli.evaluate.ocr import ocr


@click.group(short_help="Measure accuracy against ground truth, without a server.")
def evaluate() -> None:
    """Measure accuracy on pages with ground truth. docs/reference/measures.md explains the figures."""


evaluate.add_command(ocr)
evaluate.add_command(kie)
