"""Reading of a page with check boxes: they are found, painted over so that the engine reads no letters in them, and put
among the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image

from prelabel.geometry import grow, intersection_area
from prelabel.ocr.check_boxes.finding import CheckBox, check_boxes
from prelabel.ocr.check_boxes.typed import typed_boxes
from prelabel.ocr.check_boxes.words import boxed, inserted
from prelabel.page import Box, Word

#: Pixels around a box that are painted over as well: blurred ink.
_AROUND_PX = 2
#: Share of a word that must lie on a box and its mark to be a misreading of them; its most letters.
_COVERED, _MISREAD_LETTERS = 0.6, 2
#: Share of the ink of a word that is its own.
_OWN = 0.5

Read = Callable[[Image.Image], list[Word]]


def read_with_boxes(read: Read, image: Image.Image) -> list[Word]:
    """Read an upright page (mode L) with `read`; return the words with the page's check boxes, see `words.boxed`."""
    found = check_boxes(image)
    if not found:
        return typed_boxes(read(image))
    page = _without(image, found)
    return typed_boxes(_with(read(page), found, image, page))


def add_boxes(words: Sequence[Word], image: Image.Image) -> list[Word]:
    """Return the words of an upright page (L or RGB) with the check boxes of its picture and those that are typed."""
    image = image if image.mode == "L" else image.convert("L")
    typed = typed_boxes(words)
    known = [word.box for word in typed if word not in words]
    drawn = [each for each in check_boxes(image) if not any(intersection_area(each.box, box) for box in known)]
    return _with(typed, drawn, image, _without(image, drawn)) if drawn else typed


def _without(image: Image.Image, found: Sequence[CheckBox]) -> Image.Image:
    page = image.copy()
    for each in found:
        box = grow(each.box, _AROUND_PX)
        place = round(box.x0), round(box.y0), round(box.x1), round(box.y1)
        paper = image.crop(place).getextrema()[1]
        page.paste(paper, place)
        if each.ink is not None:
            page.paste(paper, (round(each.whole.x0), round(each.whole.y0)), each.ink)
    return page


def _with(words: Sequence[Word], found: Sequence[CheckBox], image: Image.Image, page: Image.Image) -> list[Word]:
    """Return the words without misreadings of the boxes, and with the boxes in their places.

    `page`: the image without the boxes.
    """
    kept = [
        word
        for word in words
        if not any(_is_misreading(word, each.whole) for each in found) or _has_own_ink(word, image, page)
    ]
    return inserted(kept, [boxed(each.box, ticked=each.ticked, confidence=each.confidence) for each in found])


def _is_misreading(word: Word, place: Box) -> bool:
    area = word.box.width * word.box.height
    covered = intersection_area(word.box, grow(place, _AROUND_PX))
    return len(word.text) <= _MISREAD_LETTERS and covered >= _COVERED * area


def _has_own_ink(word: Word, image: Image.Image, page: Image.Image) -> bool:
    """Return whether much of the ink of a word, as of a letter under the end of a tick, is of no box or mark."""
    place = round(word.box.x0), round(word.box.y0), round(word.box.x1), round(word.box.y1)
    whole = image.crop(place)
    darkest, lightest = whole.getextrema()
    assert isinstance(darkest, int) and isinstance(lightest, int)  # noqa: S101, PT018  (mode L has one band)
    ink, own = (sum(part.histogram()[: (darkest + lightest) // 2]) for part in (whole, page.crop(place)))
    return own > _OWN * ink
