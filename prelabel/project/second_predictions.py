"""Second predictions of one name on one page: found and removed, unless a person has made an annotation from them.

Label Studio stores an import twice that it gets twice, also late. Predictions of two names, which older releases have
left, are no doubles: `supersede` removes them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import existing_pages
from prelabel.labelstudio.stored_predictions import (
    annotated_predictions,
    delete_prediction,
    held_versions,
    pages_with_more_predictions_than_versions,
    prediction_versions,
)
from prelabel.ledger.locks import HeldLock
from prelabel.project.version import NAME, is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)


def recheck_predictions(workplace: Workplace, project_id: int, task_ids: Sequence[int]) -> set[int]:
    """Look whether pages hold a second prediction of ours, and remove it; return those pages that were deleted.

    One call for 200 pages without a double. An import or a change that came late may have brought back another version:
    which one a page holds is read anew when it is asked for. Raises ServiceUnavailable.
    """
    held = held_versions(workplace.client, project_id, NAME, task_ids)
    if doubled := [task_id for task_id, each in held.items() if not each.once]:
        with turn(workplace) as lock:
            for task_id in doubled:
                _remove_needless(workplace.client, project_id, task_id, lock)
    workplace.ledger.versions.forget(project_id, held)
    without = set(task_ids) - held.keys()
    return without - existing_pages(workplace.client, project_id, without)


def _remove_needless(client: LabelStudio, project_id: int, task_id: int, lock: HeldLock) -> int:
    """Remove the predictions of ours that a page does not need; return their number."""
    needless = needless_predictions(client, project_id, task_id)
    for prediction_id in needless:
        lock.check()
        log.warning("project=%s page=%s: removing the second prediction %s", project_id, task_id, prediction_id)
        delete_prediction(client, prediction_id)
    return len(needless)


def count_second_predictions(workplace: Workplace, project_id: int, *, repair: bool) -> int:
    """Count the needless predictions of ours in a project; with `repair`, remove them.

    The server names the candidates, 50 in a call; only these cost a call each. Raises ServiceUnavailable.
    """
    client, count = workplace.client, 0
    for task_id in pages_with_more_predictions_than_versions(client, project_id, NAME):
        count += len(needless_predictions(client, project_id, task_id))
        if repair:
            with turn(workplace) as lock:
                _remove_needless(client, project_id, task_id, lock)
    return count


@contextmanager
def turn(workplace: Workplace) -> Iterator[HeldLock]:
    """Hold the lock of uploads during the block. Raises ServiceUnavailable when others had it all the time."""
    with workplace.ledger.locks.hold("upload", wait_s=workplace.settings.http_timeout) as held:
        if held is None:
            raise ServiceUnavailable("other workers upload to this Label Studio; try again")
        yield held


def needless_predictions(client: LabelStudio, project_id: int, task_id: int) -> list[int]:
    """Return the ids of a page's predictions that repeat another one of the same name of ours and that nobody has used.

    The one from which an annotation was made stays, else the one with the lowest id.
    """
    held = {number: name for number, name in prediction_versions(client, task_id).items() if is_ours(name)}
    if len(set(held.values())) == len(held):
        return []
    used = annotated_predictions(client, project_id, task_id)
    stay = used | {_lowest(held, name) for name in {*held.values()} - {held.get(number) for number in used}}
    return sorted(held.keys() - stay)


def _lowest(held: Mapping[int, str], name: str) -> int:
    return min(number for number, of in held.items() if of == name)
