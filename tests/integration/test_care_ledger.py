"""The set of projects that need care, in a real Redis: what puts a project there, what keeps it, what takes it off."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import redis

from prelabel.errors import DocumentLocked, ImageMissing
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import PageRef

_servers = itertools.count()
PROJECT = 6
DOCUMENT = "00112233445566aa"


@pytest.fixture
def ledger(redis_url: str) -> Ledger:
    return Ledger(redis.Redis.from_url(redis_url), f"care-test-{next(_servers)}")


def claimed(ledger: Ledger, page: int = 1) -> Claim:
    found = ledger.pages.claim(PageRef(PROJECT, page, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert found is not None
    return found[0]


def settled(ledger: Ledger) -> bool:
    """Do as a selection does that has just succeeded; return whether the project needs no care any more."""
    off = ledger.care.settle(PROJECT, selected_at=ledger.now())
    assert off == (PROJECT not in ledger.care.projects())
    return off


def add(ledger: Ledger, document: str = DOCUMENT, *, project: int = PROJECT) -> str:
    properties: dict[str, Any] = {"name": "a.pdf", "kind": "PDF", "suffix": ".pdf", "size": 9}
    return ledger.documents.add(project, document, **properties, ttl_s=600, importing=True)


# -- what keeps a project ---------------------------------------------------------------------------------------------


def page_in_flight(ledger: Ledger) -> Callable[[], object]:
    claim = claimed(ledger)
    return lambda: ledger.pages.finish(claim, seconds={})


def unlisted_run(ledger: Ledger) -> Callable[[], object]:
    run = ledger.runs.create(PROJECT)
    return lambda: ledger.runs.open(run, PROJECT, [], listed_at=ledger.now())


def open_run(ledger: Ledger) -> Callable[[], object]:
    run = ledger.runs.create(PROJECT)
    ledger.runs.open(run, PROJECT, [1], listed_at=ledger.now())
    return lambda: ledger.runs.close_pages(PROJECT, [1], "skipped")


def unclaimed_pages(ledger: Ledger) -> Callable[[], object]:
    ledger.care.ask(PROJECT)
    ledger.runs.set_unclaimed(PROJECT, 3)
    return lambda: ledger.runs.set_unclaimed(PROJECT, 0)


def waiting_document(ledger: Ledger) -> Callable[[], object]:
    add(ledger)
    (job,) = ledger.jobs.take(bound=9, lease_s=60)
    return lambda: ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)


def page_to_import(ledger: Ledger) -> Callable[[], object]:
    add(ledger)
    (job,) = ledger.jobs.take(bound=9, lease_s=60)
    ledger.jobs.opened(job, 1, ".png")
    (job,) = ledger.jobs.take(bound=9, lease_s=60)
    ledger.jobs.rendered(job, importing=True)
    return lambda: ledger.documents.imported(PROJECT, {(DOCUMENT, 1): 101})


def document_to_compare(ledger: Ledger) -> Callable[[], object]:
    page_to_import(ledger)()
    assert settled(ledger)
    assert add(ledger) == "known"
    return lambda: ledger.documents.verify(PROJECT, DOCUMENT, [1])


def retried_document(ledger: Ledger) -> Callable[[], object]:
    waiting_document(ledger)()
    assert settled(ledger)
    assert ledger.documents.retry(PROJECT, DOCUMENT) == 1
    (job,) = ledger.jobs.take(bound=9, lease_s=60)
    return lambda: ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)


KEEPERS = [
    page_in_flight,
    unlisted_run,
    open_run,
    unclaimed_pages,
    waiting_document,
    page_to_import,
    document_to_compare,
    retried_document,
]


@pytest.mark.parametrize("begin", KEEPERS, ids=[keeper.__name__ for keeper in KEEPERS])
def test_a_project_needs_care_until_its_work_has_ended(
    ledger: Ledger, begin: Callable[[Ledger], Callable[[], object]]
) -> None:
    assert settled(ledger)
    end = begin(ledger)
    assert not settled(ledger)
    end()
    assert settled(ledger)


def test_what_was_asked_for_after_a_selection_began_needs_another(ledger: Ledger) -> None:
    began = ledger.now()
    ledger.care.ask(PROJECT)
    assert not ledger.care.settle(PROJECT, selected_at=began)
    assert settled(ledger)


@pytest.mark.parametrize("way", ["retry", "resume", "imported"])
def test_work_that_begins_again_asks_for_a_selection(ledger: Ledger, way: str) -> None:
    if way == "retry":
        ledger.leases.fail(claimed(ledger), "ocr", ImageMissing("x"), attempts=1)
    if way == "imported":
        end = page_to_import(ledger)
    assert settled(ledger) == (way != "imported")
    began = ledger.now()
    if way == "retry":
        ledger.failed_list.retry(PROJECT, [1])
    elif way == "resume":
        ledger.halts.pause(PROJECT)
        assert ledger.halts.resume(PROJECT) == "paused"
        assert ledger.halts.resume(PROJECT) is None
    else:
        end()
    assert not ledger.care.settle(PROJECT, selected_at=began), "a selection that began before may not have seen it"
    assert settled(ledger)


def test_new_pages_are_wanted_where_somebody_asked_for_them(ledger: Ledger) -> None:
    claimed(ledger)
    add(ledger, project=7)
    assert ledger.care.with_new_pages() == set()
    ledger.care.ask(8)
    ledger.runs.create(9)
    ledger.care.ask(10)
    ledger.runs.set_unclaimed(10, 5)
    ledger.care.settle(10, selected_at=ledger.now())
    assert ledger.care.with_new_pages() == {8, 9, 10}
    assert not ledger.care.settle(8, selected_at=0.0), "a selection without new pages is not what was asked for"


def test_a_paused_project_keeps_its_pages_and_a_cancelled_one_rests(ledger: Ledger) -> None:
    claimed(ledger)
    ledger.runs.set_unclaimed(PROJECT, 3)
    ledger.halts.pause(PROJECT)
    assert not settled(ledger)
    ledger.halts.cancel(PROJECT)
    assert settled(ledger)


def test_sweeps_look_at_projects_with_documents_only(ledger: Ledger) -> None:
    page_to_import(ledger)
    add(ledger, project=7)
    ledger.runs.create(8)
    assert ledger.care.projects() == {6, 7, 8}
    assert (ledger.care.with_documents(), ledger.care.with_imports()) == ({6, 7}, {6})


# -- data of release 0.1 ----------------------------------------------------------------------------------------------


def as_release_0_1(ledger: Ledger) -> None:
    """Turn the ledger's records into those of release 0.1, which knew projects by other keys."""
    state = ledger._state
    documents = [key.decode() for key in state.redis.keys(state.name("documents", "*"))]
    if documents:
        state.redis.sadd(state.name("intake", "projects"), *(key.rpartition(":")[2] for key in documents))
    new = ("care", "care:adopted", "arriving:*", "projects_of:*")
    state.redis.delete("-", *(key for name in new for key in state.redis.keys(state.name(name))))


