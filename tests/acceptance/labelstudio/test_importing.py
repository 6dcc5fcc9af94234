"""Pages of documents into a real Label Studio: once, whatever answer is lost, and again where they were deleted."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import redis

from devstack.label_studio import LabelStudioServer
from prelabel.errors import AmbiguousUpload, LabellingConfigError, RequestRefused
from prelabel.intake.import_pages import import_rendered
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.ledger.document_jobs import DocumentJob
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.labelling_configs import POLYGONS_XML

_servers = itertools.count()
TIMEOUT_S = 3.0
DOCUMENT = "00112233445566aa"


class Cutting(httpx.HTTPTransport):
    """Loses the answers of the next imports; the server has taken them all the same."""

    cuts = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if request.url.path.endswith("/import") and self.cuts:
            self.cuts -= 1
            response.close()
            raise httpx.ReadTimeout("planted", request=request)
        return response


class Importer:
    """One project of the real server, a ledger of its own, and a line that can be cut."""

    def __init__(self, server: LabelStudioServer, project_id: int, redis_url: str, folder: Path) -> None:
        self.server, self.project_id, self.line = server, project_id, Cutting()
        self.client = LabelStudio(server.url, server.token, timeout_s=TIMEOUT_S, transport=self.line)
        self._redis = redis.Redis.from_url(redis_url)
        self.forget()
        self.settings = Settings(
            _env_file=None, bucket=str(folder), uploader_url="http://files.example", import_chunk=4
        )

    def forget(self) -> None:
        """Redis has lost everything."""
        self.ledger = Ledger(self._redis, f"importing-test-{next(_servers)}")

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

    def run(self) -> int:
        workplace = Workplace(self.settings, client=self.client, ledger=self.ledger)
        with self.ledger.locks.hold(f"import:{self.project_id}") as held:
            assert held
            return import_rendered(workplace, self.project_id, held)

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
