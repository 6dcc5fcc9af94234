"""Work and records of newer and of older releases, as this release meets them during an update."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Ignore

from prelabel.errors import ChainOver
from prelabel.ledger.leases import Begun
from prelabel.ledger.page_store import pack
from prelabel.ledger.pages import Claim, FreePages
from prelabel.ledger.stages import Stage
from prelabel.ledger.workers import WorkerInfo
from prelabel.page import FORMAT, Box, Page, PageRef, Word
from prelabel.settings import get_settings
from tasks import process
from tasks.extract import extract
from tasks.intake import open_document
from tasks.messages import has_unknown
from tasks.ocr import ocr
from tasks.page_task import stored_page
from tasks.pipeline import messages
from tasks.process import WorkerProcess, this_process
from tasks.select import select_all
from tasks.upload import upload

_servers = itertools.count()
PAGE = Page(100, 100, 100, 100, words=(Word("a", Box(1, 1, 9, 9), 0.9, "tesseract"),))
OLDER = ("older format", "no JSON", "no compressed text", "cut", "a list", "parts missing")


@pytest.fixture
def here(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcess]:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("LABEL_STUDIO_URL", f"http://releases-test-{next(_servers)}")
    get_settings.cache_clear()
    process._process.cache_clear()
    yield this_process()
    get_settings.cache_clear()
    process._process.cache_clear()


def stored(what: str) -> bytes:
    """Return what another release may have stored in place of a page."""
    form: dict[str, Any] = json.loads(zlib.decompress(pack(PAGE)))
    return {
        "newer format": zlib.compress(json.dumps(form | {"format": FORMAT + 1, "words": "in another form"}).encode()),
        "older format": zlib.compress(json.dumps(form | {"format": FORMAT - 1}).encode()),
        "no JSON": zlib.compress(b"words"),
        "no compressed text": b"words",
        "cut": pack(PAGE)[:-20],
        "a list": zlib.compress(b"[1]"),
        "parts missing": zlib.compress(json.dumps({"format": FORMAT}).encode()),
    }[what]


def in_hand(here: WorkerProcess, stage: Stage, words: bytes) -> Claim:
    """Return a page that this worker has taken into hand in this stage, after a failed try."""
    found = here.ledger.pages.claim(PageRef(6, 1, "/1"), "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    here.ledger.pages.advance(found[0], stage, PAGE, lease_s=60, ttl_s=60, seconds={})
    here.ledger._state.redis.set(here.ledger._state.name("words", 6, 1), words)
    here.ledger.leases.wait_for_retry(found[0], lease_s=60)
    assert isinstance(here.ledger.leases.begin(found[0], stage, here.owner), Begun)
    return found[0]


def record(here: WorkerProcess, field: str) -> str:
    value: bytes = here.ledger._state.redis.hget(here.ledger._state.name("page", 6, 1), field)
    return value.decode()


@pytest.mark.parametrize("stage", ["extract", "upload"])
def test_a_page_in_a_newer_form_stays_for_a_newer_worker(here: WorkerProcess, stage: Stage) -> None:
    held = in_hand(here, stage, stored("newer format"))
    with pytest.raises(ChainOver, match="handed back"):
        stored_page(here, held, stage)
    # Then nothing is deleted, no try is counted, and the page is free at its stage
    assert here.ledger._state.redis.get(here.ledger._state.name("words", 6, 1)) == stored("newer format")
    assert record(here, "attempts") == "1"
    found = here.ledger.pages.claim(PageRef(6, 1, "/1"), "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    assert found[1] == stage


@pytest.mark.parametrize("stage", ["extract", "upload"])
@pytest.mark.parametrize("what", OLDER)
def test_what_cannot_be_read_is_read_from_the_image_again(here: WorkerProcess, stage: Stage, what: str) -> None:
    held = in_hand(here, stage, stored(what))
    with pytest.raises(ChainOver, match="handed back"):
        stored_page(here, held, stage)
    # Then the page begins again, with all of its tries, and is not on the failed list
    assert not here.ledger._state.redis.exists(here.ledger._state.name("words", 6, 1))
    assert record(here, "attempts") == "0"
    assert here.ledger.runs.progress(6).queued == 1
    assert list(here.ledger.failed_list.pages(6)) == []
    found = here.ledger.pages.claim(PageRef(6, 1, "/1"), "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    assert found[1] == "ocr"
    here.ledger.pages.read_again(held)
    assert record(here, "owner") == "", "a stale chain changes nothing"


@pytest.mark.parametrize(("task", "stage"), [(ocr, "ocr"), (extract, "extract"), (upload, "upload")])
def test_a_message_with_more_than_this_release_knows_frees_its_page(
    here: WorkerProcess, task: Any, stage: Stage
) -> None:
    found = here.ledger.pages.claim(PageRef(6, 1, "/1"), "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    claim = found[0]
    if stage != "ocr":
        here.ledger.pages.advance(claim, stage, PAGE, lease_s=60, ttl_s=60, seconds={})
    for more, options in ((("newer",), {}), ((), {"newer": 1})):
        with pytest.raises(Ignore):
            task(6, 1, claim.token, "v1", *more, **options)
        again = here.ledger.pages.claim(PageRef(6, 1, "/1"), "v1", lease_s=60, listed_at=here.ledger.now())
        assert again is not None, "it is free at once"
        assert again[1] == stage
        claim = again[0]
    assert list(here.ledger.failed_list.pages(6)) == []
    with pytest.raises(Ignore):
        task(6, 1, "stale", "v1", "newer")
    assert here.ledger.pages.free(6) == FreePages([], []), "a stale message frees nothing"


def test_a_document_job_with_more_than_this_release_knows_waits_again(here: WorkerProcess) -> None:
    ledger = here.ledger
    ledger.documents.add(6, "0" * 16, name="a", kind="PDF", suffix=".pdf", size=1, ttl_s=60, importing=True)
    (job,) = ledger.jobs.take(bound=1, lease_s=60)
    with pytest.raises(Ignore):
        open_document(6, "0" * 16, 0, job.token, "newer")
    assert ledger.jobs.recover() == 1
    (again,) = ledger.jobs.take(bound=1, lease_s=60)
    assert (again.number, again.token != job.token) == (0, True)


def test_a_task_without_a_lease_leaves_out_what_it_does_not_know(here: WorkerProcess) -> None:
    select_all([], "newer", newer=1)  # no project: nothing to send
    assert here.ledger.pages.in_flight(6) == 0


def test_io_workers_of_earlier_releases_leave_uploads_to_this_one(here: WorkerProcess) -> None:
    """Given the upload of the release before, which moves a project's name, then it takes no message of this one."""

    def upload_of_the_release_before(self: object, project_id: int, task_id: int, token: str, version: str) -> None: ...

    ocr_message, _, message = messages(Claim(6, 1, "token", "v1"), "ocr", 0)
    older: Any = SimpleNamespace(run=upload_of_the_release_before)
    assert has_unknown(older, [None, *message.args], message.kwargs)
    assert not has_unknown(upload, message.args, message.kwargs)
    assert not ocr_message.kwargs


def test_records_of_a_newer_release_are_read(here: WorkerProcess) -> None:
    info = WorkerInfo("w1", "cpu", 1.0, None, {"tesseract": "5"})
    here.ledger.workers.sign_in(info, every_s=60)
    name = here.ledger._state.name("worker", "w1")
    row = json.loads(here.ledger._state.redis.get(name))
    here.ledger._state.redis.set(name, json.dumps(row | {"newer": SimpleNamespace(a=1).__dict__}))
    assert here.ledger.workers.alive() == [info]
    entry = {
        "reason": "newer_reason",
        "message": "m",
        "stage": "ocr",
        "attempts": 1,
        "at": 1.0,
        "image": "/1",
        "newer": 1,
    }
    here.ledger._state.redis.hset(here.ledger._state.name("failed", 6), 1, json.dumps(entry))
    (failed,) = here.ledger.failed_list.pages(6)
    assert failed.reason == "newer_reason"
    assert failed.cure
