"""Words of a PDF page as a person sees them: those that are there, those that are hidden, and places to read by OCR."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from PIL import Image

from prelabel.geometry import transform
from prelabel.page import Affine, Box
from prelabel.pdf.page_cells import PageCells
from prelabel.pdf.sight.actual_text import remove_actual_text
from prelabel.pdf.sight.overprints import illegible
from prelabel.pdf.sight.overtyped import object_layers
from prelabel.pdf.sight.page_ink import Gray, PageInk
from prelabel.pdf.sight.page_objects import Picture, page_objects, unsaid
from prelabel.pdf.sight.plain_pages import is_plain
from prelabel.pdf.sight.seen_words import Sight, seen_words
from prelabel.pdf.sight.unread_places import unread_places
from prelabel.pdf.text import PageText, PdfWord, points_to_pixels


class PageSight:
    """What a pypdfium2 PdfPage says and shows; `shown` is the whole page, rendered."""

    def __init__(self, page: Any, shown: Image.Image) -> None:
        self._page, self._shown = page, shown
        self._objects = page_objects(page)
        #: The map from points of the page to pixels of the rendered one.
        self.to_pixels: Affine = points_to_pixels(page, *shown.size)

    @property
    def says_something(self) -> bool:
        """Whether the page holds text, seen or not."""
        return bool(self._objects.texts)

    @property
    def has_drawings(self) -> bool:
        """Whether the page shows anything but text."""
        return bool(self._objects.others)

    @property
    def picture_share(self) -> float:
        """The area of all pictures as a share of the page's."""
        width, height = self._page.get_size()
        return self._objects.picture_area / float(width * height)

    @cached_property
    def words(self) -> Sight:
        """The words of the page, seen and hidden ones."""
        with self._text() as text:
            paper = Box(0, 0, *self._shown.size)
            words = [word for word in text.words if _touch(word.box, paper)]
            layers = object_layers(self._objects.texts, text) if words else []
            if len(layers) < 2 and (not words or is_plain(words, text, self._objects, self.to_pixels, self.cells)):
                return Sight(words, [])
            far = [each for each in self._objects.pictures if not self._is_near(each, words)]
            self._ink = PageInk(self._page, self._objects, self._shown.size, far)
            if len(layers) < 2:
                return _legible(seen_words(words, text, self._ink, self._objects.texts))
        return _legible(self._words_by_layer(layers))

    def _words_by_layer(self, layers: Sequence[Sequence[Any]]) -> Sight:
        """Read each layer of text objects by itself, as if the others were not there."""
        seen, hidden = list[PdfWord](), list[PdfWord]()
        paper = Box(0, 0, *self._shown.size)
        for layer in layers:
            rest = [each for other in layers if other is not layer for each in other]
            with unsaid(rest):
                text = self._text()
            with text:
                words = [word for word in text.words if _touch(word.box, paper)]
                sight = seen_words(words, text, self._ink, layer, rest)
            seen += sight.seen
            hidden += sight.hidden
        return Sight(seen, hidden)

    @cached_property
    def unread(self) -> dict[Box, list[PdfWord]]:
        """Places where the page shows other writing than its text says, each with the hidden words there."""
        if not self.words.hidden:
            return {}
        pictures = list(map(self._box, self._objects.pictures))
        return unread_places(self.words.hidden, self.words.seen, self._ink, pictures)

    @cached_property
    def cells(self) -> PageCells:
        """The rendered page in cells."""
        return PageCells(self._shown, self.to_pixels)

    def gray(self, box: Box, left: Sequence[Any] = ()) -> Gray:
        """Return the place of a box in gray, 0..255, without these objects."""
        return self._whole.gray(box, left)

    @cached_property
    def _whole(self) -> PageInk:
        return PageInk(self._page, self._objects, self._shown.size)

    def _is_near(self, picture: Picture, words: Sequence[PdfWord]) -> bool:
        box = self._box(picture)
        return any(_touch(word.box, box) for word in words)

    def _box(self, picture: Picture) -> Box:
        return transform(self.to_pixels, picture.box)

    def _text(self) -> PageText:
        """Return the text of the letters that are drawn; as the file names it where these have no meaning."""
        named = PageText(self._page, self.to_pixels)
        if not remove_actual_text(self._objects.texts):
            return named
        drawn = PageText(self._page, self.to_pixels)
        better, other = (drawn, named) if drawn.meaningless <= named.meaningless else (named, drawn)
        other.close()
        return better


def _legible(sight: Sight) -> Sight:
    """Take words that are seen on top of each other for hidden ones: what the page shows there is for OCR to read."""
    if not (muddled := illegible(sight.seen)):
        return sight
    return Sight([word for word in sight.seen if word not in muddled], sight.hidden + muddled)


def _touch(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and one.x1 > other.x0 and one.y0 < other.y1 and one.y1 > other.y0
