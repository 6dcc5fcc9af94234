"""The label stream while everything changes: no page that people can open with a prediction ever opens empty.

Real workers that read and tag in no time, on a real Label Studio, after an older release.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devstack.label_studio import LabelStudioServer
from devstack.redis import RedisServer
from devstack.workers import Workers
from prelabel.api.runs import enqueue_project
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.projects import set_model_version
from prelabel.labelstudio.stored_predictions import exact_version
from prelabel.ledger.ledger import Ledger
from prelabel.settings import Settings
from tests.support.watched_stream import WatchedStream

KINDS = ("cpu", "gpu", "io")
OLD, OLDER = "prelabel-compact-11111111-22222222", "prelabel-compact-00000000-22222222"
_ENV = {
    "PRELABEL_CPU_PROCESSES": "1",
    "PRELABEL_LINKER": "alignment",
    "PRELABEL_SELECT_INTERVAL": "1",
    "PRELABEL_HEARTBEAT": "1",
    "PRELABEL_UPLOAD_WAIT": "0.1",
    "PRELABEL_RETRY_BACKOFF": "0.2",
}
#: What changes from one release or set-up to the next.
SETTINGS, ENGINE, TAGGER = {"PRELABEL_DRAW_OTHER": "true"}, {"ENGINE_RELEASE": "9"}, {"TAGGER_DIGEST": "2"}


@dataclass
class Fleet:
    """Beat and workers with one set-up after another, on one Redis."""

    workers: Workers
    env: dict[str, str]
    settings: Settings

    def start(self, **changes: str) -> None:
        self.env |= changes
        for kind in KINDS:
            self.workers.start(kind, self.env | {"PLANTED_IN": kind}, module="tests.support.quick_worker")
        self.workers.start("beat", self.env)
        self.until(lambda: {worker.kind for worker in self.ledger.workers.alive()} >= {*KINDS})

    def stop(self) -> None:
        self.workers.stop(*KINDS, "beat")

    @property
    def ledger(self) -> Ledger:
        return Ledger.from_settings(self.settings)

    def until(self, met: Callable[[], object], limit_s: float = 600) -> None:
        deadline = time.monotonic() + limit_s
        while not met():
            self.workers.check()
            assert time.monotonic() < deadline
            time.sleep(0.1)


@contextmanager
def fleet(folder: Path, label_studio: LabelStudioServer) -> Iterator[Fleet]:
    workers = Workers(folder)
    with RedisServer(folder / "redis") as server:
        env = {
            "REDIS_URL": server.url,
            "LABEL_STUDIO_URL": label_studio.url,
            "LABEL_STUDIO_API_KEY": label_studio.token,
        }
        given: Any = {name.lower(): value for name, value in env.items()}
        try:
            yield Fleet(workers, {**_ENV, **env}, Settings(_env_file=None, **given))
        finally:
            workers.stop()


def half_predicted(
    label_studio: LabelStudioServer, client: LabelStudio, project_id: int, count: int, folder: Path
) -> list[int]:
    """Import pages; older releases have predicted every other one, half of these each; return the ids."""
    image = folder / "page.png"
    image.write_text("Invoice No 4711 Total 12.50", "utf-8")
    label_studio.upload_images(project_id, [image])
    (first,) = label_studio.pages(project_id)
    rows = [{"data": {"image": first["data"]["image"]}} for _ in range(count - 1)]
    pages = [int(first["id"]), *label_studio.import_pages(project_id, rows)]
    old = {page: (OLD, OLDER)[place % 2] for place, page in enumerate(pages[::2])}
    import_predictions(client, project_id, [(page, prediction(name)) for page, name in old.items()])
    set_model_version(client, project_id, OLD)
    return pages


def prediction(name: str) -> dict[str, Any]:
    value = {"x": 1, "y": 1, "width": 1, "height": 1, "rotation": 0}
    item = {"id": "r1", "from_name": "bbox", "to_name": "image", "type": "rectangle", "value": value}
    return {"result": [item], "score": 0.5, "model_version": name}


def ids_of(label_studio: LabelStudioServer, project_id: int) -> dict[int, list[int]]:
    return {page["id"]: [each["id"] for each in page["predictions"]] for page in label_studio.pages(project_id)}


@pytest.mark.parametrize(
    ("count", "changes"),
    [
        pytest.param(24, [SETTINGS | ENGINE | TAGGER], id="24 pages, all at once"),
        pytest.param(200, [SETTINGS, ENGINE, TAGGER], id="200 pages, one by one", marks=pytest.mark.slow),
    ],
)
def test_no_page_opens_empty_while_all_is_redone(
    label_studio: LabelStudioServer,
    project: Callable[..., int],
    client: LabelStudio,
    tmp_path: Path,
    count: int,
    changes: list[dict[str, str]],
) -> None:
    project_id = project()
    pages = half_predicted(label_studio, client, project_id, count, tmp_path)
    before = {page: found for page, found in ids_of(label_studio, project_id).items() if found}
    every_s = 1.0 if count > 100 else 0.3
    with fleet(tmp_path, label_studio) as workers, WatchedStream(client, project_id, every_s) as watched:
        workers.start()
        run = enqueue_project(project_id, settings=workers.settings)
        workers.until(lambda: watched.shown == {*pages} or watched.error)
        assert run.wait(timeout_s=600).done == count // 2, "those without a prediction"
        for change in changes:
            workers.stop()
            workers.start(**change)
            _redo(workers, project_id, count)
    assert watched.error is None
    assert (watched.empty, watched.doubled) == ([], set())
    assert watched.names == [OLD], "the project's name never moves"
    assert watched.looks > 5
    assert watched.opened
    after = ids_of(label_studio, project_id)
    assert {page: after[page] for page in before} == before, "the same predictions, changed in place"
    assert [len(after[page]) for page in pages] == [1] * count
    made = Counter(exact_version(page["predictions"][0]) for page in label_studio.pages(project_id))
    assert [*made.values()] == [count]
    assert not {OLD, OLDER} & made.keys()


def _redo(workers: Fleet, project_id: int, count: int) -> None:
    """Predict all again, and kill the io worker in the middle of it."""
    run = enqueue_project(project_id, again=True, settings=workers.settings)
    workers.until(lambda: run.progress().done >= 2)
    workers.workers["io"].signal(signal.SIGKILL)
    end = run.wait(timeout_s=900)
    assert (end.done, end.failed, end.skipped) == (count, 0, 0)
