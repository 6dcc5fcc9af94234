"""`prelabel train reader`: train the line recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.options import json_option
from prelabel.cli.output import console, write_json
from prelabel.cli.train.options import need, seed_option, threads_option
from prelabel.errors import SettingError


@click.command(short_help="Train the line recogniser.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Folder of the training run.",
)
@click.option("--lines", type=click.IntRange(1), help="Printed lines of the whole training; default: 3,000,000.")
@click.option("--resume", is_flag=True, help="Continue the training run in --out; with --lines, to a new length.")
@click.option(
    "--export",
    "exported",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the newest checkpoint of --out as a model into this folder, without training.",
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
@click.option(
    "--renderers",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Processes that print lines ahead; 0: the training prints them itself.",
)
@seed_option
@threads_option
@json_option
def reader(
    out: Path,
    lines: int | None,
    resume: bool,
    exported: Path | None,
    device: str,
    renderers: int,
    seed: int,
    threads: int,
    as_json: bool,
) -> None:
    """Train the line recogniser from random weights on printed lines, each of which is drawn once.

    Every few minutes it writes a checkpoint of under 10 MB: after a stop, --resume gives the same model as a training
    without a stop. FOLDER/curve.jsonl has the words read right, by the lines seen. A finished training can be
    prolonged: --resume --lines MORE goes on from before its learning rate fell.
    """
    need("torch", "onnx", "onnxruntime", "rapidfuzz")
    import torch

    from prelabel.training.reader import loop
    from prelabel.training.reader.export import export
    from prelabel.training.reader.options import ReaderTraining

    if exported is not None:
        if exported.exists() and (not exported.is_dir() or any(exported.iterdir())):
            raise SettingError(f"{exported} is taken; name a new folder")
        export(out / loop.CHECKPOINT, exported)
        if not as_json:
            console().print(f"reader: {exported}", soft_wrap=True)
        return
    torch.set_num_threads(threads)
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if resume:
        trainer = loop.resume(out, lines, device=device, processes=renderers)
    else:
        options: dict[str, Any] = {"seed": seed} | ({"lines": lines} if lines else {})
        trainer = loop.begin(ReaderTraining(**options), out, device=device, processes=renderers)
    err = Console(stderr=True)
    columns = (TextColumn("lines"), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=is_quiet() or not err.is_terminal) as bar:
        task = bar.add_task("lines", total=trainer.training.lines, completed=trainer.lines)

        def report(row: loop.Row) -> None:
            bar.update(task, completed=row["seeds"])
            if as_json:
                write_json(row)
                return
            words = ", ".join(f"{name} {row[name]:.1f}" for name in row if name.endswith(" words"))
            loss = f"loss {row['loss']:.3f}, " if row["loss"] is not None else ""
            console().print(f"lines {row['lines']}: {loss}{words}, {row['cpu_s']} CPU s", soft_wrap=True)

        trainer.run(report)
    if not as_json:
        console().print(f"trained: {out} (a model of it: prelabel train reader --out {out} --export FOLDER)")
