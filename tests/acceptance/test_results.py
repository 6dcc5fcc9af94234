"""`prelabel results` on a real Label Studio and a real Redis: documents of predictions and of people's corrections."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow.parquet as pq
import pytest

from devstack.label_studio import LabelStudioServer
from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.errors import ImageMissing
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.projects import set_model_version
from prelabel.ledger.ledger import Ledger
from prelabel.page import Box, Page, PageRef, Word
from prelabel.pdf.page_words import FormField, PageWords
from prelabel.pdf.text_layer import TextLayer
from prelabel.project.stored_pages import StoredPages
from prelabel.results.files import WRITERS
from prelabel.results.read import read_results
from prelabel.settings import Settings
from prelabel.training.project_pages import read_project
from prelabel.workplace import Workplace
from tests.support.cli_runs import Cli
from tests.support.forms import A, Q, grid, linked
from tests.support.full_disk import disk_of
from tests.support.key_values_schema import check_document
from tests.support.labelling_configs import RECTANGLES_XML

ORDER, SCAN, WAITING = "aaaa000011112222", "bbbb000011112222", "cccc000011112222"
VERSION = "prelabel-compact-1-1"
FORMULA = "=HYPERLINK(1)"
#: A stroke of a brush, as a second tool of the configuration would leave it.
BRUSH = {
    "id": "brush1",
    "type": "brush",
    "from_name": "brush",
    "to_name": "image",
    "original_width": 1000,
    "original_height": 1000,
    "image_rotation": 0,
    "value": {"format": "rle", "rle": [0, 0, 0, 1]},
}


@dataclass
class World:
    """A project. `pages`: task ids by document and page number."""

    server: LabelStudioServer
    client: LabelStudio
    settings: Settings
    project_id: int
    pages: dict[tuple[str, int], int]

    def predict(self, page: tuple[str, int], made: Page, version: str = VERSION) -> None:
        built = build_prediction(
            made, LabellingConfig.parse(RECTANGLES_XML), version=version, name=version, draw_other=False
        )
        assert import_predictions(self.client, self.project_id, [(self.pages[page], built)]) == 1

    def annotate(self, page: tuple[str, int], change: Callable[[list[dict[str, Any]]], None], **fields: Any) -> None:
        """Annotate a page as a person does, starting from its prediction."""
        prediction = self.client.get("/api/predictions/", params={"task": self.pages[page]}).json()[0]
        result = deepcopy(prediction["result"])
        change(result)
        body = {"result": result, "parent_prediction": prediction["id"], **fields}
        self.client.post(f"/api/tasks/{self.pages[page]}/annotations/", json=body)

    def documents(self, *args: Any, **kw: Any) -> dict[str, dict[str, Any]]:
        found = {each["id"]: each for each in read_results(self.project_id, *args, settings=self.settings, **kw)}
        for each in found.values():
            check_document(each)
        return found

    def environment(self) -> dict[str, str]:
        return {
            "LABEL_STUDIO_URL": self.server.url,
            "LABEL_STUDIO_API_KEY": self.server.token,
            "REDIS_URL": self.settings.redis_url,
        }


@pytest.fixture
def world(
    label_studio: LabelStudioServer,
    project: Callable[..., int],
    client: LabelStudio,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    project_id = project()
    known = {"document": ORDER, "document_name": "견적서.pdf", "pages": 3}
    data = {
        (SCAN, 2): {"image": f"s3://bucket/preprocessed/{SCAN}-2.png"},
        (ORDER, 1): {"image": f"/files/{ORDER}-1.png", "page": 1, **known},
        (ORDER, 3): {"image": f"/files/{ORDER}-3.png", "page": 3, **known},
        (ORDER, 2): {"image": f"/files/{ORDER}-2.png", "page": 2, **known},
        (SCAN, 1): {"image": f"s3://bucket/preprocessed/{SCAN}-1.png"},
        ("alone", 1): {"image": "/data/upload/1/0a1b2c3d-receipt.png"},
    }
    ids = label_studio.import_pages(project_id, [{"data": each} for each in data.values()])
    settings = Settings(
        _env_file=None,
        redis_url=redis_url,
        label_studio_url=label_studio.url,
        label_studio_api_key=label_studio.token,
        bucket=str(tmp_path_factory.mktemp("bucket")),
    )
    made = World(label_studio, client, settings, project_id, dict(zip(data, ids, strict=True)))
    made.predict((ORDER, 1), linked([(Q, "No:", 0, 0), (A, FORMULA, 100, 0)], (0, 1, 0.75)))
    made.predict((ORDER, 2), grid(("Item", "Price (GBP)"), (("Pen", "1.20"), ("Tape", "2.50"))))
    made.predict((ORDER, 3), linked([(Q, "Date", 0, 0), (A, "14 March 2025", 100, 0)], (0, 1)))
    set_model_version(client, project_id, VERSION)
    return made


def test_a_missed_word_that_a_person_has_drawn_is_read(world: World) -> None:
    """Given a stored page with a word that no region holds, when a person draws a box around it, results have it."""
    page = (ORDER, 1)
    made = linked([(Q, "No:", 0, 0), (A, FORMULA, 100, 0)], (0, 1, 0.75))
    missed = Word("INV-7", Box(100, 50, 180, 70))
    whole = replace(made, words=(*made.words, missed), entities=None, labels=None, links=None)
    stored = StoredPages.of(Workplace(world.settings))
    stored.keep(world.project_id, world.pages[page], VERSION, whole, f"/files/{ORDER}-1.png")

    def add(result: list[dict[str, Any]]) -> None:
        question = next(item for item in result if item["type"] == "labels")
        sides = {"x": 95 / made.width_px * 100, "y": 45 / made.height_px * 100}
        sides |= {"width": 100 / made.width_px * 100, "height": 30 / made.height_px * 100}
        drawn = {**question, "id": "drawn", "value": {"rotation": 0, **sides, "labels": ["ANSWER"]}}
        drawn.pop("meta", None)
        nothing = {**drawn, "id": "nothing", "value": {**drawn["value"], "y": 80, "height": 5}}
        ends = {"from_id": question["id"], "to_id": "drawn"}
        result += [drawn, nothing, {"type": "relation", "direction": "right", **ends}]

    world.annotate(page, add)

    order = world.documents()[ORDER]
    values = {field["value"] for field in order["fields"]}
    assert "INV-7" in values
    first = order["pages"][0]
    assert first["texts_from"] == {"stored_page": 1}
    assert first["not_used"] == {"no_text": 1}
    assert sum(first["not_read"].values()) == 1, "the image of this page is not there"


def test_a_document_of_three_pages_one_of_them_corrected(world: World) -> None:
    # Given a person who corrects a cell and redraws a relation from answer to question, and another who skips the page
    def mend(result: list[dict[str, Any]]) -> None:
        texts = {item["id"]: item for item in result if item["type"] == "textarea"}
        tape = next(item for item in texts.values() if item["value"]["text"] == ["Tape"])
        tape["value"]["text"] = ["연필 깎이"]
        relation = next(item for item in result if item.get("to_id") == tape["id"])
        relation["from_id"], relation["to_id"] = relation["to_id"], relation["from_id"]
        for item in result:
            item.pop("score", None)
        result.append(BRUSH)

    world.annotate((ORDER, 2), mend)
    world.annotate((ORDER, 2), list.clear, was_cancelled=True)
    # and work on another page that was not submitted
    world.client.post(f"/api/tasks/{world.pages[ORDER, 1]}/drafts", json={"result": [], "lead_time": 1.0})
    # and fields of the PDF's own form, and a newer prediction of another tool's version
    form = PageWords(1000, 1000, TextLayer((), 0, "no text"), (FormField("성명", "name_1", "홍길동", Box(0, 0, 9, 9)),))
    open_bucket(world.settings).put(Keys.from_settings(world.settings).words_key(ORDER, 3), form.to_json(), "")
    world.predict((ORDER, 3), linked([(Q, "Date", 0, 0), (A, "never", 100, 0)], (0, 1)), "other-1")

    order = world.documents()[ORDER]

    assert (order["name"], order["project_id"]) == ("견적서.pdf", world.project_id)
    assert [(page["page"], page["task_id"], page["source"], page["model_version"]) for page in order["pages"]] == [
        (1, world.pages[ORDER, 1], "prediction", VERSION),
        (2, world.pages[ORDER, 2], "annotation", VERSION),
        (3, world.pages[ORDER, 3], "prediction", VERSION),
    ]
    assert [page.get("not_used") for page in order["pages"]] == [{"draft": 1}, {"brush": 1}, None]
    assert [(field["key"], field["value"], field["confidence"]) for field in order["fields"]] == [
        ("No", FORMULA, 0.75),
        ("Date", "14 March 2025", 0.9),
    ]
    (named,) = order["form_fields"]
    assert (named["key"], named["value"], named["places"][0]["page"]) == ("성명", "홍길동", 3)
    (table,) = order["tables"]
    cells = [[cell["value"] for cell in row["cells"]] for row in table["rows"]]
    assert cells == [["Pen", "1.20"], ["연필 깎이", "2.50"]]
    assert {cell["confidence"] for row in table["rows"] for cell in row["cells"]} == {1.0}, "a person said so"
    # When only annotations or only predictions are requested
    machine = world.documents(ORDER, only="prediction")[ORDER]
    people = world.documents(ORDER, only="annotation")[ORDER]
    # Then the other kind has no influence
    assert machine["tables"][0]["rows"][1]["cells"][0]["value"] == "Tape"
    assert [page.get("error", {}).get("code") for page in people["pages"]] == ["not_annotated", None, "not_annotated"]


def test_pages_without_a_result_say_why(world: World) -> None:
    # Given a page that failed, a page that was not selected, a deleted page, and a page that is not imported yet
    ledger = Ledger.from_settings(world.settings)
    ref = PageRef(world.project_id, world.pages[SCAN, 1], "s3://bucket/x.png")
    claimed = ledger.pages.claim(ref, VERSION, lease_s=60, listed_at=ledger.now())
    assert claimed
    ledger.leases.fail(claimed[0], "ocr", ImageMissing("no such object"), 1)
    world.server.api.delete(f"/api/tasks/{world.pages[ORDER, 2]}/")
    ledger.documents.add(
        world.project_id, WAITING, name="다음.pdf", kind="PDF", suffix=".pdf", size=9, ttl_s=60, importing=True
    )

    found = world.documents()

    alone = f"task-{world.pages['alone', 1]}"
    assert list(found) == [SCAN, ORDER, alone, WAITING]
    reasons = {id_: [page.get("error", {}).get("code") for page in each["pages"]] for id_, each in found.items()}
    assert reasons == {
        SCAN: ["image_missing", "not_predicted"],
        ORDER: [None, "page_absent", None],
        alone: ["not_predicted"],
        WAITING: ["page_absent"],
    }
    assert (found[alone]["name"], found[SCAN]["name"]) == ("receipt.png", f"{SCAN}-1.png")
    assert found[SCAN]["pages"][0]["error"]["message"] == "no such object"
    assert found[WAITING]["pages"][0]["error"]["message"] == "not in Label Studio: waiting"
    for id_ in found:
        assert world.documents(id_) == {id_: found[id_]}, "alone as with all others"


def test_all_formats_from_the_shell(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    cli, settings = Cli(monkeypatch, capsys), world.environment()
    # When a whole document is written in every format
    (line,) = cli("results", world.project_id, "--document", ORDER, **settings).out.splitlines()
    for name in ("o.json", "o.csv", "o.parquet"):
        done = cli("results", world.project_id, "--document", ORDER, "-o", name, **settings)
        assert (done.code, done.out) == (0, f"1 documents, 3 pages: {name}\n")
    # Then all formats hold the same values
    order = json.loads(line)
    check_document(order)
    assert json.loads((tmp_path / "o.json").read_text("utf-8")) == [order]
    raw = (tmp_path / "o.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    read = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    kept = ("page", "table", "row", "column", "key", "value", "type", "normal", "unit", "confidence")
    assert [tuple(row[name] for name in kept) for row in read] == [
        ("1", "", "", "", "No", f"'{FORMULA}", "", "", "", "0.75"),
        ("3", "", "", "", "Date", "14 March 2025", "date", "2025-03-14", "", "0.9"),
        ("2", "1", "1", "1", "Item", "Pen", "", "", "", "0.9"),
        ("2", "1", "1", "2", "Price (GBP)", "1.20", "money", "1.20", "GBP", "0.9"),
        ("2", "1", "2", "1", "Item", "Tape", "", "", "", "0.9"),
        ("2", "1", "2", "2", "Price (GBP)", "2.50", "money", "2.50", "GBP", "0.9"),
    ]
    assert read[0]["link"] == f"{world.server.url}/projects/{world.project_id}/data?task={world.pages[ORDER, 1]}"
    parquet = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [row["value"] for row in parquet] == [FORMULA, *(row["value"] for row in read[1:])]
    assert (parquet[1]["date"], parquet[3]["number"], parquet[3]["page"]) == (date(2025, 3, 14), Decimal("1.2"), 2)
    # and the results of the whole project name the missing pages
    whole = cli("results", world.project_id, "--format", "csv", **settings)
    assert whole.code == 1
    assert "3 of 6 pages have no result: 3 not_predicted" in whole.error_line()
    assert whole.out.count("not_predicted: ") == 3
    # and what people drew and nobody can use is told
    world.annotate((ORDER, 2), lambda result: result.append(BRUSH))
    told = cli("results", world.project_id, "--document", ORDER, "-o", "o.json", **settings)
    assert told.error_line().startswith("prelabel: not used: brush strokes (1); see docs/how-to/results.md")


def test_failed_calls_leave_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.csv").write_text("old")
    cli, project_id, settings = Cli(monkeypatch, capsys), world.project_id, world.environment()

    def refused(*args: object) -> str:
        done = cli("results", *args, **settings)
        assert (done.code, done.out) == (2, "")
        return done.error_line()

    assert "has no document 7" in refused(project_id, "--document", 7, "-o", "x.csv")
    assert "project 999999" in refused(999999, "-o", "x.csv")
    assert "Parquet needs a file" in refused(1, "--format", "parquet")
    assert "name one with --format" in refused(1, "-o", "x.xlsx")
    assert "is not a file" in refused(1, "-o", "/dev/null", "--format", "csv")
    assert "is not NAME=LABEL" in refused(1, "--label", "FIELD")
    with disk_of(500):
        assert "make room" in refused(project_id, "-o", "old.csv")
    with monkeypatch.context() as patch:
        patch.setitem(WRITERS, "csv", told_to_end_halfway)
        assert cli("results", project_id, "-o", "old.csv", **settings).code == 128 + signal.SIGTERM
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'prelabel[parquet]'" in refused(project_id, "-o", "x.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "old"


def test_labels_of_other_names_and_pages_that_stand_twice(world: World) -> None:
    def rename(result: list[dict[str, Any]]) -> None:
        for item in result:
            if item["type"] == "labels":
                item["value"]["labels"] = ["Field" if item["value"]["labels"] == ["QUESTION"] else "Value"]

    world.annotate((ORDER, 1), rename)
    row = {"image": f"/files/{ORDER}-3.png", "document": ORDER, "page": "3", "pages": 3}
    (twice,) = world.server.import_pages(world.project_id, [{"data": row}])

    order = world.documents(ORDER)[ORDER]
    assert {row["key"] for row in order["fields"] if row["places"][0]["page"] == 1} == {"Field", "Value"}
    assert order["pages"][2]["task_id"] == world.pages[ORDER, 3], "the one that has something to say"
    assert order["pages"][2]["other_task_ids"] == [twice]
    worded = world.documents(ORDER, words=True)[ORDER]["pages"][0]
    assert worded["word_count"] == len(worded["words"]) > 0
    assert {entity["label"] for entity in worded["entities"]} == {"Field", "Value"}
    with Workplace(world.settings) as workplace:
        learned, _ = read_project(world.project_id, workplace)
    labels = {entity.label for each in learned for entity in each.page.entities or ()}
    assert {"Field", "Value"} <= labels, "a training reads the same annotations"
    told = world.documents(ORDER, names={"field": "question", "value": "answer"})[ORDER]
    assert (told["fields"][0]["key"], told["fields"][0]["confidence"]) == ("No", 1.0)


def told_to_end_halfway(_: object, out: IO[bytes]) -> None:
    out.write(b"half")
    os.kill(os.getpid(), signal.SIGTERM)
