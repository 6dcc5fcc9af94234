"""Projects of Label Studio: their title, labelling configuration and model version, and addresses of their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.settings import Settings

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `model_version` is the version whose predictions the label stream shows; "" shows none."""

    id: int
    title: str
    labelling_xml: str
    model_version: str
    page_count: int


def get_project(client: LabelStudio, project_id: int) -> Project:
    """Return one project; 20 ms, whatever its size. Raises ProjectNotFound."""
    return _project(client.get(f"/api/projects/{project_id}/").json())


def list_projects(client: LabelStudio) -> list[Project]:
    """Return all projects that the token's owner may see, lowest id first."""
    projects: list[Project] = []
    number = 1
    while True:
        body = client.get("/api/projects/", params={"page": number, "page_size": _PAGE_SIZE, "ordering": "id"}).json()
        projects += [_project(row) for row in body["results"]]
        if not body.get("next"):
            return sorted(projects, key=lambda project: project.id)
        number += 1


def set_model_version(client: LabelStudio, project_id: int, version: str) -> None:
    """Make the label stream show the predictions of `version`. Raises ProjectNotFound."""
    client.patch(f"/api/projects/{project_id}/", json={"model_version": version})


def model_versions(client: LabelStudio, project_id: int) -> dict[str, int]:
    """Return the number of predictions of the project by version. Raises ProjectNotFound."""
    found = client.get(f"/api/projects/{project_id}/model-versions/").json()
    return {str(version): int(count) for version, count in found.items()}


def page_address(settings: Settings, project_id: int, task_id: int) -> str:
    """Return the address at which a person opens a page in the browser."""
    base = settings.label_studio_public_url or settings.label_studio_url
    return f"{base}/projects/{project_id}/data?task={task_id}"


def _project(row: Mapping[str, Any]) -> Project:
    return Project(
        id=int(row["id"]),
        title=row.get("title") or "",
        labelling_xml=row.get("label_config") or "",
        model_version=row.get("model_version") or "",
        page_count=int(row.get("task_number") or 0),
    )
