"""Work in every state that Redis and the bucket can hold, made by this checkout's own code for `record_release`.

The numbers of the pages are fixed: the test of recorded releases knows which end each of them must have.
"""

from __future__ import annotations

import io
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

from PIL import Image

from prelabel.errors import ImageUnreadable, OcrFailed, ServiceUnavailable
from prelabel.kie.key_values.pairs import key_values
from prelabel.ledger.document_jobs import DocumentJob, DocumentJobs
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.ledger.stages import Stage
from prelabel.ledger.workers import Announcement, WorkerInfo
from prelabel.page import Box, Entity, Link, Page, PageRef, Word, WordLabel
from prelabel.project.version import pipeline_version
from prelabel.settings import Settings
from prelabel.workplace import Workplace

#: Projects: with all states and a run, paused, with a run that nobody has listed, and watched without a run.
PROJECT, PAUSED, UNLISTED, WATCHED = 6, 7, 8, 9
QUEUED, IN_EXTRACT, IN_UPLOAD = (1, 2, 3), 4, 5
RETRYING, FETCHED, IN_HAND, SENDING = 6, 7, 8, 9
FAILED, FAILED_BY_OUTAGE, DROPPED, DONE, WITHOUT_WORDS = 10, 11, 12, 13, 14
OF_RUN = (*QUEUED, IN_EXTRACT, IN_UPLOAD, RETRYING, FETCHED, IN_HAND, SENDING, FAILED, FAILED_BY_OUTAGE, WITHOUT_WORDS)
OF_PAUSED, OF_UNLISTED, OF_WATCHED = 15, 16, 17
#: Engines and tagger of the workers, which take part in the pipeline version.
ENGINES = {"tesseract": "recorded"}
TAGGER = Announcement("planted", "1", ("QUESTION", "ANSWER", "HEADER"), "recorded")
#: Longer than the recording takes: what has a time to live must not run out meanwhile.
_LEASE_S, _TTL_S = 600.0, 86400.0


def fill(settings: Settings) -> dict[str, str]:
    """Put work in every state into Redis and the bucket; return the ids of runs and documents."""
    ledger = Ledger.from_settings(settings)
    _announce(ledger)
    made = _fill_pages(ledger, settings)
    made |= _fill_documents(settings)
    ledger.syncs.set_named_up_to(PROJECT, 3)
    ledger.watched.add(WATCHED)
    return made


def _announce(ledger: Ledger) -> None:
    """Let workers announce themselves and die."""
    for kind, tagger, engines in (("gpu", TAGGER, {}), ("cpu", None, ENGINES), ("io", None, {})):
        info = WorkerInfo(_dead(kind), kind, time.time(), tagger, engines)
        ledger.workers.sign_in(info, every_s=0.01)


def _dead(kind: str) -> str:
    return f"{socket.gethostname()}:{os.getpid() + 10**7}:{kind}"


def _fill_pages(ledger: Ledger, settings: Settings) -> dict[str, str]:
    from prelabel.queues.sending import send_select
    from tasks.pipeline import start_chain

    run = ledger.runs.create(PROJECT)
    ledger.runs.open(run, PROJECT, [*OF_RUN, DONE], listed_at=ledger.now())
    version = pipeline_version(settings.for_project(PROJECT), TAGGER, ENGINES)

    def claim(page: int, project: int = PROJECT) -> Claim:
        ref = PageRef(project, page, f"/data/upload/{page}")
        found = ledger.pages.claim(ref, version, lease_s=_LEASE_S, listed_at=ledger.now())
        if found is None:
            raise RuntimeError(f"page {page} cannot be claimed")
        return found[0]

    def at(page: int, stage: Stage, *, sent: bool = True) -> Claim:
        held, order = claim(page), ("ocr", "extract", "upload")
        for step in order[1 : order.index(stage) + 1]:
            output = words(page) if step == "extract" else labelled(words(page))
            seconds = {"ocr": 0.5} if step == "extract" else {"ser": 0.25, "re": 0.25}
            ledger.pages.advance(held, step, output, lease_s=_LEASE_S, ttl_s=_TTL_S, seconds=seconds)  # type: ignore[arg-type]
        if sent:
            start_chain(held, stage, 0)
        return held

    for page, priority in zip(QUEUED, (0, 3, 9), strict=True):
        start_chain(claim(page), "ocr", priority)
    at(IN_EXTRACT, "extract")
    at(IN_UPLOAD, "upload")
    _retry_later(ledger, at(RETRYING, "ocr", sent=False))
    _fetch(ledger, at(FETCHED, "ocr"))
    ledger.leases.begin(at(IN_HAND, "extract", sent=False), "extract", _dead("gpu"), charge="alone", lease_s=_LEASE_S)
    sending = at(SENDING, "upload", sent=False)
    ledger.leases.begin(sending, "upload", _dead("io"), lease_s=_LEASE_S)
    ledger.intents.record([sending], ledger.now())
    ledger.leases.fail(claim(FAILED), "ocr", OcrFailed("the page took longer than 180 s"), 3)
    ledger.leases.fail(claim(FAILED_BY_OUTAGE), "upload", ServiceUnavailable("Label Studio does not answer"), 4)
    ledger.leases.fail(claim(DROPPED), "ocr", ImageUnreadable("no image"), 1)
    ledger.failed_list.drop(PROJECT, [DROPPED])
    done = at(DONE, "upload", sent=False)
    ledger.pages.finish(done, seconds={"upload": 0.5})
    ledger._state.redis.delete(ledger._state.name("words", PROJECT, at(WITHOUT_WORDS, "extract").task_id))
    ledger.halts.pause(PAUSED) if claim(OF_PAUSED, PAUSED) else None
    unlisted = ledger.runs.create(UNLISTED)
    send_select(settings, UNLISTED, unlisted)
    return {"run": run, "unlisted": unlisted}


