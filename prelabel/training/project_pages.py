"""Annotated pages of a project in Label Studio, each with all of its words, for training.

The words that nobody drew are the examples of OTHER: without them a tagger would label every word. They are those of
the stored page, else those that OCR reads in the image.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prelabel.bucket.page_images import image_from_bucket
from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import PrelabelError, SettingError
from prelabel.geometry import apply, compose, grow, invert, transform, turned
from prelabel.kie.tag.tagger import OTHER
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_contents import PageContent, read_contents
from prelabel.labelstudio.page_data import field
from prelabel.labelstudio.page_list import list_all, page_filter
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.regions.missing import Outline
from prelabel.labelstudio.regions.told import Told, told_line
from prelabel.lines import raster_order
from prelabel.page import Affine, Page, PageRef, Word, WordLabel
from prelabel.project.stored_pages import StoredPages
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


class WordsOfPage:
    """The text of regions that have none, from the words of their page: a `MissingText`."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def words(self, outlines: Sequence[Outline], from_shown: Affine) -> list[list[Word]]:
        """Return the words whose centres lie in each outline, in pixels of the frame that `from_shown` leads to."""
        frame = compose(from_shown, self._page.to_shown)
        centres = [apply(self._page.to_shown, *word.box.center) for word in self._page.words]
        return [
            [
                replace(word, box=transform(frame, word.box))
                for word, centre in zip(self._page.words, centres, strict=True)
                if _is_inside(outline, *centre)
            ]
            for outline in outlines
        ]

    def turn(self) -> float:
        """Return the degrees by which the upright page lies turned in the shown image."""
        return turned(self._page.to_shown)


def with_other_words(drawn: Page, words: Page) -> Page:
    """Return an annotated page together with the words of the same page that nobody drew, line by line.

    These are labelled OTHER. `words`: in a frame of its own, but with the same shown image.
    """
    frame = compose(invert(drawn.to_shown), words.to_shown)
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


@dataclass(slots=True)
class _Reader:
    """Reader of annotated pages; `bare` counts those of which only the regions are known."""

    workplace: Workplace
    project: Project
    config: LabellingConfig
    told: Told
    bare: int
    _words: dict[int, Page | None]

    def __init__(self, workplace: Workplace, project: Project, config: LabellingConfig) -> None:
        self.workplace, self.project, self.config = workplace, project, config
        self.told, self.bare, self._words = Told(), 0, {}

    def pages(self, ids: Sequence[int]) -> Iterator[AnnotatedPage]:
        """Yield the pages that can be used; log the others."""
        found = read_contents(
            self.workplace.client, self.project, ids, "annotation", config=self.config, missing=self._missing
        )
        for content in found:
            self.told += content.told
            if isinstance(content.page, PrelabelError):
                log.warning("project %s: page %s is left out: %s", self.project.id, content.task_id, content.page)
            elif content.page.width_px:
                yield self._page(content, content.page)

    def _page(self, content: PageContent, drawn: Page) -> AnnotatedPage:
        words = self._words_of(content.task_id, content.data)
        self._words.pop(content.task_id)
        self.bare += words is None
        return AnnotatedPage(f"page {content.task_id}", drawn if words is None else with_other_words(drawn, words))

    def _missing(self, row: Row, _: Row) -> WordsOfPage | None:
        words = self._words_of(int(row["id"]), row.get("data") or {})
        return WordsOfPage(words) if words else None

    def _words_of(self, task_id: int, data: Row) -> Page | None:
        """Return all words of a page: the stored ones, else those that OCR reads; None where there are neither."""
        if task_id not in self._words:
            image = str(field(data, self.config.image_key) or "")
            stored = StoredPages.of(self.workplace).find(self.project.id, task_id, references=[image])
            ref = PageRef(self.project.id, task_id, image)
            self._words[task_id] = stored.page if stored else _read_anew(self.workplace, ref)
        return self._words[task_id]


def _read_anew(workplace: Workplace, ref: PageRef) -> Page | None:
    from prelabel.ocr.engines import choice_for
    from prelabel.ocr.reading import read_page

    settings = workplace.settings
    try:
        choice = choice_for(settings, settings.for_project(ref.project_id))
        data = image_from_bucket(workplace.bucket, workplace.keys, ref.image, settings.max_image_bytes)
        data = fetch_image(workplace.client, ref) if data is None else data
        return read_page(data, choice, max_pixels=settings.max_image_pixels)
    except PrelabelError as error:
        log.warning("project %s: the words of page %s cannot be read: %s", ref.project_id, ref.task_id, error)
        return None


def _is_inside(outline: Outline, x: float, y: float) -> bool:
    """Return whether a point lies in a polygon, by the number of edges to its right."""
    inside = False
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside
