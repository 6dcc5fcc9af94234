"""Jobs of `benchmarks.kie`: who learns from what, and which kept results count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.kie.jobs import TRAINED, Job, Plan, Result, few, kept

NAMES = tuple(f"page-{number:02d}" for number in range(20))
PLAN = Plan("train", NAMES, folds=4, seeds=3, few=(5, 149), views=900)


def of(plan: Plan, group: str, seed: int = 0) -> list[Job]:
    return [job for job in plan.jobs() if (job.group, job.seed) == (group, seed)]


@pytest.mark.parametrize("seed", range(3))
def test_every_page_is_judged_once_a_seed_by_what_learned_from_all_others(seed: int) -> None:
    jobs = of(PLAN, TRAINED, seed)
    assert sorted(name for job in jobs for name in job.judge) == list(NAMES)
    for job in jobs:
        assert set(job.learn) == set(NAMES) - set(job.judge)
        assert (job.variants, job.views, job.judged) == (PLAN.variants, 900, "train")


def test_seeds_have_folds_of_their_own_and_are_always_the_same() -> None:
    assert of(PLAN, TRAINED, 0)[0].judge != of(PLAN, TRAINED, 1)[0].judge
    assert list(PLAN.jobs()) == list(PLAN.jobs())
    names = [job.name for job in PLAN.jobs()]
    assert len(names) == len(set(names))


def test_few_pages_are_drawn_from_those_that_are_not_judged() -> None:
    for start in ("shipped", ""):
        [job] = of(PLAN, few(5, start), 2)
        assert (len(job.learn), job.start, job.variants) == (5, start, 0)
        assert job.judge == of(PLAN, TRAINED, 2)[2].judge
        assert not set(job.learn) & set(job.judge)
        assert 300 < job.views < 900
    # All pages from what ships is what the folds do
    assert [len(job.learn) for job in of(PLAN, few(149, ""))] == [15]
    assert not of(PLAN, few(149, "shipped"))


def test_test_pages_are_judged_by_what_learned_from_all_training_pages() -> None:
    plan = replace(PLAN, test="test", test_names=("a", "b"))
    for job in plan.jobs():
        assert not job.judge or (job.judged, job.judge) == ("test", ("a", "b"))
    assert [job.learn for job in of(plan, TRAINED)] == [NAMES]


def test_a_result_counts_for_the_very_same_job_only(tmp_path: Path) -> None:
    [job] = of(PLAN, few(5, ""))
    assert kept(job, tmp_path) is None
    result = Result(job, {"page-01": {"T1": (1, 2, 3)}}, {"tagger": 1.5})
    result.write(tmp_path)
    assert kept(job, tmp_path) == result
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job
    assert kept(replace(job, views=1), tmp_path) is None
    assert kept(replace(job, models=("other",)), tmp_path) is None
