"""What `benchmarks.kie` has to do, as jobs that know nothing of each other: one process and one file of counts each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

#: Pages: name -> figure -> (matched, predicted, truth), as `prelabel.evaluation.pairs.Scores` has them.
Counts = dict[str, dict[str, tuple[int, int, int]]]

#: Weights to begin with, as rows name them.
SHIPPED, NOTHING = "shipped", "nothing"
#: Groups of rows that jobs add up to; of few-shot ones there are more, see `few`.
TRAINED, DEFAULT, KOREAN = "trained", "T7", "T8"
#: What a job leaves in its folder.
JOB, RESULT, LOG = "job.json", "result.json", "log.txt"


@dataclass(frozen=True, slots=True)
class Job:
    """Learn from the pages named `learn` of the folder `data`, then judge the pages `judge` of `judged`.

    `views`: how many pages the tagger sees while it learns, each page many times; 0: it learns nothing. `start`: the
    weights that it begins with, "shipped" or "" for random ones. `variants`: of each page, for a linker that learns,
    too; 0: the shipped one links. `models`: digests of what ships, so that kept results of other models do not count.
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
        return f"{self.group}-seed{self.seed}-fold{self.fold}"

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Job:
        read: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Result:
    """`seconds`: processor time by step."""

    job: Job
    counts: Counts
    seconds: dict[str, float]

    def write(self, folder: Path) -> None:
        """Whole or not at all."""
        made = {"job": self.job.to_json(), "seconds": self.seconds, "counts": self.counts}
        unfinished = folder / f".{RESULT}"
        unfinished.write_text(json.dumps(made) + "\n", "utf-8")
        unfinished.replace(folder / RESULT)


def kept(job: Job, folder: Path) -> Result | None:
    """The result that an earlier run left there, if it is of this very job."""
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
    """What a run was asked for. `test`: a folder to judge on; without it the folds of `data` take turns."""

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
        """What needs no training first, then seed by seed."""
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
        """Taggers from few pages, on one fold a seed. From all pages and what ships they are those of `TRAINED`."""
        for count in self.few:
            drawn = tuple(sorted(Random(seed).sample(learn, min(count, len(learn)))))
            # As many rounds through the pages as with all of them would be too few for ten: a third is for any number.
            views = round(self.views * (1 + 2 * len(drawn) / len(learn)) / 3)
            for start in ("",) if len(drawn) == len(learn) else (SHIPPED, ""):
                yield Job(few(count, start), seed, 0, self.data, drawn, judged, judge, views, start, 0, self.models)

    def _folds(self, seed: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """(pages to learn from, pages to judge), in folds of nearly the same size, drawn anew for each seed."""
        if self.test:
            return [(self.names, self.test_names)]
        order = Random(seed).sample(self.names, len(self.names))
        parts = [sorted(order[fold :: self.folds]) for fold in range(self.folds)]
        return [(tuple(sorted(set(order) - set(part))), tuple(part)) for part in parts]


def few(count: int, start: str) -> str:
    """The group of jobs with so many corrected pages."""
    return f"few_{count}_{start or NOTHING}"
