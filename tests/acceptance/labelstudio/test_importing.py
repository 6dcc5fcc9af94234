"""Pages of documents into a real Label Studio: once, whatever answer is lost, and again where they were deleted."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from devstack.label_studio import LabelStudioServer
from prelabel.errors import AmbiguousUpload, LabellingConfigError, RequestRefused
from prelabel.intake.import_pages import import_rendered
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.ledger import Ledger
from prelabel.project.second_pages import recheck_documents, second_pages
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.labelling_configs import POLYGONS_XML

_servers = itertools.count()
TIMEOUT_S = 3.0
DOCUMENT = "00112233445566aa"


#: A worker that freezes once: after it has read which pages wait, or when its import is to be sent.
_FROZEN = """
import os, signal, sys
import httpx, redis
from prelabel.errors import PrelabelError
from prelabel.intake.import_pages import import_rendered
from prelabel.project.second_pages import recheck_documents, second_pages
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger import locks
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace

redis_url, server_id, url, token, project, bucket, where, lease_s = sys.argv[1:]
locks.LOCK_LEASE_S = float(lease_s)
stops = [where]

def stop(here):
    if here in stops:
        stops.remove(here)
        os.kill(os.getpid(), signal.SIGSTOP)

class Line(httpx.HTTPTransport):
    def handle_request(self, request):
        if request.url.path.endswith("/import"):
            stop("sending")
        return super().handle_request(request)

ledger = Ledger(redis.Redis.from_url(redis_url), server_id)
read = ledger.documents.waiting_for_import
ledger.documents.waiting_for_import = lambda *args: [found := read(*args), stop("reading")][0]
settings = Settings(_env_file=None, bucket=bucket, uploader_url="http://files.example")
client = LabelStudio(url, token, timeout_s=30.0, transport=Line())
with client, ledger.locks.hold("import:" + project) as held:
    try:
        import_rendered(Workplace(settings, client=client, ledger=ledger), int(project), held)
        print("imported")
    except PrelabelError as error:
        print("stopped", error.charged)
"""


class Cutting(httpx.HTTPTransport):
    """Loses the answers of the next imports; the server has taken them all the same, or takes them later."""

    cuts = 0
    #: Whether the next import is kept on its way, and the import that is.
    keep = False
    kept: httpx.Request | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/import") and self.keep:
            request.read()
            self.keep, self.kept = False, request
            raise httpx.ReadTimeout("planted", request=request)
        response = super().handle_request(request)
        if request.url.path.endswith("/import") and self.cuts:
            self.cuts -= 1
            response.close()
            raise httpx.ReadTimeout("planted", request=request)
        return response

    def arrive(self) -> None:
        """Let the server get the import that was kept on its way."""
        assert self.kept
        super().handle_request(self.kept).read()


class Importer:
    """One project of the real server, a ledger of its own, and a line that can be cut."""

    def __init__(self, server: LabelStudioServer, project_id: int, redis_url: str, folder: Path) -> None:
        self.server, self.project_id, self.line, self.redis_url = server, project_id, Cutting(), redis_url
        self.client = LabelStudio(server.url, server.token, timeout_s=TIMEOUT_S, transport=self.line)
        self._redis = redis.Redis.from_url(redis_url)
        self.forget()
        self.settings = Settings(
            _env_file=None, bucket=str(folder), uploader_url="http://files.example", import_chunk=4
        )

    def forget(self) -> None:
        """Redis has lost everything."""
        self.server_id = f"importing-test-{next(_servers)}"
        self.ledger = Ledger(self._redis, self.server_id)

    def render(self, document: str, pages: int, rendered: int) -> None:
        """A document of so many pages, of which so many wait for being imported."""
        self.ledger.documents.add(
            self.project_id, document, name="견적서.pdf", kind="PDF", suffix=".pdf", size=9, ttl_s=600, importing=True
        )
        self.ledger.jobs.opened(self._take(1)[0], pages, ".png")
        for piece in self._take(rendered):
            self.ledger.jobs.rendered(piece, importing=True)

    def _take(self, count: int) -> list[DocumentJob]:
        return [self.ledger.jobs.take(bound=number, lease_s=60)[0] for number in range(1, count + 1)]

    @property
    def workplace(self) -> Workplace:
        return Workplace(self.settings, client=self.client, ledger=self.ledger)

    def run(self) -> int:
        with self.ledger.locks.hold(f"import:{self.project_id}", wait_s=30) as held:
            assert held
            return import_rendered(self.workplace, self.project_id, held)

    def run_until_done(self) -> None:
        """Import as the sweep does, until no page waits."""
        while self.ledger.documents.waiting_for_import(self.project_id, 1):
            try:
                self.run()
            except AmbiguousUpload:  # let the wait after a lost answer be over
                self._redis.hset(f"prelabel:{self.server_id}:document:{self.project_id}:{DOCUMENT}", "look", 1)

    @contextmanager
    def frozen(self, where: str) -> Iterator[subprocess.Popen[str]]:
        """Start another worker, and wait until it has frozen while it imports; it goes on at the end."""
        args = [self.redis_url, self.server_id, self.server.url, self.server.token, self.project_id]
        command = [sys.executable, "-c", _FROZEN, *map(str, [*args, self.settings.bucket, where, 3.0])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            _, status = os.waitpid(worker.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status), status
            try:
                yield worker
            finally:
                worker.send_signal(signal.SIGCONT)
                worker.wait(60)

    def rechecks(self) -> list[str]:
        members: Any = self._redis.zrange(f"prelabel:{self.server_id}:rechecks", 0, -1)
        return [member.decode() for member in members]

    def held(self) -> list[int]:
        """Page numbers of the project's tasks."""
        return sorted(int(page["data"]["page"]) for page in self.server.pages(self.project_id))

    def tasks(self, document: str = DOCUMENT) -> dict[int, int | None]:
        pages = self.ledger.documents.pages(self.project_id, [document])[document]
        return {page.number: page.task_id for page in pages}


