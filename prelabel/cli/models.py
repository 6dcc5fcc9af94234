"""`prelabel models`: which tagger the settings name, and which one the workers use."""

from __future__ import annotations

import click

from prelabel.cli.output import console, json_option, table, write_json
from prelabel.settings import get_settings


@click.command(short_help="The word tagger in use, and its labels.")
@json_option
def models(as_json: bool) -> None:
    """The word tagger that the settings name: its name, digest and labels. Loads no model."""
    from prelabel.ser.models import describe, kind

    settings = get_settings()
    name, digest, labels = describe(settings)
    if as_json:
        write_json({"kind": kind(settings), "name": name, "digest": digest, "labels": labels})
        return
    shown = table("tagger", "kind", "digest", "labels")
    shown.add_row(name, kind(settings), digest, ", ".join(labels))
    console().print(shown)
