"""The judge: compares the contents of ledger, bucket and Label Studio after a run with the guarantees."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from prelabel.api.runs import Run
from prelabel.errors import PrelabelError
from prelabel.ledger.failed_list import FailedPage
from tests.chaos.bucket_files import incomplete_files
from tests.chaos.contents import OUTSIDE, PROJECT
from tests.chaos.plan import POISONED
from tests.chaos.report import Report
from tests.chaos.senders import Senders
from tests.chaos.world import World

PROJECTS = (PROJECT, OUTSIDE)
#: Seconds in which a server that has gone away may still be called: calls in hand, and the first probes.
_NOTICED_S = 4.0
#: What the ledger still writes after the last page has ended.
_LAST_WRITES_S = 10.0


@dataclass(frozen=True, slots=True)
class State:
    """How far everything is. `settled`: nothing is left to do, and nothing can come any more."""

    stored: int
    failed: int
    in_flight: int
    rendered: int
    documents: int
    doubled: int
    settled: bool


class Judge:
    """The judge of one run."""

    def __init__(self, world: World, report: Report, senders: Senders, enqueued: Run) -> None:
        self._world, self._report, self._senders, self._enqueued = world, report, senders, enqueued
        self._contents = world.label_studio.state
        self._plan = report.plan

    def state(self) -> State:
        """Look at everything. Raises ServiceUnavailable."""
        stored, failed, pages = self._stored(), self._failed(), set(self._contents.pages)
        flying = sum(self._world.ledger.pages.in_flight(project) for project in PROJECTS)
        documents = self._ended_documents()
        doubled = sum(times > 1 for times in (*stored.values(), *self._document_pages().values()))
        over = not flying and not doubled and pages <= stored.keys() | failed.keys()
        all_documents = documents == len(self._senders.documents)
        settled = over and all_documents and not self._world.label_studio.still_storing
        rendered = len(self._contents.imported)
        return State(len(stored), len(failed), flying, rendered, documents, doubled, settled)

    def judge(self) -> None:
        """Fill the report; `broken` gets a line for each broken guarantee."""
        report, stored, failed = self._report, self._stored(), self._failed()
        pages = set(self._contents.pages)
        report.failed = len(failed.keys() & pages)
        report.skipped = self._deleted()
        report.done = len(stored)
        report.rendered = len(self._document_pages())
        report.lost = sorted(pages - stored.keys() - failed.keys())
        report.doubled = sorted(page for page, times in stored.items() if times > 1)
        report.removed = self._removed_pages() + sum(times - 1 for times in self._contents.stored.values())
        for check in (self._ends, self._failures, self._documents, self._calls, self._counts, self._left_behind):
            report.broken += check()
        report.broken += [
            f"the stand-in cannot answer {call}" for call in sorted(set(self._world.label_studio.unknown))
        ]
        report.broken += incomplete_files(self._world.folder / "bucket")

    # -- what is there ------------------------------------------------------------------------------------------------

    def _stored(self) -> Counter[int]:
        """Count the predictions of each page that exists."""
        return Counter(page for page, _ in self._world.label_studio.counts().elements())

    def _failed(self) -> dict[int, FailedPage]:
        return {page.task_id: page for project in PROJECTS for page in self._world.ledger.failed_list.pages(project)}

    def _document_pages(self) -> Counter[tuple[str, int]]:
        """Count the pages of documents that exist, by document and number."""
        with self._contents.lock:
            data = [self._contents.page_data(page) for page in self._contents.imported if page in self._contents.pages]
        return Counter((str(row["document"]), int(row["page"])) for row in data)

    def _ended_documents(self) -> int:
        found = [self._world.ledger.documents.find(PROJECT, document) for document in list(self._senders.documents)]
        return sum(document is not None and document.state in {"done", "failed"} for document in found)

    def _removed_pages(self) -> int:
        """Count the second pages of documents that were found and removed."""
        return len({*self._contents.imported} - self._contents.pages)

    def _deleted(self) -> int:
        """Count the pages that a person has deleted."""
        return len({*self._contents.images, *self._contents.data} - self._contents.pages - {*self._contents.imported})

    # -- what is wrong ------------------------------------------------------------------------------------------------

    def _ends(self) -> Iterator[str]:
        """Yield pages that did not end, or ended twice."""
        if flying := self._world.records():
            yield f"in flight: {flying}"
        if self._report.lost:
            yield f"lost: {self._report.lost}"
        if self._report.doubled:
            yield f"doubled: {self._report.doubled}"
        if not self._plan.forgets and not self._world.run_expired.is_set():
            with suppress(PrelabelError):
                if not _soon(lambda: self._enqueued.progress().finished):
                    yield f"the run did not end: {self._enqueued.progress()}"

    def _failures(self) -> Iterator[str]:
        """Yield wrong failures: poisoned pages must fail for their reason, other pages must not fail."""
        poisoned, failed, stored = self._plan.poisoned, self._failed(), self._stored()
        wrong: dict[str, list[int]] = defaultdict(list)
        for page, entry in sorted(failed.items()):
            if entry.reason not in POISONED.get(poisoned.get(page, ""), ()):
                what = poisoned.get(page, "not poisoned")
                wrong[f"({what}) failed: {entry.stage} {entry.reason}: {entry.message[:120]}"].append(page)
            if _has_secret(self._world, entry.message):
                yield f"the failed list contains a secret: {page}"
        yield from (f"pages {pages} {why}" for why, pages in wrong.items())
        for page, poison in sorted(poisoned.items()):
            if page not in failed and page in self._contents.pages:
                yield f"page {page} ({poison}) did not fail"
        if both := sorted(failed.keys() & stored.keys()):
            yield f"failed, but with a prediction: {both}"

    def _documents(self) -> Iterator[str]:
        """Yield documents that did not end well: each page must be in Label Studio, and only once."""
        held = self._document_pages()
        for document, pages in self._senders.documents.items():
            record = self._world.ledger.documents.find(PROJECT, document)
            if record is None or record.state != "done":
                yield f"document {document} did not end well: {record}"
            wrong = {n: times for n in range(1, pages + 1) if (times := held[document, n]) != 1}
            if wrong:
                yield f"document {document}: times that Label Studio holds its pages: {wrong}"
        if unknown := {document for document, _ in held} - self._senders.documents.keys():
            yield f"documents that nobody added: {sorted(unknown)}"

    def _calls(self) -> Iterator[str]:
        """Yield outages in which Label Studio was called more often than by one probe an interval."""
        if self._plan.forgets:
            return  # the outage was forgotten, too
        interval_s = self._world.timing.probe_interval_s
        for started, ended in self._world.outages:
            calls = self._world.label_studio.calls(started + _NOTICED_S, ended)
            thawed = sum(name.startswith("stop-") for _, name in self._plan.schedule)  # they end what they had begun
            allowed = math.ceil(max(0.0, ended - started - _NOTICED_S) / interval_s) + 1 + 3 * thawed
            if calls > allowed:
                yield f"{calls} calls while Label Studio was away for {ended - started:.0f} s; {allowed} probes are due"

    def _counts(self) -> Iterator[str]:
        """Yield wrong counts: every page that holds a prediction counts as done, and once."""
        stored = len(self._contents.of_project(PROJECT) & self._stored().keys())
        counted = self._world.ledger.runs.progress(PROJECT).done
        if not self._plan.forgets and not stored <= counted <= stored + self._deleted() + self._removed_pages():
            yield f"{stored} pages hold predictions; the project counts {counted} done"

    def _left_behind(self) -> Iterator[str]:
        """Yield keys that no page needs any more."""
        broker = self._world.redis.direct
        for part in ("page", "words", "state"):
            for project in PROJECTS:
                pattern = self._world.key(part, project, "*")
                if not _soon(lambda pattern=pattern: not any(broker.scan_iter(pattern))):  # type: ignore[misc]
                    yield f"left in Redis: {list(broker.scan_iter(pattern))[:5]}"


def _soon(met: Callable[[], bool]) -> bool:
    """Return whether something becomes true within some seconds."""
    until = time.monotonic() + _LAST_WRITES_S
    while not (found := met()) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def leaks(world: World) -> list[str]:
    """Return a line for each log that contains a secret. Call it when all processes have ended."""
    logs = {path.name: path.read_text("utf-8", "replace") for path in world.folder.rglob("*.log")}
    return [f"{name} contains a secret" for name, text in logs.items() if _has_secret(world, text)]


def _has_secret(world: World, text: str) -> bool:
    server = world.label_studio
    return any(secret in text for secret in (world.redis.password, server.token, *server.access_tokens))