@pytest.fixture
def importer(
    label_studio: LabelStudioServer, project: Callable[..., int], redis_url: str, tmp_path: Path
) -> Iterator[Importer]:
    made = Importer(label_studio, project(POLYGONS_XML), redis_url, tmp_path)
    with made.client:
        yield made


def test_pages_come_in_chunks_with_all_that_is_known_of_them(importer: Importer) -> None:
    importer.render(DOCUMENT, pages=11, rendered=10)
    assert importer.run() == 10
    pages = importer.server.pages(importer.project_id)
    assert pages[0]["data"] == {
        "ocr": f"http://files.example/files/{DOCUMENT}-1.png",
        "document": DOCUMENT,
        "document_name": "견적서.pdf",
        "page": 1,
        "pages": 11,
    }
    assert importer.tasks() == {page["data"]["page"]: page["id"] for page in pages} | {11: None}
    assert importer.run() == 0


def test_after_a_lost_answer_nothing_comes_twice(importer: Importer) -> None:
    """Given an import whose answer is lost, when it is tried again, then first time passes, then a look finds them."""
    importer.render(DOCUMENT, pages=6, rendered=6)
    importer.line.cuts = 1
    with pytest.raises(AmbiguousUpload):
        importer.run()
    with pytest.raises(AmbiguousUpload) as early:
        importer.run()
    assert early.value.retry_after_s is not None
    assert 0 < early.value.retry_after_s <= TIMEOUT_S
    time.sleep(early.value.retry_after_s + 0.05)
    assert importer.run() == 2, "four were there"
    assert importer.held() == [1, 2, 3, 4, 5, 6]
    assert None not in importer.tasks().values()


def test_a_register_that_was_lost_finds_the_pages_again(importer: Importer) -> None:
    importer.render(DOCUMENT, pages=3, rendered=2)
    importer.run()
    before = importer.tasks()
    importer.server.api.post(
        "/api/predictions/", json={"task": before[2], "result": [], "model_version": "any"}
    ).raise_for_status()
    importer.forget()
    importer.render(DOCUMENT, pages=3, rendered=3)
    assert importer.run() == 1
    states = [page.state for page in importer.ledger.documents.pages(importer.project_id, [DOCUMENT])[DOCUMENT]]
    assert states == ["queued", "done", "queued"], "no selection will find the second one"
    assert importer.held() == [1, 2, 3]
    assert {number: task for number, task in importer.tasks().items() if number < 3} == {1: before[1], 2: before[2]}


