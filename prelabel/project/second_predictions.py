"""Second predictions of one version on one page: found and removed, unless a person has made an annotation from them.

Label Studio stores an import twice that it gets twice, also late. Predictions of two versions are no doubles.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence

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
        for prediction_id in needless_predictions(client, task_id, lambda held: held == version):
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
        with workplace.ledger.locks.hold("upload", wait_s=workplace.settings.http_timeout) as held:
            if held is None:
                raise ServiceUnavailable("other workers upload to this Label Studio")
            remove_second_predictions(workplace.client, project_id, version, doubled, check=held.check)
    without = set(task_ids) - counts.keys()
    return without - existing_pages(workplace.client, project_id, without)


def second_predictions(client: LabelStudio, project_id: int) -> Iterator[tuple[int, list[int]]]:
    """Yield each page of a project with needless predictions of our versions, and their ids; lazy.

    The server names the candidates, 50 in a call; only these cost a call each.
    """
    for task_id in pages_with_more_predictions_than_versions(client, project_id, OUR_VERSIONS.removesuffix("*")):
        if needless := needless_predictions(client, task_id, is_ours):
            yield task_id, needless


def needless_predictions(client: LabelStudio, task_id: int, is_wanted: Callable[[str], bool]) -> list[int]:
    """Return the ids of a page's predictions that repeat another one of the same version and that nobody has used.

    The one from which an annotation was made stays, else the one with the lowest id. `is_wanted`: which versions count.
    """
    by_version: dict[str, list[int]] = {}
    for prediction_id, version in sorted(prediction_versions(client, task_id).items()):
        if is_wanted(version):
            by_version.setdefault(version, []).append(prediction_id)
    if all(len(ids) == 1 for ids in by_version.values()):
        return []
    used = annotated_predictions(client, task_id)
    return sorted(needless for ids in by_version.values() for needless in _but_one(ids, used))


def _but_one(ids: Sequence[int], used: Collection[int]) -> set[int]:
    return set(ids) - ((set(ids) & set(used)) or {min(ids)})
