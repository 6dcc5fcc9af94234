"""Contents of pages, read in bulk from a server that is unavailable at times and stores any JSON."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from prelabel.errors import NotAnnotated, NotPredicted, PageError, PagesGone, ServiceUnavailable
from prelabel.labelstudio import page_list
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_contents import BODIES, PageContent, read_contents
from prelabel.labelstudio.page_data import all_page_data
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.projects import Project
from prelabel.page import Page
from tests.support.forms import A, Q, linked
from tests.support.labelling_configs import RECTANGLES_XML

PROJECT = Project(6, "p", RECTANGLES_XML, "new", 0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_list, "_PAUSES_S", (0.0, 0.0, 0.0))


class Server:
    """A server of pages. `away`: how many of the next answers are 503."""

    def __init__(self, pages: dict[int, dict[str, Any]], away: int = 0) -> None:
        self.pages, self.away, self.calls = pages, away, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.away:
            self.away -= 1
            return httpx.Response(503)
        items = json.loads(request.url.params["query"])["filters"]["items"]
        size = int(request.url.params["page_size"])
        wanted = items[-1]["value"]
        ids = wanted if isinstance(wanted, list) else sorted(n for n in self.pages if n > wanted)
        found = [{"id": n, **self.pages[n]} for n in ids if n in self.pages]
        return httpx.Response(200, json={"tasks": found[:size]})

    def client(self) -> LabelStudio:
        return LabelStudio("http://ls.test", "token", transport=httpx.MockTransport(self))


def prediction(value: str, version: str, id_: int = 1) -> dict[str, Any]:
    page = linked([(Q, "No", 0, 0), (A, value, 60, 0)], (0, 1))
    config = LabellingConfig.parse(RECTANGLES_XML)
    return {"id": id_, **build_prediction(page, config, version=version, name=version, draw_other=False)}


def read(row: dict[str, Any], **kw: Any) -> PageContent:
    with Server({5: row}).client() as client:
        (found,) = read_contents(client, PROJECT, [5], kw.get("only"), kw.get("names", {}))
    return found


def texts(content: PageContent) -> list[str]:
    assert isinstance(content.page, Page)
    return [word.text for word in content.page.words]


def test_the_project_s_version_counts_else_the_newest() -> None:
    old, new = prediction("old", "old", 9), prediction("new", "new", 3)
    assert texts(read({"predictions": [old, new]})) == ["No", "new"]
    assert read({"predictions": [prediction("a", "a", 1), prediction("b", "b", 2)]}).version == "b"


def test_missing_contents_have_a_reason() -> None:
    skipped = {"id": 1, "result": [], "was_cancelled": True}
    assert isinstance(read({"annotations": [skipped]}).page, NotPredicted)
    assert read({"annotations": [skipped], "predictions": [prediction("x", "new")]}).source == "prediction"
    assert isinstance(read({"predictions": [prediction("x", "new")]}, only="annotation").page, NotAnnotated)
    with Server({}).client() as client:
        (gone,) = read_contents(client, PROJECT, [8], None, {})
    assert isinstance(gone.page, PagesGone)


def test_an_annotation_from_which_everything_was_removed_counts() -> None:
    empty = {"id": 1, "result": [], "parent_prediction": 7}
    found = read({"annotations": [empty], "predictions": [prediction("x", "new", 7)]})
    assert (found.source, found.version, texts(found)) == ("annotation", "new", [])


def test_labels_of_ones_own_keep_their_spelling_and_are_certain_in_an_annotation() -> None:
    other = prediction("x", "new")
    for item in other["result"]:
        item["score"] = 0.5
        if item["type"] == "labels":
            item["value"]["labels"] = ["Customer name"]

    def found(**row: Any) -> list[tuple[str, float]]:
        names = row.pop("names", {})
        page = read(row, names=names).page
        assert isinstance(page, Page)
        return [(entity.label, entity.confidence) for entity in page.entities or ()]

    assert found(predictions=[other]) == [("Customer name", 0.5)] * 2
    assert found(annotations=[other]) == [("Customer name", 1.0)] * 2
    assert found(predictions=[other], names={"CUSTOMER NAME": "OTHER"}) == [("OTHER", 0.5)] * 2


@pytest.mark.parametrize(
    "result",
    [None, {}, "text", [None], ["x"], [{"value": None}], [{"value": {"x": "a"}, "to_name": "image"}], [[1]],
     [{"id": 1, "to_name": None, "value": {"points": 3}, "original_width": 1, "original_height": "b"}]],
)  # fmt: skip
def test_results_of_any_form_are_one_page_s_failure(result: Any) -> None:
    found = read({"data": None, "predictions": [{"id": 1, "result": result, "model_version": None}]})
    assert isinstance(found.page, PageError) or texts(found) == []


def test_a_server_that_is_away_for_a_moment_costs_nothing() -> None:
    pages = {n: {"data": {"n": n}, "predictions": [prediction(str(n), "new")]} for n in range(1, 2 * BODIES + 2)}
    server = Server(pages, away=3)
    with server.client() as client:
        assert [data["n"] for _, data in all_page_data(client, 6)] == list(pages)
        server.away, server.calls = 3, 0
        assert [texts(each)[1] for each in read_contents(client, PROJECT, pages, None, {})] == [str(n) for n in pages]
        assert server.calls == 3 + 3
        server.away = 4
        with pytest.raises(ServiceUnavailable):
            list(all_page_data(client, 6))
