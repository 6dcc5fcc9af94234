"""Annotated pages of a project in Label Studio, each with all of its words.

The words that nobody drew are the examples of OTHER: without them a tagger would label every word. They are those of
the stored page, else those that OCR reads in the image.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from prelabel.bucket.page_images import image_from_bucket
from prelabel.corrections.page_words import with_other_words
from prelabel.errors import PrelabelError
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_contents import PageContent, read_contents
from prelabel.labelstudio.page_data import field
from prelabel.labelstudio.page_list import list_all, page_filter
from prelabel.labelstudio.projects import Project
from prelabel.page import Page, PageRef
from prelabel.project.stored_pages import StoredPages
from prelabel.results.missing_text import MissingTexts
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WholePage:
    """The content of an annotated page in Label Studio, its page with all words.

    `bare`: only the regions are known; `unread`: number of regions whose text could not be read. Another time may know
    more.
    """

    content: PageContent
    bare: bool = False
    unread: int = 0


def list_annotated(workplace: Workplace, project_id: int) -> dict[int, str]:
    """Return the annotated pages of a project: task id -> the time of its last change, as Label Studio writes it.

    Label Studio changes the time with every annotation, prediction and change of the page's data.
    """
    wanted = page_filter("total_annotations", "greater", "Number", 0)
    rows = list_all(workplace.client, project_id, [wanted], include="id,updated_at", patient=True)
    return {int(row["id"]): str(row.get("updated_at") or "") for row in rows}


class AnnotatedPages:
    """Reader of annotated pages. `can_do_without`: where the bucket does not answer, the images are read instead."""

    def __init__(self, workplace: Workplace, project: Project, *, can_do_without: bool) -> None:
        self._workplace, self._project = workplace, project
        self._config = LabellingConfig.parse(project.labelling_xml, None)
        stored = StoredPages.of(workplace)
        self._texts = MissingTexts(stored, self._image, workplace.settings, project.id, can_do_without=can_do_without)

    def read(self, ids: Iterable[int]) -> Iterator[WholePage]:
        """Yield the pages in this order; lazy. Pages that cannot be used have an error, or no size."""
        client, told = self._workplace.client, self._texts
        for content in read_contents(client, self._project, ids, "annotation", config=self._config, missing=told):
            unread = told.not_read.pop(content.task_id, Counter[str]())
            told.sources.pop(content.task_id, None)
            for reason, count in unread.items():
                page = f"project {self._project.id}: page {content.task_id}"
                log.warning("%s: %s regions without text could not be read: %s", page, count, reason)
            if isinstance(content.page, PrelabelError) or not content.page.width_px:
                yield WholePage(content)
                continue
            words = self._words(content)
            page_with_all = content.page if words is None else with_other_words(content.page, words)
            yield WholePage(replace(content, page=page_with_all), words is None, unread.total())

    def _words(self, content: PageContent) -> Page | None:
        """Return all words of a page: the stored ones, else those that OCR reads; None where there are neither."""
        from prelabel.ocr.reading import read_page

        row = {"id": content.task_id, "data": content.data}
        try:
            if stored := self._texts.page(self._project.id, row, ""):
                return stored
            choice, limit = self._texts.choice(self._project.id), self._workplace.settings.max_image_pixels
            return read_page(self._image(row), choice, max_pixels=limit)
        except PrelabelError as error:
            log.warning("project %s: words of page %s cannot be read: %s", self._project.id, content.task_id, error)
            return None

    def _image(self, row: Row) -> bytes:
        """Return the image of a page: from the bucket, else as Label Studio serves it. Raises PrelabelError."""
        here, reference = self._workplace, str(field(row["data"], self._config.image_key) or "")
        own = image_from_bucket(here.bucket, here.keys, reference, here.settings.max_image_bytes)
        return fetch_image(here.client, PageRef(self._project.id, int(row["id"]), reference)) if own is None else own
