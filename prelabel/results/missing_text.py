"""The text of regions that have none: the words of the stored page that lie in them, else their place read by OCR.

Hand-drawn and split regions have no text of their own, nor have regions whose configuration has no TextArea.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prelabel.errors import EngineUnavailable, ImageMissing, ImageUnreadable, PrelabelError, SettingError
from prelabel.geometry import compose, turned
from prelabel.labelstudio.export import image_files, references
from prelabel.labelstudio.regions.missing import Outline
from prelabel.page import Affine, Page, Word
from prelabel.project.stored_pages import StoredPages
from prelabel.results.words_inside import Inside, words_inside
from prelabel.settings import Settings
from prelabel.workplace import Workplace

if TYPE_CHECKING:
    from prelabel.ocr.choose import Choice

log = logging.getLogger(__name__)

Row = Mapping[str, Any]
Body = Mapping[str, Any]
#: Returns the bytes of a page's image. Raises PrelabelError.
Fetch = Callable[[Row], bytes]

#: A stored page whose sides have another ratio than the image, by more than this factor, is not of this image.
_SAME_SHAPE = 1.02


class MissingTexts:
    """Finds the text of regions that have none; `labelstudio.regions.missing.FindMissing`.

    `stored`: the stored pages, None where no Label Studio is known; `fetch`: gets a page's image. `not_read`: for each
    page, why regions were not read, with their number; `sources`: for each page, where their texts come from.
    `can_do_without`: where the bucket does not answer, the images are read instead; else the error is raised.
    """

    def __init__(
        self,
        stored: StoredPages | None,
        fetch: Fetch,
        settings: Settings,
        project_id: int = 0,
        *,
        can_do_without: bool = False,
    ) -> None:
        self._can_do_without = can_do_without
        self.stored, self.fetch, self.settings, self.project_id = stored, fetch, settings, project_id
        self.not_read: dict[int, Counter[str]] = defaultdict(Counter)
        self.sources: dict[int, Counter[str]] = defaultdict(Counter)
        self._choices: dict[int, Choice | EngineUnavailable] = {}

    def __call__(self, row: Row, body: Body) -> PageText:
        """Return the page behind an annotation or a prediction; it is looked up only when it is asked."""
        return PageText(self, row, body)

    def tell(self, what: str) -> None:
        """Log why regions of `what` were not read."""
        reasons = sum(self.not_read.values(), Counter[str]())
        for reason, count in reasons.most_common():
            log.warning("%s: %s regions without text could not be read: %s", what, count, reason)

    def page(self, project_id: int, row: Row, version: str) -> Page | None:
        """Return the stored page of a task, of this version if that is known. Raises the errors of the bucket."""
        if self.stored is None:
            return None
        images = references((row.get("data") or {}).values())
        try:
            found = self.stored.find(project_id, int(row["id"]), version=version, references=images)
        except PrelabelError as error:
            if not self._can_do_without:
                raise
            log.warning("stored pages are not used, images are read instead: %s", error)
            self.stored = None
            return None
        return found.page if found else None

    def choice(self, project_id: int) -> Choice:
        """Return the OCR engines of a project, or Tesseract where these are not here. Raises EngineUnavailable."""
        if project_id not in self._choices:
            self._choices[project_id] = _choice(self.settings, project_id)
        found = self._choices[project_id]
        if isinstance(found, EngineUnavailable):
            raise found
        return found


class PageText:
    """The page of one annotation or prediction; see `MissingText`."""

    def __init__(self, texts: MissingTexts, row: Row, body: Body) -> None:
        self._texts, self._row, self._body = texts, row, body
        self._task_id = int(row["id"])
        self._project_id = int(row.get("project") or texts.project_id)

    def words(self, outlines: Sequence[Outline], from_shown: Affine) -> list[list[Word]]:
        """Return the words in each outline: those of the stored page, else those that OCR reads there."""
        page = self._page
        inside = words_inside(page, outlines, from_shown) if page else [Inside() for _ in outlines]
        found = [each.words for each in inside]
        unread = [number for number, each in enumerate(inside) if each.cut or not each.words]
        read = self._read([outlines[number] for number in unread], from_shown) if unread else []
        for number, words in zip(unread, read, strict=True):
            found[number] = words or found[number]
        self._count("image", sum(map(bool, read)))
        self._count("stored_page", sum(map(bool, found)) - sum(map(bool, read)))
        return found

    def turn(self) -> float | None:
        """Return the degrees by which the page lies turned, as it was stored; None where it is not stored."""
        return turned(self._page.to_shown) if self._page else None

    @cached_property
    def _page(self) -> Page | None:
        """The stored page, in pixels of the shown image as the annotation has them."""
        version = self._version()
        found = None if version is None else self._texts.page(self._project_id, self._row, version)
        return _fitted(found, self._shown_px) if found else None

    def _version(self) -> str | None:
        """Return the version that the page's regions name, empty where none is known here.

        None where predictions name none: they come from a release that stored no pages.
        """
        predictions = [each for each in self._row.get("predictions") or () if isinstance(each, Mapping)]
        bodies = [self._body, self._body.get("prediction"), *predictions]
        named = (version for body in bodies if isinstance(body, Mapping) for version in _versions(body))
        return next(named, None if any(each.get("result") for each in predictions) else "")

    @cached_property
    def _shown_px(self) -> tuple[float, float] | None:
        """Width and height of the image, as the annotation names them."""
        items = (item for item in self._body.get("result") or () if isinstance(item, Mapping))
        sizes = ((item.get("original_width"), item.get("original_height")) for item in items)
        return next(((float(w), float(h)) for w, h in sizes if w and h), None)

    def _read(self, outlines: Sequence[Outline], from_shown: Affine) -> list[list[Word]]:
        """Read places of the image; nothing where that is not possible, which is counted."""
        from prelabel.images.decode import decode
        from prelabel.ocr.crops import read_crops

        try:
            choice = self._texts.choice(self._project_id)
            data = self._texts.fetch(self._row)
            image = decode(data, max_pixels=self._texts.settings.max_image_pixels, gray=True)
            wide, high = self._shown_px or image.size
            x, y = image.width / wide, image.height / high
            places = [[(dot_x * x, dot_y * y) for dot_x, dot_y in outline] for outline in outlines]
            to_frame = compose(from_shown, Affine(a=1 / x, e=1 / y))
            read = read_crops(image, places, to_frame, choice, upright=self._page is not None)
        except PrelabelError as error:
            self._texts.not_read[self._task_id][str(error)] += len(outlines)
            return [[] for _ in outlines]
        return read

    def _count(self, source: str, number: int) -> None:
        if number:
            self._texts.sources[self._task_id][source] += number


def texts_of_export(folder: Path, settings: Settings) -> MissingTexts:
    """Return the texts for an export whose images lie in a folder; stored pages are used where their server is set."""
    stored = None
    if settings.label_studio_url:
        try:
            stored = StoredPages.of(Workplace(settings))
        except SettingError as error:
            log.warning("stored pages are not used, images are read instead: %s", error)
    return MissingTexts(stored, lambda row: _file(row, folder), settings, can_do_without=True)


def _file(row: Row, folder: Path) -> bytes:
    """Return the image of an exported page: a file below the folder, or the one in its data. Raises PrelabelError."""
    for name in image_files(row):
        for place in (folder / name, folder / "images" / name):
            try:
                if place.is_file():
                    return place.read_bytes()
            except OSError as error:
                raise ImageMissing(f"{place} cannot be read ({error.strerror})") from None
    for value in (row.get("data") or {}).values():
        if isinstance(value, str) and value[:11].lower() == "data:image/":
            try:
                return base64.b64decode(value.partition(",")[2], validate=True)
            except (binascii.Error, ValueError):
                raise ImageUnreadable("the image in the page's data is not base64") from None
    raise ImageMissing(f"the page's image is not in {folder}: put it there")


def _choice(settings: Settings, project_id: int) -> Choice | EngineUnavailable:
    from prelabel.ocr.engines import choice_for
    from prelabel.ocr_plan import OcrPlan

    project = settings.for_project(project_id)
    for plan in (project.ocr, OcrPlan.parse("tesseract"), OcrPlan.parse("pytesseract")):
        try:
            return choice_for(settings, project.model_copy(update={"ocr": plan}))
        except EngineUnavailable as error:
            last = error
    return EngineUnavailable(f"no OCR engine is here to read them ({last})")


def _versions(body: Body) -> Iterator[str]:
    """Yield the exact versions that the regions of a body name."""
    for item in body.get("result") or ():
        meta = item.get("meta") if isinstance(item, Mapping) else None
        if isinstance(meta, Mapping) and isinstance(version := meta.get("prelabel"), str):
            yield version


def _fitted(page: Page, shown_px: tuple[float, float] | None) -> Page | None:
    """Return the page with a shown image of this size; None where it has another shape."""
    if shown_px is None:
        return page
    x, y = shown_px[0] / page.shown_width_px, shown_px[1] / page.shown_height_px
    if not 1 / _SAME_SHAPE < x / y < _SAME_SHAPE:
        return None
    return replace(page, to_shown=compose(Affine(a=x, e=y), page.to_shown))
