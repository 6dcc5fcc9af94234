"""`prelabel models`: tagger, linker and OCR networks that the settings name; the group of commands about versions."""

from __future__ import annotations

import click

from prelabel.cli.models.changes import compare, pin, promote, rollback
from prelabel.cli.models.versions import list_versions, pull, push, show
from prelabel.cli.options import json_option
from prelabel.cli.output import console, table, write_json
from prelabel.errors import EngineUnavailable
from prelabel.settings import Settings, get_settings


@click.group(short_help="Show the models in use; versions of a project's models.", invoke_without_command=True)
@json_option
@click.pass_context
def models(context: click.Context, as_json: bool) -> None:
    """Show word tagger, linker and networks for OCR in use, with their digests, and the tagger's labels.

    The commands below keep versions of a project's models in the bucket. docs/how-to/models.md explains them.
    """
    if context.invoked_subcommand is None:
        _show_in_use(as_json=as_json)


for _command in (list_versions, show, compare, promote, rollback, pin, push, pull):
    models.add_command(_command)


def _show_in_use(*, as_json: bool) -> None:
    from prelabel.kie.link.loading import describe as describe_linker
    from prelabel.kie.link.loading import sha256 as linker_sha256
    from prelabel.kie.tag.loading import describe, kind, sha256

    settings = get_settings()
    name, digest, labels = describe(settings)
    linker, linker_digest = describe_linker(settings)
    networks = _networks(settings)
    if as_json:
        tagger = {"kind": kind(settings), "name": name, "digest": digest, "sha256": sha256(settings), "labels": labels}
        linker_row = {"name": linker, "digest": linker_digest, "sha256": linker_sha256(settings)}
        write_json(tagger | {"linker": linker_row, "networks": networks})
        return
    shown = table("model", "kind", "digest", "labels")
    shown.add_row(name, kind(settings), digest, ", ".join(labels))
    shown.add_row(linker, "linker", linker_digest, "")
    for engine, version in networks.items():
        shown.add_row(engine, "OCR", version or "not installed", "")
    console().print(shown)


def _networks(settings: Settings) -> dict[str, str | None]:
    """Return the versions of the OCR engines that have a network; None for those that are not installed here.

    Tesseract's would take its library to tell: `prelabel doctor` has it.
    """
    from prelabel.ocr.versions import engine_names, engine_version

    found: dict[str, str | None] = {}
    for name in engine_names(settings.for_project(0)):
        if name not in ("tesseract", "pytesseract"):
            try:
                found[name] = engine_version(name, settings)
            except EngineUnavailable:
                found[name] = None
    return found
