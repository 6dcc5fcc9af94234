"""Jobs of `benchmarks.kie`, independent of each other: one process and one file of counts for each job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

#: Pages: name -> figure -> (matched, predicted, truth), as `prelabel.evaluation.scores.Scores` has them.
Counts = dict[str, dict[str, tuple[int, int, int]]]

#: Initial weights, as they are named in the rows.
SHIPPED, NOTHING = "shipped", "nothing"
#: Groups of jobs, each of which gives rows; `few` names the groups of few-shot jobs.
TRAINED, DEFAULT, KOREAN = "trained", "T7", "T8"
#: Files in the folder of a job.
JOB, RESULT, LOG = "job.json", "result.json", "log.txt"


@dataclass(frozen=True, slots=True)
class Job:
    """A training on the pages `learn` of the folder `data`, and an evaluation on the pages `judge` of `judged`.

    `views`: number of pages of the training of the tagger, each page many times; 0: no training. `start`: its initial
    weights, "shipped" or "" for random ones. `variants`: variants of each page for the training of the linker; 0: the
    shipped linker is used. `models`: digests of the shipped models, so that results of other models are not reused.
    """

    group: str
    seed: int
    fold: int
    data: str
    learn: tuple[str, ...]
    judged: str
    judge: tuple[str, ...]
    views: int = 0
    start: str = SHIPPED
    variants: int = 0
    models: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the job's folder."""
        return f"{self.group}-seed{self.seed}-fold{self.fold}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields ready for JSON; `from_json` is the inverse."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Job:
        """Return the job that `to_json` gave."""
        read: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a job. `seconds`: CPU seconds by step."""

    job: Job
    counts: Counts
    seconds: dict[str, float]

    def write(self, folder: Path) -> None:
        """Write the result into a folder, whole or not at all."""
        made = {"job": self.job.to_json(), "seconds": self.seconds, "counts": self.counts}
        unfinished = folder / f".{RESULT}"
        unfinished.write_text(json.dumps(made) + "\n", "utf-8")
        unfinished.replace(folder / RESULT)


def kept(job: Job, folder: Path) -> Result | None:
    """Return the result of an earlier run in this folder, if it is of exactly this job."""
    try:
        data = json.loads((folder / RESULT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if data["job"] != job.to_json():
        return None
    counts = {page: {name: tuple(row) for name, row in rows.items()} for page, rows in data["counts"].items()}
    return Result(job, counts, data["seconds"])


@dataclass(frozen=True, slots=True)
class Plan:
    """Options of a run. `test`: a folder to evaluate on; without it, the folds of `data` are evaluated in turn."""

    data: str
    names: tuple[str, ...]
    test: str = ""
    test_names: tuple[str, ...] = ()
    folds: int = 5
    seeds: int = 3
    few: tuple[int, ...] = (10, 30, 149)
    views: int = 900
    variants: int = 4
    korean: int = 200
    models: tuple[str, ...] = ()

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs without training, then the others seed by seed."""
        judged = self.test or self.data
        yield Job(DEFAULT, 0, 0, "", (), judged, self.test_names or self.names, models=self.models)
        yield Job(KOREAN, 0, 0, "", (), f"synthetic:ko-held-out:{self.korean}", (), models=self.models)
        for seed in range(self.seeds):
            folds = self._folds(seed)
            for fold, (learn, judge) in enumerate(folds):
                own = self.views, SHIPPED, self.variants, self.models
                yield Job(TRAINED, seed, fold, self.data, learn, judged, judge, *own)
            yield from self._few(seed, judged, *folds[seed % len(folds)])

    def _few(self, seed: int, judged: str, learn: Sequence[str], judge: tuple[str, ...]) -> Iterator[Job]:
        """Yield the jobs of taggers trained on few pages, on one fold a seed.

        All pages with shipped weights are a job of `TRAINED`, which is not repeated.
        """
        for count in self.few:
            drawn = tuple(sorted(Random(seed).sample(learn, min(count, len(learn)))))
            # With as many rounds as for all pages, ten pages would give too few steps: a third is independent of them.
            views = round(self.views * (1 + 2 * len(drawn) / len(learn)) / 3)
            for start in ("",) if len(drawn) == len(learn) else (SHIPPED, ""):
                yield Job(few(count, start), seed, 0, self.data, drawn, judged, judge, views, start, 0, self.models)

    def _folds(self, seed: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return (pages to train on, pages to evaluate) for each fold; folds of similar size, drawn by the seed."""
        if self.test:
            return [(self.names, self.test_names)]
        order = Random(seed).sample(self.names, len(self.names))
        parts = [sorted(order[fold :: self.folds]) for fold in range(self.folds)]
        return [(tuple(sorted(set(order) - set(part))), tuple(part)) for part in parts]


def few(count: int, start: str) -> str:
    """Return the name of the group of jobs with this number of corrected pages."""
    return f"few_{count}_{start or NOTHING}"