def _retry_later(ledger: Ledger, held: Claim) -> None:
    """Let a page wait for its second try, with a message that is due in a minute."""
    from tasks.app import app

    ledger.leases.begin(held, "ocr", _dead("cpu"), charge="alone", lease_s=_LEASE_S)
    ledger.leases.wait_for_retry(held, lease_s=_LEASE_S)
    message = [held.project_id, held.task_id, held.token, held.version]
    app.send_task("prelabel.ocr", args=message, queue="cpu", countdown=60)


def _fetch(ledger: Ledger, held: Claim) -> None:
    """Let a worker die that has fetched the message of a page, wherever the queues of this release are."""
    client: Any = ledger._state.redis
    lists = [key for key in client.scan_iter("*cpu") if client.type(key) == b"list"]
    key, row = next((key, row) for key in lists for row in client.lrange(key, 0, -1) if held.token.encode() in row)
    prefix, tag = key.decode().removesuffix("cpu"), json.loads(row)["properties"]["delivery_tag"]
    client.lrem(key, 1, row)
    client.hset(f"{prefix}unacked", tag, json.dumps([json.loads(row), "cpu", "cpu"]))
    client.zadd(f"{prefix}unacked_index", {tag: time.time()})
    ledger.leases.reserve(held, _dead("cpu"), lease_s=_LEASE_S)


def words(page: int) -> Page:
    """Return the output of stage ocr."""
    rows = (("Name", 10), (f"page {page}", 30), ("한글", 50))
    made = tuple(Word(text, Box(10, y, 90, y + 15), 0.9, "tesseract") for text, y in rows)
    return Page(100, 200, 100, 200, words=made)


def labelled(page: Page) -> Page:
    """Return the output of stage extract."""
    kinds = ("QUESTION", "ANSWER", "OTHER")
    entities = (Entity("QUESTION", (0,), 0.9), Entity("ANSWER", (1,), 0.8))
    links = (Link(0, 1, 0.7),)
    found = page.with_labels(tuple(WordLabel(kind, 0.9) for kind in kinds), entities)
    return found.with_links(links, key_values(found.words, entities, links))


def _fill_documents(settings: Settings) -> dict[str, str]:
    """Add documents: not opened, opened with its first page rendered, and with a failed page."""
    from prelabel.intake.accept import accept
    from prelabel.intake.dispatch import dispatch
    from prelabel.ledger.leases import _entry

    with Workplace(settings) as place:
        jobs, ids = place.ledger.jobs, {}
        for name, shade in (("failed", 40), ("rendered", 120)):
            ids[name] = accept(place, iter([_pdf(shade)]), f"{name}.pdf", PROJECT).document.id
            jobs.opened(_taken(jobs, ids[name], 0), 2, ".png")
            first = _taken(jobs, ids[name], 1)
            if name == "failed":
                entry = _entry("intake", OcrFailed("planted"), 4)
                place.ledger._state.run("leases/fail", first.work, first.token, entry)
            else:
                place.bucket.put(place.keys.page_key(first.document, 1), _png(shade), "image/png")
                jobs.rendered(first, importing=True)
        ids["waiting"] = accept(place, iter([_pdf(200)]), "waiting.pdf", PROJECT).document.id
        dispatch(place)
        place.ledger.documents.set_import_failure(PROJECT, ServiceUnavailable("Label Studio does not answer"))
    return ids


def _taken(jobs: DocumentJobs, document: str, number: int) -> DocumentJob:
    """Take jobs until this one comes; the others are lost with their taker."""
    while taken := jobs.take(bound=100, lease_s=_LEASE_S):
        for job in taken:
            if (job.document, job.number) == (document, number):
                return job
    raise RuntimeError(f"no job {number} of {document}")


def _picture(shade: int) -> Image.Image:
    return Image.new("L", (60, 80), shade)


def _png(shade: int) -> Any:
    out = io.BytesIO()
    _picture(shade).save(out, "PNG")
    return out.getvalue()


def _pdf(shade: int) -> bytes:
    out = io.BytesIO()
    _picture(shade).save(out, "PDF", save_all=True, append_images=[_picture(shade + 1)])
    return out.getvalue()


def bucket_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the bucket by their paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
