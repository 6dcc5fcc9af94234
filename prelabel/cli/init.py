"""`prelabel init`: make a project in Label Studio with all that predictions need, or check an existing one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.text import Text

from prelabel.cli.options import json_option
from prelabel.cli.output import console, hint, progress_console, say, write_json

if TYPE_CHECKING:
    from prelabel.project.wish import Outcome, SetUp

_MARKS: dict[Outcome, tuple[str, str]] = {
    "created": ("✓", "green"),
    "updated": ("✓", "green"),
    "unchanged": ("✓", "green"),
    "left out": ("-", "bright_black"),
    "incomplete": ("!", "yellow"),
    "refused": ("✗", "red"),
}
EXIT_REFUSED = 2


@click.command(short_help="Make a project in Label Studio, or check one.")
@click.argument("project", metavar="TITLE|ID")
@click.option(
    "--labels",
    multiple=True,
    metavar="A,B,...",
    help="The labels, separated by commas; default: QUESTION,ANSWER,HEADER,OTHER, which the shipped models give.",
)
@click.option("--bucket", help="Make a storage: s3://NAME, or a folder as Label Studio sees it.")
@click.option("--prefix", help="Prefix of the page images in the bucket; default: PRELABEL_PAGE_PREFIX.")
@click.option(
    "--webhook",
    metavar="URL",
    help="The uploader as Label Studio reaches it; default: PRELABEL_UPLOADER_URL, if PRELABEL_WEBHOOK_SECRET is set.",
)
@click.option("--no-webhook", is_flag=True, help="No webhooks: new pages wait for beat's next selection.")
@click.option("--replace", is_flag=True, help="Replace another labelling configuration, if nobody has annotated yet.")
@click.option("--no-watch", is_flag=True, help="Do not let beat select the project's pages.")
@json_option
def init(
    project: str,
    labels: tuple[str, ...],
    bucket: str | None,
    prefix: str | None,
    webhook: str | None,
    no_webhook: bool,
    replace: bool,
    no_watch: bool,
    as_json: bool,
) -> int:
    """Make the project TITLE in Label Studio: labelling configuration, webhooks, storage, and selection by beat.

    An existing project of this title, or with this ID, is checked and completed. Running the command again changes
    nothing. Annotations are never touched. A refused step does not end the others; the exit code is then 2.
    """
    from prelabel.api.projects import create_project

    if webhook and no_webhook:
        raise click.UsageError("--webhook and --no-webhook exclude each other")
    if prefix is not None and not bucket:
        raise click.UsageError("--prefix needs --bucket")
    with progress_console().status(escape(f"project {project}")):
        done = create_project(
            int(project) if project.isascii() and project.isdigit() else project,
            labels=[label for given in labels for label in given.split(",")],
            bucket=bucket or "",
            prefix=prefix,
            webhook="" if no_webhook else webhook,
            replace=replace,
            watch=not no_watch,
        )
    if as_json:
        steps = [asdict(step) for step in done.steps]
        write_json({"project_id": done.project_id, "title": done.title, "address": done.address, "steps": steps})
    else:
        _report(done)
    return EXIT_REFUSED if done.refused else 0


def _report(done: SetUp) -> None:
    out = console()
    for step in done.steps:
        name = f'project {done.project_id} "{done.title}"' if step.part == "project" else step.part
        mark, style = _MARKS[step.outcome]
        detail = f"; {step.detail}" if step.detail else ""
        out.print(Text.assemble((mark, style), " ", (f"{name}: ", "bold"), step.outcome, detail), soft_wrap=True)
    if not done.changed and not done.refused:
        hint("nothing was changed: the project is set up")
    say(f"open it: {done.address}")
    hint(f"next: {_next(done)}")


def _next(done: SetUp) -> str:
    if done.page_count:
        return f"prelabel enqueue {done.project_id} --wait"
    if any(step.part == "storage" and step.outcome in {"created", "updated", "unchanged"} for step in done.steps):
        return f"put images into the bucket, then: prelabel sync {done.project_id}"
    return f"prelabel add FILE... --project {done.project_id}"
