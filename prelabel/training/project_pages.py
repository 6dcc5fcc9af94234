"""Annotated pages of a project in Label Studio, read for a training: `project:ID`."""

from __future__ import annotations

import logging

from prelabel.corrections.annotated_pages import AnnotatedPages, list_annotated
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PrelabelError, SettingError
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.regions.told import Told, told_line
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)


def read_project(project_id: int, workplace: Workplace) -> tuple[list[AnnotatedPage], int]:
    """Return the annotated pages of a project, and the number of those that cannot be used.

    Raises SettingError where no page is annotated, ProjectNotFound, AuthError, ServiceUnavailable.
    """
    project = get_project(workplace.client, project_id)
    ids = sorted(list_annotated(workplace, project_id))
    if not ids:
        raise SettingError(f"project {project_id} has no annotated page: submit some in Label Studio first")
    pages: list[AnnotatedPage] = []
    told, bare = Told(), 0
    for each in AnnotatedPages(workplace, project, can_do_without=True).read(ids):
        content = each.content
        told += content.told
        if isinstance(content.page, PrelabelError):
            log.warning("project %s: page %s is left out: %s", project_id, content.task_id, content.page)
        elif content.page.width_px:
            bare += each.bare
            pages.append(AnnotatedPage(f"page {content.task_id}", content.page))
    if told := +told:
        log.warning("project %s: not used: %s", project_id, told_line(told))
    if bare:
        log.warning(
            "project %s: of %s pages only the regions are known, so all their words have labels: their words are "
            "neither in PRELABEL_BUCKET, nor could their images be read here",
            *(project_id, bare),
        )
    return pages, len(ids) - len(pages)
