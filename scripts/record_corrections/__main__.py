"""Recordings of corrections as Label Studio's own frontend writes them.

`python -m scripts.record_corrections [PROJECT...]` starts a Label Studio and a browser and gives each of its projects
one page for each case of `CASES`. It makes the correction by mouse and keyboard in the editor, and writes what the
server then returns to `tests/data/frontend/`: the project's JSON export, and its pages as the API lists them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from devstack.browser import browser, log_in, new_tab, open_task, sign_up
from devstack.editor import Editor
from devstack.label_studio import LabelStudioServer
from prelabel.kie.key_values.tables import cell_links
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction
from prelabel.page import Box
from scripts.record_corrections.cases import CASES, Hand
from scripts.record_corrections.form import draw_form
from scripts.record_corrections.projects import Project, projects

FOLDER = Path(__file__).parents[2] / "tests" / "data" / "frontend"
VERSION, NAME = "prelabel-compact-00000000-00000000", "prelabel"
#: Cases whose pages are also recorded as the API lists them: states that an export writes in another form.
LISTED = {"untouched", "skipped", "draft", "submitted_then_draft", "two_annotators"}


def main(*only: str) -> None:
    """Record all projects, or those named on the command line."""
    with tempfile.TemporaryDirectory() as name, LabelStudioServer(Path(name) / "label-studio") as server:
        picture, page, places = draw_form(Path(name) / "form.png")
        with people(server) as (first, second):
            for project in projects(server, page):
                if not only or project.name in only:
                    write(project.name, record(server, project, picture, places, first, second))
        (FOLDER / "form.png").write_bytes(picture.read_bytes())
        (FOLDER / "form.json").write_text(json.dumps(page.to_json(), ensure_ascii=False) + "\n", "utf-8")


@contextmanager
def people(server: LabelStudioServer) -> Iterator[tuple[Editor, Editor]]:
    """Yield the editors of two annotators, each in a browser context of its own."""
    with browser() as started:
        first, second = (new_tab(started, viewport={"width": 1500, "height": 1300}) for _ in range(2))
        log_in(first, server)
        sign_up(second, server, "second@prelabel.test", "prelabel-demo")
        yield Editor(first), Editor(second)


def record(
    server: LabelStudioServer,
    project: Project,
    picture: Path,
    places: Mapping[str, Box],
    first: Editor,
    second: Editor,
) -> dict[str, Any]:
    """Make all corrections in one project; return its export and its pages as the API lists them."""
    config = LabellingConfig.parse(project.xml, None)
    project_id = server.create_project(project.name, project.xml, show_skip_button=True)
    server.upload_images(project_id, [picture])
    (uploaded,) = server.pages(project_id)
    reference = uploaded["data"][config.image_key]
    server.api.delete(f"/api/tasks/{uploaded['id']}/").raise_for_status()
    undrawn = cell_links(project.page) if project.only else ()
    prediction = build_prediction(project.page, config, version=VERSION, name=NAME, draw_other=False, undrawn=undrawn)
    for case in CASES:
        if case.__name__ in project.impossible or (project.only and case.__name__ not in project.only):
            continue
        row = {"data": {config.image_key: reference, "case": case.__name__}}
        (task_id,) = server.import_pages(project_id, [row])
        server.api.post("/api/predictions/", json={"task": task_id, **prediction}).raise_for_status()

        def open_page(editor: Editor, stream: bool, task_id: int = task_id) -> None:
            open_task(editor.tab, server, project_id, task_id, label_stream=stream)
            editor.wait_ready()

        # The label stream shows the predictions of this name alone.
        server.api.patch(f"/api/projects/{project_id}/", json={"model_version": NAME}).raise_for_status()
        reopen, open_stream = partial(open_page, stream=False), partial(open_page, stream=True)
        reopen(first)
        print(project.name, case.__name__, file=sys.stderr)
        case(Hand(first, project, second, reopen, open_stream, places))
    export = server.api.get(
        f"/api/projects/{project_id}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    )
    return {
        "export": export.raise_for_status().json(),
        "tasks": server.pages(project_id),
        "config": server.api.get(f"/api/projects/{project_id}/").json()["label_config"],
    }


def write(name: str, recorded: Mapping[str, Any]) -> None:
    """Write the recordings of one project, a page a line; of the API's list only the pages of `LISTED`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.xml").write_text(recorded["config"].strip() + "\n", "utf-8")
    listed = [row for row in recorded["tasks"] if row["data"]["case"] in LISTED]
    for row in recorded["export"]:
        if row["data"]["case"] != "untouched":
            for annotation in row["annotations"]:
                annotation["prediction"] = {}  # a copy of the prediction, the same for all cases
    for kind, rows in (("export", recorded["export"]), ("tasks", listed)):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (FOLDER / f"{name}.{kind}.json").write_text(f"[{lines}]\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
