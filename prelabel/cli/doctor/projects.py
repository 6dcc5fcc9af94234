"""Checks of a project in Label Studio: its labelling configuration, its pages and its storages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prelabel.cli.doctor.check import Check, State
from prelabel.cli.doctor.image import check_image
from prelabel.cli.doctor.ml_backends import check_ml_backends
from prelabel.errors import PrelabelError
from prelabel.labelstudio.controls.report import endangered, missing, takes
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.storages import find_storages
from prelabel.project.fitting import is_named_by_people, named_by_people, predicted_labels, require_fit
from prelabel.settings import ProjectSettings, Settings


def check_project(client: LabelStudio, settings: Settings, project_id: int) -> Iterator[Check]:
    """Check the labelling configuration, one image, the ML backends, and storages if PRELABEL_STORAGE_TITLE is set."""
    labels = predicted_labels(settings, project_id)
    try:
        project = get_project(client, project_id)
        config = LabellingConfig.parse(project.labelling_xml, labels)
    except PrelabelError as error:
        yield Check(f"project {project_id}", "wrong", str(error))
    else:
        yield from _check_labelling_config(project, config, labels, settings.for_project(project_id))
        yield check_image(client, settings, project_id, config.image_key)
        yield from check_ml_backends(client, project_id)
    if settings.storage_title:
        yield from _check_storages(client, project_id, settings.storage_title)


def _check_labelling_config(
    project: Project, config: LabellingConfig, labels: Sequence[str], own: ProjectSettings
) -> Iterator[Check]:
    name = f"project {project.id}"
    try:
        require_fit(config, labels, own)
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
        return
    if is_named_by_people(config, labels):
        why = named_by_people(config, labels)
        yield Check(name, "warning", f'"{project.title}", {project.page_count} pages: has {why}')
        return
    for line in missing(config, labels):
        yield Check(name, "warning", f"{line}; add it in the project's settings if you want it")
    for line in endangered(config, labels):
        yield Check(name, "warning", line)
    yield Check(name, "ok", f'"{project.title}", {project.page_count} pages: {takes(config, labels)}')


def _check_storages(client: LabelStudio, project_id: int, title: str) -> Iterator[Check]:
    name = f"project {project_id}, storage"
    try:
        for storage in find_storages(client, project_id, title):
            state: State = "warning" if storage.reason else "ok"
            yield Check(name, state, f"{storage}: {storage.status} {storage.reason}".strip())
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
