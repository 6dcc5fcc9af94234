"""Benchmark of key information extraction on generated pages: a job trains and evaluates in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kie.__main__ import in_process
from benchmarks.kie.jobs import LOG, TRAINED, Job, kept
from benchmarks.kie.report import RASTER, rows
from devstack.processes import Process
from prelabel.datasets.funsd import write_annotations
from prelabel.evaluation.kie import PROTOCOLS
from synthetic import generate

#: Seeds of pages with links from headers to questions.
SEEDS = (3, 4, 5, 6, 11, 22)
NAMES = tuple(f"page-{number}" for number in range(6))


@pytest.mark.slow  # 14 CPU seconds
def test_a_tagger_and_a_linker_learn_from_some_pages_and_others_are_judged(tmp_path: Path) -> None:
    for seed, name in zip(SEEDS, NAMES, strict=True):
        write_annotations(tmp_path / "data", name, generate(seed, "en").page)
    data = str(tmp_path / "data")
    job = Job(TRAINED, 0, 0, data, NAMES[:4], data, NAMES[4:], views=5, variants=5)
    started: list[Process] = []
    result = in_process(job, tmp_path / "job", started)
    assert result is not None, (tmp_path / "job" / LOG).read_text("utf-8")
    assert set(result.counts) == set(NAMES[4:])
    assert set(result.counts[NAMES[5]]) == {*PROTOCOLS, RASTER}
    assert set(result.seconds) == {"tagger", "linker", "judging"}
    assert kept(job, tmp_path / "job") == result
    assert not (tmp_path / "job" / "scratch").exists()
    assert {row.name for row in rows([result])} == {*PROTOCOLS, RASTER}
    assert [process.returncode() for process in started] == [0]


def test_a_job_that_fails_says_why_in_its_log(tmp_path: Path) -> None:
    job = Job(TRAINED, 0, 0, "", (), str(tmp_path / "nowhere"), ())
    assert in_process(job, tmp_path / "job", []) is None
    assert "no annotations/*.json" in (tmp_path / "job" / LOG).read_text("utf-8")
