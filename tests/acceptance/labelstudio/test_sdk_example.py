"""The example for Label Studio's SDK, as people start it, against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.export import read_export
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.prediction_import import import_predictions
from prelabel.labelstudio.predictions import build_prediction
from prelabel.labelstudio.projects import get_project
from tests.support.forms import A, Q, linked

EXAMPLE = Path(__file__).parents[3] / "examples" / "sdk_projects.py"


@pytest.fixture
def run(label_studio: LabelStudioServer) -> Callable[..., str]:
    access = {"LABEL_STUDIO_URL": label_studio.url, "LABEL_STUDIO_API_KEY": label_studio.token}

    def started(*arguments: str) -> str:
        command = [sys.executable, str(EXAMPLE), *arguments]
        done = subprocess.run(command, env=os.environ | access, capture_output=True, text=True, check=True)
        return str(done.stdout)

    return started


def test_a_script_makes_projects_and_exports_what_people_corrected(
    label_studio: LabelStudioServer, client: LabelStudio, run: Callable[..., str], tmp_path: Path
) -> None:
    # Given two projects that the script made
    made = [line.split("\t") for line in run("create", "Invoices", "Receipts").splitlines()]
    assert [title for _, title in made] == ["Invoices", "Receipts"]
    project_id = int(made[0][0])
    # When a page of the first one is predicted and submitted, and the script exports the project
    config = LabellingConfig.parse(get_project(client, project_id).labelling_xml)
    page = linked([(Q, "Total", 20, 60), (A, "42", 300, 60)], (0, 1))
    prediction = build_prediction(page, config, version="v", name="v", draw_other=False)
    (task_id,) = label_studio.import_pages(project_id, [{"image": "https://example.org/page.png"}])
    assert import_predictions(client, project_id, [(task_id, prediction)]) == 1
    submitted = {"result": prediction["result"]}
    label_studio.api.post(f"/api/tasks/{task_id}/annotations/", json=submitted).raise_for_status()
    said = run("export", str(project_id), str(tmp_path / "corrections.json"))
    # Then training and evaluation can read the file
    assert said.startswith("1 pages in")
    (exported,) = read_export(tmp_path / "corrections.json").pages
    assert exported.page
    assert [word.text for word in exported.page.words] == ["Total", "42"]


def test_without_a_command_it_says_how_to_use_it(run: Callable[..., str]) -> None:
    with pytest.raises(subprocess.CalledProcessError) as ended:
        run()
    assert "sdk_projects.py create" in ended.value.stderr
