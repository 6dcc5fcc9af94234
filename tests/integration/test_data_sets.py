"""`prelabel export` on a real Label Studio: people's corrections become versions, and a version becomes a folder."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devstack.label_studio import LabelStudioServer
from devstack.s3 import S3Server
from prelabel.labelstudio.formats import format_of
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction
from prelabel.project.stored_pages import StoredPages
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.cli_runs import Cli
from tests.support.invoices import FIELDS, invoice

XML, VERSION = labelling_xml(FIELDS), "prelabel-compact-12345678-12345678"
Change = Callable[[list[dict[str, Any]]], None]


class Team:
    """People who correct the predictions of invoices in a project; `ids`: task ids by the invoice's number."""

    def __init__(self, server: LabelStudioServer, client: LabelStudio, project_id: int, about: dict[str, str]) -> None:
        self.client, self.project_id, self.about = client, project_id, about
        folder = Path(about["folder"])
        for number in range(1, 7):
            Image.new("L", (1000, 1400), 255).save(folder / f"invoice-{number}.png")
        server.upload_images(project_id, sorted(folder.glob("*.png")))
        rows = sorted(server.pages(project_id), key=lambda row: str(row["data"]["image"])[-5])
        self.ids = {number: int(row["id"]) for number, row in enumerate(rows, 1)}
        given: dict[str, Any] = {name.lower(): value for name, value in about.items() if name != "folder"}
        settings = Settings(label_studio_url=server.url, label_studio_api_key=server.token, _env_file=None, **given)
        stored = StoredPages.of(Workplace(settings))
        config = LabellingConfig.parse(XML, FIELDS)
        made = []
        for number, row in enumerate(rows, 1):
            page = invoice(number)
            stored.keep(project_id, int(row["id"]), VERSION, page, str(row["data"]["image"]))
            predicted = replace(page, links=())
            made.append(
                (
                    int(row["id"]),
                    build_prediction(predicted, config, version=VERSION, name="prelabel", draw_other=False),
                )
            )
        assert import_predictions(client, project_id, made) == len(made)

    def submit(self, number: int, change: Change = lambda result: None, **fields: Any) -> int:
        """Submit the prediction of a page with a change; return the annotation's id."""
        prediction = self.client.get("/api/predictions/", params={"task": self.ids[number]}).json()[0]
        result = deepcopy(prediction["result"])
        change(result)
        body = {"result": result, "parent_prediction": prediction["id"], **fields}
        return int(self.client.post(f"/api/tasks/{self.ids[number]}/annotations/", json=body).json()["id"])


def without(label: str) -> Change:
    """Return the change that removes the regions of a label."""

    def change(result: list[dict[str, Any]]) -> None:
        gone = {item["id"] for item in result if item["value"].get("labels") == [label]}
        result[:] = [item for item in result if item["id"] not in gone]

    return change


@pytest.fixture(params=["folder", "s3"])
def team(
    request: pytest.FixtureRequest,
    label_studio: LabelStudioServer,
    client: LabelStudio,
    project: Callable[..., int],
    tmp_path: Path,
) -> Team:
    about = {"folder": str(tmp_path / "images"), "BUCKET": str(tmp_path / "bucket")}
    (tmp_path / "images").mkdir()
    if request.param == "s3":
        s3: S3Server = request.getfixturevalue("s3")
        about |= s3.make_bucket("data-sets")
    return Team(label_studio, client, project(XML), about)


def test_corrections_become_versions(
    team: Team, label_studio: LabelStudioServer, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {f"PRELABEL_{name}": value for name, value in team.about.items() if name != "folder"}
    settings |= {"LABEL_STUDIO_URL": label_studio.url, "LABEL_STUDIO_API_KEY": label_studio.token}
    cli = Cli(monkeypatch, capsys)

    def run(*args: object) -> Any:
        seen = cli(*args, **settings)
        assert seen.code == 0, seen.err
        return seen

    # Given four corrected pages, and one labelled without a prediction
    annotations = {number: team.submit(number) for number in (1, 2, 3)}
    annotations[4] = team.submit(4, without("TOTAL"))
    team.client.post(f"/api/tasks/{team.ids[5]}/annotations/", json={"result": []})
    # When the first version is made
    [first] = run("export", team.project_id, "--evaluation-page", team.ids[1], "--json").json()
    # Then it holds them, each with all of its words
    assert (first["version"], first["read"], first["pages"], first["splits"]["evaluation"]) == (1, 5, 4, 1)
    assert (first["labels"]["TOTAL"], first["labels"]["INVOICE_NUMBER"]) == (3, 4)
    assert [each["reason"] for each in first["left_out"]] == ["nothing is drawn on it"]
    [shown] = run("dataset", "show", team.project_id, "--json").json()
    words = {each["task_id"]: each["words"] for each in shown["page_list"]}
    assert words == {team.ids[number]: len(invoice(number).words) for number in (1, 2, 3, 4)}
    assert {each["labelled"] for each in shown["page_list"]} == {"from_prediction"}
    # And nothing changes until somebody changes something
    team.client.delete(f"/api/tasks/{team.ids[5]}/")
    [same] = run("export", team.project_id, "--json").json()
    assert (same["version"], same["read"], same["is_new"]) == (2, 0, True)  # the empty page is gone
    assert run("export", team.project_id).out.startswith("nothing has changed since version 2")
    # When one page is corrected again, one is deleted and one comes
    body = {"result": team.client.get(f"/api/annotations/{annotations[2]}/").json()["result"]}
    without("TOTAL")(body["result"])
    team.client.patch(f"/api/annotations/{annotations[2]}/", json=body)
    team.client.delete(f"/api/tasks/{team.ids[3]}/")
    team.submit(6)
    [second] = run("export", team.project_id, "--json").json()
    # Then only those are read
    assert (second["version"], second["read"], second["pages"]) == (3, 2, 4)
    [what] = run("dataset", "diff", team.project_id, "--json").json()
    assert (what["added"], what["removed"]) == ([team.ids[6]], [team.ids[3]])
    assert what["changed"] == [{"task_id": team.ids[2], "what": ["content", "annotation"]}]
    # And any version is written in a format, with its pictures
    run("export", team.project_id, "--version", 1, "--to", tmp_path / "coco", "--format", "coco")
    read_coco = format_of("coco").read
    assert read_coco
    read = read_coco(tmp_path / "coco")
    assert {each.split for each in read} >= {"train", "evaluation"}
    texts = {each.annotated.name: sorted(word.text for word in each.annotated.page.words) for each in read}
    assert texts == {f"page {team.ids[n]}": sorted(w.text for w in invoice(n).words) for n in (1, 2, 4)} | {
        f"page {team.ids[3]}": sorted(w.text for w in invoice(3).words)
    }