def test_projects_of_an_earlier_release_are_taken_in_once(ledger: Ledger) -> None:
    # Given data of release 0.1: a page in flight, a run, documents on their way and done, an ended project
    claimed(ledger)
    ledger.runs.create(7)
    page_to_import(ledger)()
    add(ledger, project=8)
    other = ledger.pages.claim(PageRef(9, 1, "/a.png"), "v1", lease_s=60, listed_at=ledger.now())
    assert other is not None
    ledger.pages.finish(other[0], seconds={})
    as_release_0_1(ledger)
    assert ledger.care.projects() == set()
    # When a new process begins its first sweep
    ledger.care.adopt()
    # Then all that have work are known, and those without are not
    assert ledger.care.projects() == {6, 7, 8}
    assert ledger.care.with_documents() == {8}
    assert ledger.documents.projects_of(DOCUMENT) == [6, 8]
    # And the next sweeps do not search all keys again
    state = ledger._state
    before = int(state.redis.info("commandstats")["cmdstat_scan"]["calls"])
    ledger.care.adopt()
    assert int(state.redis.info("commandstats")["cmdstat_scan"]["calls"]) == before
    assert not state.redis.exists(state.name("intake", "projects"))


def test_a_document_that_an_earlier_release_adds_meanwhile_is_taken_in(ledger: Ledger) -> None:
    ledger.care.adopt()
    add(ledger)
    state = ledger._state
    state.redis.sadd(state.name("intake", "projects"), PROJECT)
    state.redis.delete(*(state.name(name) for name in ("care", f"arriving:{PROJECT}", f"projects_of:{DOCUMENT}")))
    assert ledger.documents.projects_of(DOCUMENT) == [PROJECT]
    ledger.care.adopt()
    assert ledger.care.with_documents() == {PROJECT}


def test_the_projects_of_a_document_are_kept_as_long_as_one_of_them_keeps_it(ledger: Ledger) -> None:
    page_to_import(ledger)()
    assert add(ledger, project=7) == "new"
    state = ledger._state
    assert state.redis.ttl(state.name("projects_of", DOCUMENT)) == -1, "project 7 still needs the file"
    assert ledger.documents.needs_raw_file(DOCUMENT)
    (job,) = ledger.jobs.take(bound=9, lease_s=60)
    ledger.leases.fail(job, "intake", DocumentLocked("the PDF asks for a password"), attempts=1)
    assert 0 < state.redis.ttl(state.name("projects_of", DOCUMENT)) <= 600
    assert ledger.documents.projects_of(DOCUMENT) == [6, 7]
