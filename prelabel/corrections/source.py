"""`dataset:PROJECT` and `dataset:PROJECT@VERSION` as a source of pages for trainings and evaluations."""

from __future__ import annotations

import logging
import re

from prelabel.corrections.manifest import Split
from prelabel.corrections.pictures import annotated_pages
from prelabel.corrections.store import DataSet
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import SettingError
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

PREFIX = "dataset:"
_PLACE = re.compile(r"dataset:(?P<project>[1-9]\d{0,17})(@(?P<version>[1-9]\d{0,7}))?")


def with_version(source: str) -> str:
    """Return the source with its version: the newest one where it names none, so that it always means these pages.

    Raises SettingError where there is no such version, and the errors of buckets.
    """
    data_set, number = _opened(source)
    return f"{PREFIX}{data_set.project_id}@{data_set.version(number).number}"


def read_split(source: str, split: Split) -> tuple[AnnotatedPage, ...]:
    """Return the pages of a split; they may be none. Raises as `with_version` does, and where a page is damaged."""
    data_set, number = _opened(source)
    return tuple(annotated_pages(data_set, data_set.version(number), [split]))


def read_evaluation(source: str) -> tuple[AnnotatedPage, ...]:
    """Return the pages of the evaluation set; log where the champion has marked its own work.

    Raises as `with_version` does, and SettingError where there are none or one is damaged.
    """
    data_set, number = _opened(source)
    version = data_set.version(number)
    pages = tuple(annotated_pages(data_set, version, ["evaluation"]))
    if biased := sum(page.labelled == "from_prediction" for page in version.of_split("evaluation")):
        log.warning(
            "%s: %s of %s pages of the evaluation set were labelled from a prediction by one person only: the model "
            "that made it is judged too well",
            *(source, biased, len(pages)),
        )
    if not pages:
        raise SettingError(
            f"{source} has no evaluation set: `prelabel export` chooses one when two documents are annotated, or "
            "--evaluation-page names its pages"
        )
    return pages


def _opened(source: str) -> tuple[DataSet, int | None]:
    asked = _PLACE.fullmatch(source)
    if asked is None:
        raise SettingError(f"{source}: name a project, such as dataset:6, or one version, such as dataset:6@3")
    return DataSet.of(Workplace(), int(asked["project"])), int(asked["version"]) if asked["version"] else None
