"""`prelabel export`: corrections become a version of a data set, and versions become folders in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from prelabel.cli.data_sets.command import summary, tell_version
from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import say, write_json

if TYPE_CHECKING:
    from prelabel.corrections.manifest import Manifest
    from prelabel.workplace import Workplace


@click.command(short_help="Keep corrections as a version of a data set.")
@project_argument
@click.option(
    "--evaluation-share",
    type=click.FloatRange(0, 0.9),
    help="Part of the pages that is kept for the evaluation when the first version is made, or when it grows. "
    "[default: 0.2]",
)
@click.option(
    "--evaluation-page",
    "evaluation_pages",
    type=click.IntRange(1),
    multiple=True,
    help="Id of a page for the evaluation set, instead of a share; its whole document comes along. Can be repeated.",
)
@click.option("--grow-evaluation", is_flag=True, help="Let the evaluation set, which is frozen, take further pages.")
@click.option("--again", is_flag=True, help="Read all pages, also those that have not changed.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the version to a new folder, too."
)
@click.option("--format", "name", metavar="NAME", help="Format of FOLDER: funsd, huggingface, coco, yolo, paddle-kie …")
@click.option("--version", type=click.IntRange(1), help="With --to: write this version, and make no new one.")
@json_option
def export(
    project: int,
    evaluation_share: float | None,
    evaluation_pages: tuple[int, ...],
    grow_evaluation: bool,
    again: bool,
    folder: Path | None,
    name: str | None,
    version: int | None,
    as_json: bool,
) -> None:
    """Make a version of the data set of PROJECT: all pages that people have annotated, each with all of its words.

    Only what has changed since the last version is read from Label Studio. Pages keep their split (train, valid,
    evaluation) for ever. docs/how-to/data-sets.md says more.
    """
    if bool(folder) != bool(name):
        raise click.UsageError(translate("--to and --format belong together"))
    if version and not folder:
        raise click.UsageError(translate("--version needs --to: a version is there already"))
    from prelabel.corrections.new_version import make_version
    from prelabel.corrections.splits import EVALUATION_SHARE, Evaluation
    from prelabel.corrections.store import DataSet
    from prelabel.labelstudio.formats import format_of
    from prelabel.workplace import Workplace

    chosen = format_of(name) if name else None
    share = EVALUATION_SHARE if evaluation_share is None else evaluation_share
    wish = Evaluation(share, frozenset(evaluation_pages), grow_evaluation)
    with Workplace() as workplace:
        if version:
            found, is_new, read = DataSet.of(workplace, project).version(version), False, 0
        else:
            with Console(stderr=True, quiet=is_quiet()).status(translate("looking for pages")) as line:
                told = translate("{done} of {total} pages read")
                made = make_version(
                    *(project, workplace, wish),
                    again=again,
                    progress=lambda done, total: line.update(told.format(done=done, total=total)),
                )
            found, is_new, read = made.version, made.is_new, made.read
        if as_json:
            write_json(summary(found) | {"is_new": is_new, "read": read})
        elif version is None:
            _tell(found, is_new=is_new, read=read)
        if folder and chosen:
            count = _write(workplace, found, folder, chosen.name)
            if not as_json:
                say(translate("{count} pages: {folder}").format(count=count, folder=folder))


def _tell(version: Manifest, *, is_new: bool, read: int) -> None:
    if not is_new:
        say(translate("nothing has changed since version {number}").format(number=version.number))
        return
    told = translate("version {number}: {pages} pages, {read} of them read now")
    line = told.format(number=version.number, pages=len(version.pages), read=read)
    say(line, f"prelabel dataset show {version.project_id}")
    tell_version(version)


def _write(workplace: Workplace, version: Manifest, folder: Path, name: str) -> int:
    """Write a version to a new folder, and return the number of its pages."""
    from prelabel.corrections.pictures import USED, pictures
    from prelabel.corrections.store import DataSet
    from prelabel.labelstudio.formats import format_of

    data_set = DataSet.of(workplace, version.project_id)
    labels = [label for label, _ in sorted(version.labels.items())]
    return format_of(name).write(pictures(workplace, data_set, version, USED), folder, labels)
