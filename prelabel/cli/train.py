"""`prelabel train ...`: models of one's own from annotated and synthetic pages. docs/training.md is the manual."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prelabel.cli.output import console, json_option, write_json
from prelabel.cli.train_options import data_option, need, seed_option, threads_option
from prelabel.cli.train_relations import relations

if TYPE_CHECKING:
    from prelabel.training.tagger import TrainingProgress


@click.group(short_help="Train taggers and linkers of your own.")
def train() -> None:
    """Train models from pages that people annotated and from synthetic ones."""


@train.command()
@data_option
@click.option("--valid", multiple=True, metavar="SOURCE", help="Pages to judge by; else a tenth of the annotated ones.")
@click.option(
    "--model",
    default="compact",
    show_default=True,
    metavar="NAME",
    help='"compact", or a LayoutLM v1 folder or hub name.',
)
@click.option("--start", default="", metavar="shipped|FOLDER", help="Weights to begin with, of a compact tagger.")
@click.option("--vocab", default="", metavar="FILE", help="Another vocabulary for a LayoutLM; else LAYOUTLM_VOCAB.")
@click.option("--labels", default="", metavar="A,B,...", help="All labels but OTHER; else those of model or data.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="The run's folder."
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out, with the options that it was begun with.")
@click.option("--epochs", type=click.IntRange(1), default=10, show_default=True)
@click.option("--pages-per-epoch", type=click.IntRange(1), help="Else all annotated pages; 2000 with synthetic ones.")
@click.option("--valid-pages", type=click.IntRange(1), default=200, show_default=True, help="At most so many.")
@click.option(
    "--batch-tokens", type=click.IntRange(1), help="Words, of a LayoutLM tokens, of a batch with its padding."
)
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Learning rate; else what suits the model.")
@click.option("--schedule", type=click.Choice(["warmup-cosine", "plateau"]), default="warmup-cosine", show_default=True)
@click.option(
    "--average",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.998,
    show_default=True,
    help="Weight of the past in the weights that count; 0: the last ones count.",
)
@click.option("--dropout", default=-1.0, help="Chance of dropout in the network; negative: as the model was built.")
@click.option("--smoothing", type=click.FloatRange(0, 1), default=0.02, show_default=True, help="Label smoothing.")
@seed_option
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option("--precision", type=click.Choice(["auto", "fp32", "bf16", "fp16"]), default="auto", show_default=True)
@threads_option
@click.option("--keep", type=click.IntRange(1), default=3, show_default=True, help="Newest checkpoints that stay.")
@json_option
@click.pass_context
def ser(context: click.Context, /, out: Path, resume: bool, as_json: bool, **options: Any) -> None:
    """Train a word tagger: the compact one from nothing or further, or a LayoutLM v1.

    Every epoch ends with a checkpoint; FOLDER/best is the one that judged best: what COMPACT_MODEL or LAYOUTLM_MODEL
    should name.
    """
    need("torch", "transformers", "matplotlib", "faker")
    from prelabel.registry.model_files import read_config
    from prelabel.settings import get_settings
    from prelabel.training import tagger as training
    from prelabel.training.tagger_options import TaggerTraining

    if resume:
        begun = [
            name for name in options if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        ]
        if begun:
            raise click.UsageError(f"--resume goes on with what the run was begun with: leave out --{begun[0]}")
    with _Shown(as_json) as shown:
        if resume:
            best = training.resume(out, shown)
        else:
            options["labels"] = tuple(label.strip() for label in options["labels"].split(",") if label.strip())
            options["vocab"] = options["vocab"] or (
                get_settings().layoutlm_vocab if options["model"] != "compact" else ""
            )
            given = {
                field.name: options[field.name]
                for field in fields(TaggerTraining)
                if options.get(field.name) is not None
            }
            best = training.train(TaggerTraining(**given), out, shown)
    if not as_json:
        setting = "LAYOUTLM_MODEL" if read_config(best)["model_type"] == "layoutlm" else "COMPACT_MODEL"
        console().print(f"best: {best} (serve it with {setting}={best})", soft_wrap=True)


train.add_command(relations)


class _Shown:
    """A bar where stderr is a terminal; a line for each epoch on stdout."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        err = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._bar.add_task("preparing", total=None)

    def __enter__(self) -> _Shown:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, moment: TrainingProgress) -> None:
        done = (moment.epoch - 1) * moment.of_pages + moment.pages
        description = f"epoch {moment.epoch}/{moment.epochs}"
        self._bar.update(self._task, description=description, completed=done, total=moment.epochs * moment.of_pages)
        if moment.row is not None:
            if self._json:
                write_json(moment.row)
            else:
                shares = (f"{name} {100 * moment.row[name]:.1f}" for name in ("words", "spans", "entities"))
                line = f"epoch {moment.epoch}: loss {moment.row['loss']:.3f}, {', '.join(shares)}, "
                console().print(line + f"{moment.row['seconds']:.0f} s", soft_wrap=True)
