"""Progress of a tagger's training: a bar on stderr, one line per epoch on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.output import console, write_json

if TYPE_CHECKING:
    from prelabel.training.tagger import TrainingProgress


class EpochProgress:
    """Bar where stderr is a terminal, and a line for each epoch; called with each TrainingProgress of the training."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        err = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err, transient=True, disable=is_quiet() or not err.is_terminal)
        self._task = self._bar.add_task("preparing", total=None)

    def __enter__(self) -> EpochProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, moment: TrainingProgress) -> None:
        """Move the bar, and write the line of an epoch that has ended."""
        done = (moment.epoch - 1) * moment.of_pages + moment.pages
        description = f"epoch {moment.epoch}/{moment.epochs}"
        self._bar.update(self._task, description=description, completed=done, total=moment.epochs * moment.of_pages)
        if moment.row is None:
            return
        if self._json:
            write_json(moment.row)
        else:
            shares = (f"{name} {100 * moment.row[name]:.1f}" for name in ("words", "spans", "entities"))
            line = f"epoch {moment.epoch}: loss {moment.row['loss']:.3f}, {', '.join(shares)}, "
            console().print(line + f"{moment.row['seconds']:.0f} s", soft_wrap=True)
