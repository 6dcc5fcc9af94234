"""Second predictions of one version on one page: found and removed, unless a person has made an annotation from them.

Label Studio stores an import twice that it gets twice, also late. Predictions of two versions are no doubles.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from prelabel.errors import ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.page_list import existing_pages
from prelabel.labelstudio.stored_predictions import (
    annotated_predictions,
    count_predictions,
    delete_prediction,
    pages_with_more_predictions_than_versions,
    prediction_versions,
)
from prelabel.ledger.locks import HeldLock
from prelabel.project.version import OUR_VERSIONS, is_ours
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)


def remove_second_predictions(
    client: LabelStudio, project_id: int, version: str, task_ids: Sequence[int], *, check: Callable[[], None]
) -> set[int]:
    """Remove needless predictions of `version` from pages; return those among the pages that hold the version.

    `check` is called before each removal; it raises when another process may do the same.
    """
    counts = count_predictions(client, project_id, version, task_ids)
    for task_id in (task_id for task_id, count in counts.items() if count > 1):
        for prediction_id in needless_predictions(client, project_id, task_id, lambda held: held == version):
            check()
            log.warning("project=%s page=%s: removing the second prediction %s", project_id, task_id, prediction_id)
            delete_prediction(client, prediction_id)
    return set(counts)


def recheck_predictions(workplace: Workplace, project_id: int, version: str, task_ids: Sequence[int]) -> set[int]:
    """Look whether pages hold a second prediction of `version`, and remove it; return those that were deleted.

    One call for 200 pages without a double. Raises ServiceUnavailable.
    """
    counts = count_predictions(workplace.client, project_id, version, task_ids)
    if doubled := [task_id for task_id, count in counts.items() if count > 1]:
        with _turn(workplace) as held:
            remove_second_predictions(workplace.client, project_id, version, doubled, check=held.check)
    without = set(task_ids) - counts.keys()
    return without - existing_pages(workplace.client, project_id, without)


def count_second_predictions(workplace: Workplace, project_id: int, *, repair: bool) -> int:
    """Count the needless predictions of our versions in a project; with `repair`, remove them.

    The server names the candidates, 50 in a call; only these cost a call each. Raises ServiceUnavailable.
    """
    client, count = workplace.client, 0
    for task_id in pages_with_more_predictions_than_versions(client, project_id, OUR_VERSIONS.removesuffix("*")):
        needless = needless_predictions(client, project_id, task_id, is_ours)
        count += len(needless)
        for version in {*needless.values()} if repair else ():
            with _turn(workplace) as held:
                remove_second_predictions(client, project_id, version, [task_id], check=held.check)
    return count


@contextmanager
def _turn(workplace: Workplace) -> Iterator[HeldLock]:
    with workplace.ledger.locks.hold("upload", wait_s=workplace.settings.http_timeout) as held:
        if held is None:
            raise ServiceUnavailable("other workers upload to this Label Studio; try again")
        yield held


def needless_predictions(
    client: LabelStudio, project_id: int, task_id: int, is_wanted: Callable[[str], bool]
) -> dict[int, str]:
    """Return a page's predictions that repeat another one of the same version and that nobody has used, by id.

    The one from which an annotation was made stays, else the one with the lowest id. `is_wanted`: which versions count.
    """
    held = {number: v for number, v in prediction_versions(client, task_id).items() if is_wanted(v)}
    if len(set(held.values())) == len(held):
        return {}
    used = annotated_predictions(client, project_id, task_id)
    stay = used | {_lowest(held, version) for version in {*held.values()} - {held.get(number) for number in used}}
    return {number: version for number, version in sorted(held.items()) if number not in stay}


def _lowest(held: Mapping[int, str], version: str) -> int:
    return min(number for number, of in held.items() if of == version)
