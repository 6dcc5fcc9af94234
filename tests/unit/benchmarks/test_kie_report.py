"""Figures of `benchmarks.kie` from counts that one can add up by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.kie import __main__ as kie
from benchmarks.kie.jobs import DEFAULT, KOREAN, TRAINED, Counts, Job, Result, few, kept
from benchmarks.kie.report import RASTER, Row, rows, show
from prelabel.evaluation.kie import PROTOCOLS

FIGURES = (*PROTOCOLS, RASTER)


def job(group: str, seed: int = 0, fold: int = 0, learn: Sequence[str] = ()) -> Job:
    return Job(group, seed, fold, "train", tuple(learn), "train", ())


def counts(page: str, *row: int) -> Counts:
    matched, predicted, truth = row
    return {page: dict.fromkeys(FIGURES, (matched, predicted, truth))}


def row(made: Sequence[Row], name: str) -> Row:
    [found] = [each for each in made if each.name == name]
    return found


A, B = (("b",), ("a",)), (("a",), ("b",))
RESULTS = [
    Result(job(DEFAULT), counts("a", 1, 2, 2), {}),
    Result(job(KOREAN), counts("k", 2, 2, 2), {}),
    # Seed 0: 5 of 10 found, 10 there; seed 1: 8
    Result(job(TRAINED, 0, 0), counts("a", 5, 5, 5), {"tagger": 10.0}),
    Result(job(TRAINED, 0, 1), counts("b", 0, 5, 5), {}),
    Result(job(TRAINED, 1, 0), counts("b", 4, 5, 5), {}),
    Result(job(TRAINED, 1, 1), counts("a", 4, 5, 5), {}),
    Result(job(few(10, ""), 0, learn="x" * 10), counts("a", 1, 5, 5), {}),
]


def test_counts_are_added_over_folds_and_f1_is_the_mean_of_the_seeds() -> None:
    made = row(rows(RESULTS), "T1")
    assert made.seeds == (0.5, 0.8)
    assert made.f1 == pytest.approx(0.65)
    assert made.spread == pytest.approx(0.2121, abs=1e-3)
    assert made.pages == 2
    # Page a has 9 of 10 over the seeds, page b 4 of 10: draws of two pages lie between
    assert (made.low, made.high) == (0.4, 0.9)


def test_groups_few_shot_rows_and_one_seed() -> None:
    made = rows(RESULTS)
    assert row(made, "T7_T6_relaxed").f1 == 0.5
    assert row(made, "T8_T3").to_json()["aim"] == 97.0
    assert row(made, "few_10_nothing").protocol == "T1 after 10 corrected pages, from random weights"
    assert row(made, "few_10_nothing").to_json()["spread"] is None
    assert {name for name in (each.name for each in made) if "_" not in name} == {*PROTOCOLS} - {"T6_relaxed"}
    assert row(made, RASTER).protocol.startswith("SER by word, words in raster order")
    assert json.dumps([each.to_json() for each in made])


def test_all_pages_from_what_ships_are_a_few_shot_row_too() -> None:
    # Given two folds, and what learned from nothing and all pages of the first
    folds = [Job(TRAINED, 0, fold, "train", learn, "train", judge) for fold, (learn, judge) in enumerate([A, B])]
    nothing = Job(few(149, ""), 0, 0, "train", *(A[0], "train", A[1]), start="")
    results = [Result(each, counts(each.judge[0], 3, 4, 5), {}) for each in (*folds, nothing)]
    # Then the first fold stands beside it
    made = rows(results)
    assert [each.name for each in made if each.name.startswith("few_")] == ["few_149_nothing", "few_149_shipped"]
    assert row(made, "few_149_shipped").pages == 1
    assert row(made, "few_149_shipped").to_json()["aim"] == 76.0


def test_a_run_that_was_interrupted_has_the_rows_that_it_can_have() -> None:
    made = rows(RESULTS[:1])
    assert [each.name for each in made] == ["T7_T1", "T7_T3", "T7_T6_relaxed"]
    assert rows([]) == []


def test_the_table_stands_beside_what_was_published() -> None:
    out = io.StringIO()
    show(rows(RESULTS), Console(file=out, width=160))
    for said in ("65.0", "21.2", "78.0", "few_10_nothing", "T1, published", "LayoutLM base 78.7", "KVPFormer 90.9"):
        assert said in out.getvalue()


def test_jobs_that_are_done_are_not_done_again_and_a_failed_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [job(TRAINED, 0, fold) for fold in range(3)]
    asked = []

    def done(asked_for: Job, folder: Path, _: object) -> Result | None:
        asked.append(asked_for)
        if asked_for.fold == 2:
            return None
        folder.mkdir(parents=True)
        Result(asked_for, counts("a", 1, 1, 1), {"tagger": 3.0}).write(folder)
        return kept(asked_for, folder)

    monkeypatch.setattr(kie, "in_process", done)

    def run() -> Iterator[Result | None]:
        out.truncate(0)
        return kie.finished(jobs, tmp_path, 1, Console(file=out, width=200))

    out = io.StringIO()
    assert sum(result is None for result in run()) == 1
    assert asked == jobs
    assert "T1 100.0" in out.getvalue()
    assert f"FAILED, see {tmp_path / jobs[2].name / 'log.txt'}" in out.getvalue()
    # When it is run again, only the failed one is done
    assert sum(result is None for result in run()) == 1
    assert asked == [*jobs, jobs[2]]
    assert "2 of 3 jobs are already done" in out.getvalue()
