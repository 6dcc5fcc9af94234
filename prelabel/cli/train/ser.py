"""`prelabel train ser`: train a word tagger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from prelabel.cli.options import json_option
from prelabel.cli.output import console
from prelabel.cli.train.options import data_option, need, seed_option, threads_option
from prelabel.cli.train.progress import EpochProgress

if TYPE_CHECKING:
    from prelabel.training.tagger_options import TaggerTraining

#: Defaults for a project's annotated pages. Ten of them are some forty batches a round only if the batches are small,
#: and then an average over hundreds of batches would lag behind.
_FEW_PAGES = {"start": "shipped", "epochs": 6, "batch_tokens": 384, "average": 0.95, "dropout": 0.2, "smoothing": 0.05}


@click.command(short_help="Train a word tagger.")
@data_option
@click.option(
    "--project",
    type=click.IntRange(1),
    metavar="ID",
    help="Annotated pages of this project; with defaults that suit few pages with labels of your own.",
)
@click.option("--valid", multiple=True, metavar="SOURCE", help="Validation pages; default: 10 % of the annotated ones.")
@click.option(
    "--model",
    default="compact",
    show_default=True,
    metavar="NAME",
    help='"compact", or a LayoutLM v1 folder or hub name.',
)
@click.option("--start", default="", metavar="shipped|FOLDER", help="Initial weights of a compact tagger.")
@click.option("--vocab", default="", metavar="FILE", help="Vocabulary of a LayoutLM; default: PRELABEL_LAYOUTLM_VOCAB.")
@click.option(
    "--labels",
    default="",
    metavar="A,B,...",
    help="Labels to learn, all others count as OTHER; default: those of model or data.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Folder of the training run.",
)
@click.option("--resume", is_flag=True, help="Continue the training run in --out with its original options.")
@click.option("--epochs", type=click.IntRange(1), default=10, show_default=True)
@click.option(
    "--pages-per-epoch", type=click.IntRange(1), help="Default: all annotated pages, at least 160; 2000 with synthetic."
)
@click.option(
    "--valid-pages", type=click.IntRange(1), default=200, show_default=True, help="Maximum number of validation pages."
)
@click.option("--batch-tokens", type=click.IntRange(1), help="Words (LayoutLM: tokens) in a batch, padding included.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Learning rate; default: by model.")
@click.option("--schedule", type=click.Choice(["warmup-cosine", "plateau"]), default="warmup-cosine", show_default=True)
@click.option(
    "--average",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.998,
    show_default=True,
    help="Decay of the moving average of the weights; 0: no average.",
)
@click.option("--dropout", default=-1.0, help="Dropout rate of the network; negative: as the model was built.")
@click.option("--smoothing", type=click.FloatRange(0, 1), default=0.02, show_default=True, help="Label smoothing.")
@seed_option
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option("--precision", type=click.Choice(["auto", "fp32", "bf16", "fp16"]), default="auto", show_default=True)
@threads_option
@click.option("--keep", type=click.IntRange(1), default=3, show_default=True, help="Newest checkpoints to keep.")
@json_option
@click.pass_context
def ser(context: click.Context, /, out: Path, resume: bool, as_json: bool, **options: object) -> None:
    """Train a word tagger: a compact one, new or from given weights, or a LayoutLM v1.

    With --project, ten annotated pages are enough to begin with: it starts from the shipped weights, and takes the
    words of the pages from PRELABEL_BUCKET, or reads the images. Other options come before these defaults.

    Every epoch writes a checkpoint. FOLDER/best is the best one; PRELABEL_COMPACT_MODEL or PRELABEL_LAYOUTLM_MODEL
    should name it.
    """
    need("torch", "transformers", "matplotlib", "rapidfuzz")
    from prelabel.registry.model_files import read_config
    from prelabel.training import tagger as training

    if resume:
        _refuse_options(context, options)
    with EpochProgress(as_json) as progress:
        best = training.resume(out, progress) if resume else training.train(_training(context, options), out, progress)
    if not as_json:
        setting = (
            "PRELABEL_LAYOUTLM_MODEL" if read_config(best)["model_type"] == "layoutlm" else "PRELABEL_COMPACT_MODEL"
        )
        for line in _learned(read_config(out)["sources"]):
            console().print(escape(line), soft_wrap=True)
        use = f"{setting}={best}"
        if options["project"]:
            use = f'[project.{options["project"]}] ser = "{best}" in PRELABEL_PROJECTS_FILE'
        console().print(escape(f"best: {best} (to use it: {use})"), soft_wrap=True)


def _learned(sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each source of annotated pages: the number of its pages, and of the examples of each label."""
    for source in sources:
        if source["pages"]:
            counts = ", ".join(f"{label} {count}" for label, count in sorted(source.get("entities", {}).items()))
            yield f"{source['name']}: {source['pages']} pages: {counts}"


def _refuse_options(context: click.Context, options: Mapping[str, object]) -> None:
    """Raise UsageError if an option is given on the command line: a resumed run keeps its original options."""
    for name in options:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--resume uses the original options of the training run: leave out --{name}")


def _training(context: click.Context, options: Mapping[str, Any]) -> TaggerTraining:
    """Return the options as TaggerTraining, with its defaults for those that are not given."""
    from prelabel.settings import get_settings
    from prelabel.training.tagger_options import TaggerTraining

    vocab = options["vocab"] or (get_settings().layoutlm_vocab if options["model"] != "compact" else "")
    labels = tuple(label.strip() for label in options["labels"].split(",") if label.strip())
    if options["project"]:
        options = _for_project(context, options)
    known = {field.name for field in fields(TaggerTraining)}
    given = {name: value for name, value in options.items() if name in known and value is not None}
    return TaggerTraining(**given | {"labels": labels, "vocab": vocab})


def _for_project(context: click.Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with the project's pages, and the defaults for few pages where none is given."""
    compact = options["model"] == "compact"
    given = {
        name for name in _FEW_PAGES if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    few = {name: value for name, value in _FEW_PAGES.items() if compact and name not in given}
    return {**options, **few, "data": (f"project:{options['project']}", *options["data"])}
