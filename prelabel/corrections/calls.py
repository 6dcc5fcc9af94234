"""Data sets from Python: `prelabel.export_corrections`, `data_set_versions` and `read_data_set`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prelabel.corrections.manifest import Split
from prelabel.corrections.new_version import Exported, make_version
from prelabel.corrections.pictures import USED, annotated_pages
from prelabel.corrections.splits import Evaluation
from prelabel.corrections.store import DataSet
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.settings import Settings
from prelabel.workplace import Workplace


def export_corrections(
    project_id: int, evaluation: Evaluation | None = None, *, again: bool = False, settings: Settings | None = None
) -> Exported:
    """Make a version of a project's data set from what people have submitted; see `new_version.make_version`."""
    with Workplace(settings) as workplace:
        return make_version(project_id, workplace, evaluation, again=again)


def data_set_versions(project_id: int, *, settings: Settings | None = None) -> list[int]:
    """Return the numbers of the versions of a project's data set, oldest first. Raises as buckets do."""
    return DataSet.of(Workplace(settings), project_id).numbers()


def read_data_set(
    project_id: int,
    version: int | None = None,
    *,
    splits: Sequence[Split] = USED,
    settings: Settings | None = None,
) -> Iterator[AnnotatedPage]:
    """Yield the pages of a version (default: the newest), each with all of its words; lazy.

    `splits`: train, valid, evaluation. Raises SettingError where the version is not there, or damaged.
    """
    data_set = DataSet.of(Workplace(settings), project_id)
    yield from annotated_pages(data_set, data_set.version(version), splits)
