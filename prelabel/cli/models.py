"""`prelabel models`: the tagger and the linker that the settings name."""

from __future__ import annotations

import click

from prelabel.cli.options import json_option
from prelabel.cli.output import console, table, write_json
from prelabel.settings import get_settings


@click.command(short_help="Show the word tagger and the linker in use.")
@json_option
def models(as_json: bool) -> None:
    """Show name, digest and labels of the word tagger in use, and name and digest of the linker."""
    from prelabel.kie.link.loading import describe as describe_linker
    from prelabel.kie.link.loading import sha256 as linker_sha256
    from prelabel.kie.tag.loading import describe, kind, sha256

    settings = get_settings()
    name, digest, labels = describe(settings)
    linker, linker_digest = describe_linker(settings)
    if as_json:
        tagger = {"kind": kind(settings), "name": name, "digest": digest, "sha256": sha256(settings), "labels": labels}
        write_json(tagger | {"linker": {"name": linker, "digest": linker_digest, "sha256": linker_sha256(settings)}})
        return
    shown = table("model", "kind", "digest", "labels")
    shown.add_row(name, kind(settings), digest, ", ".join(labels))
    shown.add_row(linker, "linker", linker_digest, "")
    console().print(shown)
