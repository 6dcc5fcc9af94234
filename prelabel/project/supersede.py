"""Removal of predictions under other names from pages that hold one of the project's name; older releases left them.

Only predictions of prelabel's own names are removed, one by one, each right after Label Studio has shown that the
page holds the version that stays. Predictions of other tools stay, and so do predictions from which a person has
made an annotation, because the annotation names them. After an interruption, a new start continues.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.errors import SettingError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.stored_predictions import (
    annotated_predictions,
    count_pages_with_both,
    delete_prediction,
    pages_with_both,
    prediction_versions,
)
from prelabel.project.names import held_names
from prelabel.project.version import is_ours
from prelabel.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of removal. `older`: counts of predictions by version; at most `pages` pages hold them and `version`."""

    project_id: int
    version: str
    older: dict[str, int]
    pages: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one page: predictions removed, and predictions kept because an annotation was made from them.

    Both are 0 for a page in flight, and for a page that does not hold the version that stays.
    """

    task_id: int
    removed: int = 0
    kept: int = 0


def plan(client: LabelStudio, project_id: int, version: str = "") -> Plan:
    """Plan a removal. `version`: the name that stays; by default the one that the project shows its annotators.

    Raises ProjectNotFound, and SettingError when the project has no predictions of this name from prelabel.
    """
    held = held_names(client, project_id)
    ours = {name: count for name, count in held.items() if is_ours(name)}
    version = version or get_project(client, project_id).model_version
    if version not in ours:
        which = ", ".join(sorted(ours)) or "none"
        raise SettingError(f"project {project_id} has no predictions of version {version!r}; its versions: {which}")
    older = {name: count for name, count in ours.items() if name != version}
    return Plan(project_id, version, older, count_pages_with_both(client, project_id, version, older) if older else 0)


def supersede(workplace: Workplace, planned: Plan, *, dry_run: bool = False) -> Iterator[Outcome]:
    """Carry out the plan and yield the outcome of each page; lazy. `dry_run`: removes nothing."""
    if not planned.older:
        return
    client = workplace.client
    for task_id in pages_with_both(client, planned.project_id, planned.version, planned.older):
        if workplace.ledger.pages.is_in_flight(planned.project_id, task_id):
            yield Outcome(task_id)
            continue
        found = prediction_versions(client, task_id)
        older = {number for number, version in found.items() if version in planned.older}
        if not older or planned.version not in found.values():
            yield Outcome(task_id)
            continue
        kept = older & annotated_predictions(client, planned.project_id, task_id)
        for number in sorted(older - kept) if not dry_run else ():
            delete_prediction(client, number)
        yield Outcome(task_id, removed=len(older - kept), kept=len(kept))
