"""Pages of a version with their pictures, one at a time: what formats write and trainings read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO

from prelabel.bucket.page_images import image_from_bucket
from prelabel.corrections.manifest import Manifest, PageEntry, Split
from prelabel.corrections.store import DataSet
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.pictures import PictureOfPage
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_data import field, page_data_by_id
from prelabel.page import PageRef
from prelabel.workplace import Workplace

#: The splits that are used; pages that wait are in none.
USED: tuple[Split, ...] = ("train", "valid", "evaluation")


def annotated_pages(data_set: DataSet, version: Manifest, splits: Sequence[Split] = USED) -> Iterator[AnnotatedPage]:
    """Yield the pages of these splits with all of their words; lazy. SettingError where a content is damaged."""
    for page in version.pages:
        if page.split in splits:
            yield AnnotatedPage(f"page {page.task_id}", data_set.page(page))


def pictures(
    workplace: Workplace, data_set: DataSet, version: Manifest, splits: Sequence[Split] = USED
) -> Iterator[PictureOfPage]:
    """Yield the same pages with their splits and pictures, which are fetched from the bucket or Label Studio."""
    entries = (page for page in version.pages if page.split in splits)
    key = LabellingConfig.parse(version.labelling, None).image_key
    for page, annotated in zip(entries, annotated_pages(data_set, version, splits), strict=True):
        yield PictureOfPage(annotated, page.split, partial(_open, workplace, version.project_id, page, key))


def _open(workplace: Workplace, project_id: int, page: PageEntry, key: str) -> BinaryIO:
    """Open the picture of a page. Raises ImageMissing and the other errors of images."""
    reference = page.image
    if not reference:  # it holds the image itself
        found = dict(page_data_by_id(workplace.client, project_id, page.task_id))
        reference = str(field(found.get(page.task_id, {}), key) or "")
    settings = workplace.settings
    own = image_from_bucket(workplace.bucket, workplace.keys, reference, settings.max_image_bytes)
    if own is None:
        own = fetch_image(workplace.client, PageRef(project_id, page.task_id, reference))
    return io.BytesIO(own)
