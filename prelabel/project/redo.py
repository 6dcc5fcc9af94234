"""Our own predictions on a page, and which of them stays when the page is predicted again.

A page keeps its prediction's id: the prediction is changed in place, so the label stream never finds the page empty,
and never with two. What people have begun with stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.projects import Project
from prelabel.labelstudio.selection import eligible_pages, with_versions
from prelabel.labelstudio.stored_predictions import exact_version, held_versions, read_predictions
from prelabel.page import PageRef
from prelabel.project.version import NAME, OUR_NAMES, is_ours
from prelabel.workplace import Workplace

#: Pages whose versions are compared at a time.
_COMPARED = 200


@dataclass(frozen=True, slots=True)
class OurPrediction:
    """A prediction of prelabel in Label Studio. `name`: its `model_version`. `version`: what made it."""

    id: int
    name: str
    version: str


def our_predictions(client: LabelStudio, project_id: int, task_ids: Collection[int]) -> dict[int, list[OurPrediction]]:
    """Return our predictions on each page, lowest id first; pages without one are left out.

    Bodies are read of pages that hold one, fifty in a call.
    """
    held = held_versions(client, project_id, NAME, task_ids)
    some = [task_id for task_id, each in held.items() if any(map(is_ours, each.versions))]
    found = {task_id: of_page(rows) for task_id, rows in read_predictions(client, project_id, some)}
    return {task_id: ours for task_id, ours in found.items() if ours}


def of_page(predictions: Sequence[Mapping[str, Any]]) -> list[OurPrediction]:
    """Return ours among the predictions of a page, in the same order."""
    named = ((int(each["id"]), each.get("model_version") or "", each) for each in predictions)
    return [OurPrediction(number, name, exact_version(each)) for number, name, each in named if is_ours(name)]


def shown(ours: Sequence[OurPrediction], name: str) -> OurPrediction:
    """Return the prediction that stands for the page: the lowest of the project's name, else the newest.

    Older releases have stored one beside the other, each under another name.
    """
    return next((each for each in ours if each.name == name), ours[-1])


def exact_versions(workplace: Workplace, project_id: int, name: str, task_ids: Collection[int]) -> dict[int, str]:
    """Return the version of each page's prediction: from the ledger's index, else from Label Studio; noted then.

    Pages without a prediction of ours are left out. Raises ServiceUnavailable.
    """
    index = workplace.ledger.versions
    known = index.of_pages(project_id, task_ids)
    if unknown := [task_id for task_id in task_ids if task_id not in known]:
        read = our_predictions(workplace.client, project_id, unknown)
        found = {task_id: shown(ours, name).version for task_id, ours in read.items()}
        index.note(project_id, found)
        known |= found
    return known


def pages_of_other_versions(
    workplace: Workplace,
    project: Project,
    name: str,
    version: str,
    *,
    image_key: str,
    among: Collection[int] | None = None,
) -> Iterator[PageRef]:
    """Yield the pages whose prediction of ours comes from another version, and with which nobody has begun; lazy.

    `among`: only these pages.
    """
    left = iter(sorted(among or ()))
    while (part := None if among is None else list(islice(left, _COMPARED))) != []:
        refs = eligible_pages(workplace.client, project, with_versions(OUR_NAMES, part), image_key=image_key)
        while some := list(islice(refs, _COMPARED)):
            made = exact_versions(workplace, project.id, name, [ref.task_id for ref in some])
            yield from (ref for ref in some if made.get(ref.task_id) != version)
        if part is None:
            return
