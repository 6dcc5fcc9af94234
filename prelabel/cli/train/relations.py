"""`prelabel train relations`: train a linker."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.options import json_option
from prelabel.cli.output import console, write_json
from prelabel.cli.train.options import data_option, need, seed_option, threads_option
from prelabel.errors import SettingError


@click.command(short_help="Train a linker.")
@data_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="A new folder."
)
@click.option("--pages", type=click.IntRange(1), help="Training pages; annotated pages are repeated with variations.")
@click.option(
    "--tagger",
    metavar="NAME",
    help='"compact", a compact tagger\'s folder, or a LayoutLM v1 folder or hub name; default: by the settings.',
)
@seed_option
@threads_option
@json_option
def relations(
    data: tuple[str, ...], out: Path, pages: int | None, tagger: str | None, seed: int, threads: int, as_json: bool
) -> None:
    """Train a linker on correct labels and on labels that a tagger predicts. To use it, set PRELABEL_LINKER=FOLDER.

    The tagger should not have been trained on the same pages: its labels would be better than on new pages. The options
    are stored in FOLDER/config.json, F1 with predicted labels in metrics.jsonl, feature importances in
    importances.json.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingError(f"{out} is taken; name a new folder")
    need("torch", "lightgbm", "rapidfuzz")
    from prelabel.kie.tag.loading import tagger_for, with_tagger
    from prelabel.settings import get_settings
    from prelabel.training.linker import METRICS, LinkerTraining, train

    settings = with_tagger(get_settings(), tagger)
    training = LinkerTraining(seed=seed, threads=threads)
    training = replace(training, data=data or training.data, pages=pages or training.pages)
    err = Console(stderr=True)
    with Progress(console=err, transient=True, disable=is_quiet() or not err.is_terminal) as bar:
        tasks = {name: bar.add_task(name, total=None) for name in ("pages", "models")}
        train(
            training,
            out,
            tagger_for(settings),
            lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
        )
    for row in map(json.loads, (out / METRICS).read_text("utf-8").splitlines()):
        if as_json:
            write_json(row)
        else:
            shares = ", ".join(f"{name} {100 * row[name]:.1f}" for name in ("f1", "precision", "recall"))
            console().print(f"{row['kind']}: {shares} on {row['judged']} pages with predicted labels")
    if not as_json:
        console().print(f"linker: {out} (to use it: PRELABEL_LINKER={out})", soft_wrap=True)
