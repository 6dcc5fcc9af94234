"""Projects of Label Studio: title, labelling configuration and model version, new projects, addresses for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from prelabel.errors import RequestRefused
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.settings import Settings

_PAGE_SIZE = 100
_ANNOTATIONS = ("total_annotations_number", "skipped_annotations_number")


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `model_version` is the version whose predictions the label stream shows; "" shows none.

    `annotation_count`: with the skipped ones, without drafts.
    """

    id: int
    title: str
    labelling_xml: str
    model_version: str
    page_count: int
    annotation_count: int = 0


def get_project(client: LabelStudio, project_id: int) -> Project:
    """Return one project; 20 ms, whatever its size. Raises ProjectNotFound."""
    return _project(client.get(f"/api/projects/{project_id}/").json())


def list_projects(client: LabelStudio, title: str = "") -> list[Project]:
    """Return all projects that the token's owner may see, lowest id first; `title`: those with these words in it."""
    projects: list[Project] = []
    number, narrowed = 1, {"title": title} if title else {}
    while True:
        params = {"page": number, "page_size": _PAGE_SIZE, "ordering": "id", **narrowed}
        body = client.get("/api/projects/", params=params).json()
        projects += [_project(row) for row in body["results"]]
        if not body.get("next"):
            return sorted(projects, key=lambda project: project.id)
        number += 1


def find_projects(client: LabelStudio, title: str) -> list[Project]:
    """Return the projects with exactly this title, lowest id first; Korean letters may be composed or not."""
    forms = {unicodedata.normalize(form, title) for form in ("NFC", "NFD")}
    found = {project.id: project for form in forms for project in list_projects(client, form)}
    return [found[number] for number in sorted(found) if found[number].title.strip() in forms]


def create_project(client: LabelStudio, title: str, labelling_xml: str) -> Project:
    """Create a project with its labelling configuration, in one step. Raises RequestRefused, AmbiguousUpload."""
    body = {"title": title, "label_config": labelling_xml}
    return _project(_accepted(client.post("/api/projects/", json=body, accept=(400,), ambiguous=True)))


def set_labelling_xml(client: LabelStudio, project_id: int, labelling_xml: str) -> None:
    """Replace the labelling configuration. Raises RequestRefused where annotations do not fit it."""
    body = {"label_config": labelling_xml}
    _accepted(client.patch(f"/api/projects/{project_id}/", json=body, accept=(400,)))


def _accepted(response: httpx.Response) -> Mapping[str, Any]:
    if response.status_code == httpx.codes.BAD_REQUEST:
        raise RequestRefused(f"Label Studio refuses the project: {failures.detail(response)}")
    row: Mapping[str, Any] = response.json()
    return row


def set_model_version(client: LabelStudio, project_id: int, version: str) -> None:
    """Make the label stream show the predictions of `version`. Raises ProjectNotFound."""
    client.patch(f"/api/projects/{project_id}/", json={"model_version": version})


def model_versions(client: LabelStudio, project_id: int) -> dict[str, int]:
    """Return the number of predictions of the project by version. Raises ProjectNotFound."""
    found = client.get(f"/api/projects/{project_id}/model-versions/").json()
    return {str(version): int(count) for version, count in found.items()}


def page_address(settings: Settings, project_id: int, task_id: int) -> str:
    """Return the address at which a person opens a page in the browser."""
    return f"{project_address(settings, project_id)}?task={task_id}"


def project_address(settings: Settings, project_id: int) -> str:
    """Return the address at which a person opens a project in the browser."""
    base = settings.label_studio_public_url or settings.label_studio_url
    return f"{base}/projects/{project_id}/data"


def _project(row: Mapping[str, Any]) -> Project:
    return Project(
        id=int(row["id"]),
        title=row.get("title") or "",
        labelling_xml=row.get("label_config") or "",
        model_version=row.get("model_version") or "",
        page_count=int(row.get("task_number") or 0),
        annotation_count=sum(int(row.get(name) or 0) for name in _ANNOTATIONS),
    )