def test_pages_that_were_deleted_come_again_when_the_file_is_given_again(importer: Importer) -> None:
    importer.render(DOCUMENT, pages=2, rendered=2)
    importer.run()
    importer.server.api.delete(f"/api/tasks/{importer.tasks()[2]}/").raise_for_status()
    again = importer.ledger.documents.add(
        importer.project_id, DOCUMENT, name="x", kind="PDF", suffix=".pdf", size=9, ttl_s=600, importing=True
    )
    assert (again, importer.run()) == ("known", 0)
    assert importer.ledger.documents.waiting_for_import(importer.project_id, 9) == []
    (piece,) = importer.ledger.jobs.take(bound=9, lease_s=60)
    assert piece.number == 2
    importer.ledger.jobs.rendered(piece, importing=True)
    assert importer.run() == 1
    assert importer.held() == [1, 2]


def test_a_project_that_takes_no_pages_says_so_and_keeps_them_waiting(importer: Importer) -> None:
    importer.render(DOCUMENT, pages=1, rendered=1)
    path = f"/api/projects/{importer.project_id}/"
    importer.server.api.patch(path, json={"label_config": "<View/>"}).raise_for_status()
    with pytest.raises((LabellingConfigError, RequestRefused)):
        importer.run()
    importer.server.api.patch(path, json={"label_config": POLYGONS_XML}).raise_for_status()
    assert importer.run() == 1


def test_a_worker_frozen_before_its_import_imports_nothing(importer: Importer) -> None:
    """Given a worker that stands still after it has read what waits, when another one imports it, then it stops."""
    importer.render(DOCUMENT, pages=3, rendered=3)
    with importer.frozen("reading") as worker:
        assert importer.run() == 3, "its lock has run out"
        before = importer.tasks()
        worker.send_signal(signal.SIGCONT)
        assert worker.communicate(timeout=60)[0] == "stopped False\n"
    assert importer.held() == [1, 2, 3]
    assert importer.tasks() == before


def test_a_worker_frozen_while_its_import_is_sent_leaves_no_page_twice(importer: Importer) -> None:
    importer.render(DOCUMENT, pages=3, rendered=3)
    with importer.frozen("sending") as worker:
        importer.run_until_done()
        before = importer.tasks()
        worker.send_signal(signal.SIGCONT)
        assert worker.communicate(timeout=60)[0] == "stopped False\n"
        assert importer.held() == [1, 1, 2, 2, 3, 3], "nobody can hold back what is on its way"
    assert importer.rechecks() == [f"document:{importer.project_id}:{DOCUMENT}:"]
    importer.run_until_done()
    assert importer.held() == [1, 2, 3]
    assert importer.tasks() == before


def test_an_import_that_is_stored_after_its_repeat_is_removed_later(importer: Importer) -> None:
    """Given a late copy, when a person annotates one of its pages, then this one stays, and of the others the first."""
    importer.render(DOCUMENT, pages=4, rendered=4)
    importer.line.keep = True
    importer.run_until_done()
    importer.line.arrive()
    tasks = {number: [] for number in range(1, 5)}  # type: dict[int, list[int]]
    for page in importer.server.pages(importer.project_id):
        tasks[page["data"]["page"]].append(page["id"])
    assert [len(each) for each in tasks.values()] == [2, 2, 2, 2]
    assert importer.rechecks() == [f"document:{importer.project_id}:{DOCUMENT}:"]
    api, (annotated, drafted, predicted) = importer.server.api, (max(tasks[n]) for n in (1, 2, 3))
    api.post(f"/api/tasks/{annotated}/annotations/", json={"result": []}).raise_for_status()
    api.post(f"/api/tasks/{drafted}/drafts", json={"result": [], "lead_time": 1}).raise_for_status()
    for version in ("prelabel-x-1", "others-1"):
        body = {"task": predicted if version == "others-1" else max(tasks[4]), "result": [], "model_version": version}
        api.post("/api/predictions/", json=body).raise_for_status()
    doubled = second_pages(importer.client, get_project(importer.client, importer.project_id))
    assert [[page.task_id for page in same] for same in doubled] == [sorted(each) for each in tasks.values()]

    recheck_documents(importer.workplace, importer.project_id, [DOCUMENT])

    assert importer.held() == [1, 2, 3, 4]
    assert importer.tasks() == {1: annotated, 2: drafted, 3: predicted, 4: min(tasks[4])}
    assert list(second_pages(importer.client, get_project(importer.client, importer.project_id))) == []
