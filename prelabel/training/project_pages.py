"""Annotated pages of a project in Label Studio, each with all of its words, for training.

The words that nobody drew are the examples of OTHER: without them a tagger would label every word. They are those of
the stored page, else those that OCR reads in the image.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from prelabel.bucket.page_images import image_from_bucket
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PrelabelError, SettingError
from prelabel.geometry import compose, grow, invert, scaling, transform
from prelabel.kie.tag.tagger import OTHER
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_contents import PageContent, read_contents
from prelabel.labelstudio.page_data import field
from prelabel.labelstudio.page_list import list_all, page_filter
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.regions.told import Told, told_line
from prelabel.lines import raster_order
from prelabel.page import Page, PageRef, WordLabel
from prelabel.project.stored_pages import StoredPages
from prelabel.results.missing_text import MissingTexts
from prelabel.training.augmenting import selected
from prelabel.workplace import Workplace

log = logging.getLogger(__name__)

#: A word counts as drawn when its centre lies in a drawn word, or this near: regions are drawn by hand.
_NEAR_PX = 2.0

Row = Mapping[str, Any]


def read_project(project_id: int, workplace: Workplace) -> tuple[list[AnnotatedPage], int]:
    """Return the annotated pages of a project, and the number of those that cannot be used.

    Raises SettingError where no page is annotated, ProjectNotFound, AuthError, ServiceUnavailable.
    """
    project = get_project(workplace.client, project_id)
    config = LabellingConfig.parse(project.labelling_xml, None)
    wanted = page_filter("total_annotations", "greater", "Number", 0)
    ids = [int(row["id"]) for row in list_all(workplace.client, project_id, [wanted], include="id", patient=True)]
    if not ids:
        raise SettingError(f"project {project_id} has no annotated page: submit some in Label Studio first")
    reader = _Reader(workplace, project, config)
    pages = list(reader.pages(ids))
    if told := +reader.told:
        log.warning("project %s: not used: %s", project_id, told_line(told))
    if reader.bare:
        log.warning(
            "project %s: of %s pages only the regions are known, so all their words have labels: their words are "
            "neither in PRELABEL_BUCKET, nor could their images be read here",
            *(project_id, reader.bare),
        )
    return pages, len(ids) - len(pages)


def with_other_words(drawn: Page, words: Page) -> Page:
    """Return an annotated page together with the words of the same page that nobody drew, line by line.

    These are labelled OTHER. `words`: in a frame of its own, and with a shown image of its own size.
    """
    factor = drawn.shown_width_px / words.shown_width_px
    frame = compose(invert(drawn.to_shown), compose(scaling(factor), words.to_shown))
    there = [grow(word.box, _NEAR_PX) for word in drawn.words]
    moved = (replace(word, box=transform(frame, word.box)) for word in words.words)
    others = [
        word
        for word in moved
        if not any(box.x0 <= word.box.center[0] <= box.x1 and box.y0 <= word.box.center[1] <= box.y1 for box in there)
    ]
    labels = (*(drawn.labels or ()), *(WordLabel(OTHER, 1.0) for _ in others))
    made = replace(drawn, words=(*drawn.words, *others), labels=labels)
    return selected(made, raster_order([word.box for word in made.words]))


class _Reader:
    """Reader of annotated pages; `bare` counts those of which only the regions are known."""

    def __init__(self, workplace: Workplace, project: Project, config: LabellingConfig) -> None:
        self._workplace, self._project, self._config = workplace, project, config
        stored = StoredPages.of(workplace)
        self._texts = MissingTexts(stored, self._image, workplace.settings, project.id, can_do_without=True)
        self.told, self.bare = Told(), 0

    def pages(self, ids: Sequence[int]) -> Iterator[AnnotatedPage]:
        """Yield the pages that can be used; log the others."""
        client, name = self._workplace.client, f"project {self._project.id}"
        for content in read_contents(
            client, self._project, ids, "annotation", config=self._config, missing=self._texts
        ):
            self.told += content.told
            if isinstance(content.page, PrelabelError):
                log.warning("%s: page %s is left out: %s", name, content.task_id, content.page)
            elif content.page.width_px:
                words = self._words(content)
                self.bare += words is None
                page = content.page if words is None else with_other_words(content.page, words)
                yield AnnotatedPage(f"page {content.task_id}", page)
        self._texts.tell(name)

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
