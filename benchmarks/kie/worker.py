"""Process for one job of `benchmarks.kie`, which bounds the memory: train, evaluate, write counts.

`python -m benchmarks.kie.worker FOLDER` runs the job in FOLDER/job.json and writes FOLDER/result.json.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.kie.jobs import JOB, Counts, Job, Result
from benchmarks.kie.report import RASTER
from prelabel.datasets.funsd import ANNOTATIONS, IMAGES, AnnotatedPage
from prelabel.errors import PrelabelError
from prelabel.evaluation.kie import score_page
from prelabel.evaluation.kie_data import read_pages
from prelabel.kie.link.learned import LearnedLinker, save
from prelabel.kie.link.linker import Linker
from prelabel.kie.link.loading import SHIPPED, linker_for
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.tagger import Tagger
from prelabel.registry.tagger_files import SHIPPED_COMPACT
from prelabel.settings import Settings
from prelabel.training import tagger as tagger_training
from prelabel.training.linker import LinkerTraining, fit
from prelabel.training.sources import mixed, parse
from prelabel.training.tagged_pages import TaggedPage, tag_pages
from prelabel.training.tagger_options import TaggerTraining
from prelabel.training.training_run import LAST

#: Share of synthetic pages in the training of tagger and linker, so that Korean and other forms are not forgotten.
_SYNTHETIC = 0.3
#: Number of checkpoints, and pages of their validation; the last checkpoint is used, so that no pages select it.
_EPOCHS, _VALID_PAGES = 5, 10
#: Options from the shipped weights: few and small steps. On one split of FUNSD's training pages entity F1 is best after
#: five rounds (71.2; 67.8 before, 70.6 after fifteen); a rate of 2e-4 reaches 70.4. From random weights there are
#: `_FROM_NOTHING` times as many pages.
_RATE, _DROPOUT, _SMOOTHING = 5e-4, 0.2, 0.05
_FROM_NOTHING = 5


def main() -> int:
    folder = Path(sys.argv[1])
    job = Job.from_json(json.loads((folder / JOB).read_text("utf-8")))
    try:
        run(job, folder).write(folder)
    except PrelabelError as error:
        sys.stderr.write(f"{job.name}: {error}\n")
        return 1
    return 0


def run(job: Job, folder: Path) -> Result:
    """Run a job. `folder`: for models and lists of pages, which are deleted afterwards."""
    seconds: dict[str, float] = {}
    scratch = folder / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    tagger: Tagger = CompactTagger.load(SHIPPED_COMPACT, "auto")
    linker: Linker = linker_for(Settings(_env_file=None, linker=SHIPPED))
    if job.views:
        began = time.process_time()
        tagger = _tagger(job, job.learn, job.views, scratch / "tagger")
        seconds["tagger"] = time.process_time() - began
    if job.variants:
        began = time.process_time()
        linker = _linker(job, tagger, scratch)
        seconds["linker"] = time.process_time() - began
    began = time.process_time()
    counts = judged(_pages(job), tagger, linker)
    seconds["judging"] = time.process_time() - began
    shutil.rmtree(scratch, ignore_errors=True)
    return Result(job, counts, {name: round(value, 1) for name, value in seconds.items()})


def judged(pages: Sequence[AnnotatedPage], tagger: Tagger, linker: Linker) -> Counts:
    """Compute all figures of every page, T1 in both orders."""
    counts = {}
    for page in pages:
        scores = dict(score_page(page, tagger, linker, raster=False).scores)
        scores[RASTER] = score_page(page, tagger, linker, raster=True).scores["T1"]
        counts[page.name] = {name: (each.matched, each.predicted, each.truth) for name, each in scores.items()}
    return counts


def _pages(job: Job) -> list[AnnotatedPage]:
    return [page for page in read_pages(job.judged) if not job.judge or page.name in set(job.judge)]


def _tagger(job: Job, names: Sequence[str], views: int, out: Path) -> CompactTagger:
    """Train a tagger on these pages, and on synthetic ones too if it begins with the shipped weights."""
    own = f"funsd:{_subset(job, names, out.with_name(out.name + '-pages'))}"
    data = (f"{own}={1 - _SYNTHETIC}", f"synthetic={_SYNTHETIC}") if job.start else (own,)
    views = views if job.start else _FROM_NOTHING * views
    training = TaggerTraining(
        data=data,
        valid=(own,),
        valid_pages=_VALID_PAGES,
        start=job.start,
        seed=job.seed,
        epochs=_EPOCHS,
        pages_per_epoch=max(views // _EPOCHS, 1),
        keep=1,
    )
    if job.start:
        training = replace(training, rate=_RATE, dropout=_DROPOUT, smoothing=_SMOOTHING)
    tagger_training.train(training, out)
    return CompactTagger.load(out / LAST, "auto")


def _linker(job: Job, tagger: Tagger, scratch: Path) -> LearnedLinker:
    """Train a linker on tagged pages; each half is tagged by a tagger that was trained on the other half."""
    halves = job.learn[::2], job.learn[1::2]
    training = LinkerTraining(seed=job.seed, pages=job.variants * len(job.learn))
    pages: list[TaggedPage] = []
    for number, (own, other) in enumerate((halves, halves[::-1])):
        unknowing = _tagger(job, other, job.views // 2, scratch / f"half-{number}")
        source = parse(f"funsd:{_subset(job, own, scratch / f'own-{number}')}")
        pages += tag_pages(islice(mixed([source], job.seed), job.variants * len(own)), unknowing)
    synthetic = round(_SYNTHETIC / (1 - _SYNTHETIC) * len(pages))
    pages += tag_pages(islice(mixed([parse("synthetic")], job.seed), synthetic), tagger)
    grouper, kinds, _ = fit(pages, training)
    save(grouper, kinds, scratch / "linker", {})
    return LearnedLinker.load(scratch / "linker")


def _subset(job: Job, names: Sequence[str], folder: Path) -> Path:
    """Make a folder of FUNSD's layout with these pages only."""
    for kind in (ANNOTATIONS, IMAGES):
        (folder / kind).mkdir(parents=True)
        for name in names:
            for file in (Path(job.data) / kind).glob(f"{name}.*"):
                (folder / kind / file.name).symlink_to(file)
    return folder


if __name__ == "__main__":
    sys.exit(main())
