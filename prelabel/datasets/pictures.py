"""Annotated pages with their pictures: what a format writes and reads. A picture is opened when its turn comes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.errors import ImageMissing, SettingError
from prelabel.geometry import compose
from prelabel.images.decode import decode
from prelabel.images.png import png
from prelabel.images.sniff import sniff
from prelabel.page import Affine, Entity, Link, Page, Word, WordLabel

OTHER = "OTHER"
#: Splits that no training reads: pages that only measure.
MEASURING = frozenset({"evaluation", "test"})
#: Kinds that every program reads as they are -> suffix. Others become PNG.
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "BMP": ".bmp"}
#: The tag of EXIF that turns a picture: many programs do not obey it.
_ORIENTATION = 0x0112
#: Orientations from here on swap width and height.
_ON_ITS_SIDE = 5
#: More pixels than any page has; a picture with more is an attack or an error.
MAX_PIXELS = 400_000_000


@dataclass(frozen=True, slots=True)
class PictureOfPage:
    """An annotated page, its part of the data set, and its picture.

    `split`: e.g. train, valid or evaluation; empty where the pages are not split. `open_image`: opens the picture's
    bytes; None where there is no picture.
    """

    annotated: AnnotatedPage
    split: str = ""
    open_image: Callable[[], BinaryIO] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in memory, as its pixels lie: no EXIF turns it. `suffix`: of its file, such as .png."""

    data: bytes
    suffix: str
    width_px: int
    height_px: int


def of_file(annotated: AnnotatedPage, split: str = "") -> PictureOfPage:
    """Return a page whose picture is its file, if it has one."""
    return PictureOfPage(annotated, split, None if annotated.image is None else partial(_open, annotated.image))


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def load(page: PictureOfPage) -> Picture | None:
    """Read the picture of a page; None where it has none.

    Raises ImageMissing, ImageUnreadable and ImageTooLarge, and what `open_image` raises but OSError.
    """
    if page.open_image is None:
        return None
    try:
        with page.open_image() as file:
            data = file.read()
    except OSError as error:
        raise ImageMissing(
            f"the picture of {page.annotated.name} cannot be opened ({error.strerror}): put it back"
        ) from None
    suffix = _SUFFIXES.get(sniff(data).pillow)
    if suffix and (size := _plain_size(data)):
        return Picture(data, suffix, *size)
    image = decode(data, max_pixels=MAX_PIXELS)
    return Picture(png(image), ".png", *image.size)


def _plain_size(data: bytes) -> tuple[int, int] | None:
    """Return the size of a picture; None where EXIF turns it, or where it cannot be opened."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size if image.getexif().get(_ORIENTATION, 1) == 1 else None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def shown_size(file: Path | None) -> tuple[int, int] | None:
    """Return width and height of a picture as EXIF turns it; None where there is no file, or one that cannot be read.

    Nothing is decoded.
    """
    try:
        with Image.open(file or "") as image:
            on_its_side = image.getexif().get(_ORIENTATION, 1) >= _ON_ITS_SIDE
            return image.size[::-1] if on_its_side else image.size
    except (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError):
        return None


def fitted(page: Page, picture: Picture | None) -> Page:
    """Return the page with the size of its picture as the shown size: the picture may be a smaller copy."""
    if picture is None or (picture.width_px, picture.height_px) == (page.shown_width_px, page.shown_height_px):
        return page
    if not page.shown_width_px or not page.shown_height_px:
        raise SettingError("a page without a size cannot be written: give its width and height")
    scale = Affine(a=picture.width_px / page.shown_width_px, e=picture.height_px / page.shown_height_px)
    to_shown = compose(scale, page.to_shown)
    return replace(page, to_shown=to_shown, shown_width_px=picture.width_px, shown_height_px=picture.height_px)


def labelled(page: Page, entities: Sequence[Entity], links: Sequence[tuple[int, int]]) -> Page:
    """Return a page of words with entities and links; its words have the labels of their entities, else OTHER.

    `links`: indices of entities. Pairs with an end that is not there, and those of one entity alone, are left out.
    """
    labels = [OTHER] * len(page.words)
    for entity in entities:
        for index in entity.words:
            labels[index] = entity.label
    there = range(len(entities))
    kept = sorted({(a, b) for a, b in links if a in there and b in there and a != b})
    made = page.with_labels(tuple(WordLabel(label, 1.0) for label in labels), tuple(entities))
    return made.with_links(tuple(Link(a, b) for a, b in kept), ())


def all_entities(page: Page) -> list[Entity]:
    """Return the entities that have words, then one entity OTHER for each word of none: formats without loose words."""
    entities = list(page.entities or ())
    grouped = {index for entity in entities for index in entity.words}
    return entities + [Entity(OTHER, (index,)) for index in range(len(page.words)) if index not in grouped]


def text_of(words: Sequence[Word]) -> str:
    """Return the text of words."""
    return " ".join(word.text for word in words)


def image_beside(folder: Path, name: str) -> Path | None:
    """Return the file below a folder that a list names; None where it is missing or lies elsewhere."""
    file = folder / name
    try:
        return file if file.resolve().is_relative_to(folder.resolve()) and file.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None
