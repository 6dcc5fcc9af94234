"""Pages with known words: a folder of FUNSD's layout, or an export of Label Studio with the images beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from prelabel.datasets.funsd import IMAGES, read_annotations
from prelabel.errors import SettingError
from prelabel.geometry import transform
from prelabel.labelstudio.export import ExportedPage, read_export
from prelabel.page import Affine, Box, Word
from prelabel.results.missing_text import texts_of_export
from prelabel.settings import get_settings

#: Least width of a letter, in heights of its region; with narrower letters a region has more than one line.
_NARROWEST_LETTER = 0.25


@dataclass(frozen=True, slots=True)
class TruthPage:
    """A page with known words, in pixels of an image of `width_px` x `height_px`. The file `image` may be missing."""

    name: str
    image: Path
    words: tuple[Word, ...]
    width_px: int
    height_px: int

    def words_on(self, width_px: int, height_px: int) -> tuple[Word, ...]:
        """Return the words in pixels of an image of this size: a copy may be smaller than the annotated image."""
        to_image = Affine(a=width_px / self.width_px, e=height_px / self.height_px)
        return tuple(replace(word, box=transform(to_image, word.box)) for word in self.words)


def read_truth(source: Path, images: Path | None = None) -> tuple[TruthPage, ...]:
    """Read all pages of a folder of FUNSD's layout, by name, or of a JSON export of Label Studio, in its order.

    `images`: the folder of the images of an export; by default the folder of the export. Raises SettingError if the
    truth cannot be read or no image exists.
    """
    pages = _of_export(source, images or source.parent) if source.is_file() else _of_folder(source)
    if not any(page.image.is_file() for page in pages):
        raise SettingError(
            f"none of the {len(pages)} images of {source} is there (the first would be {pages[0].image}): "
            "put them there, or name the folder of an export's images with --images"
        )
    return pages


def _of_folder(folder: Path) -> tuple[TruthPage, ...]:
    if not folder.is_dir():
        raise SettingError(f"{folder} is not there: name a folder of FUNSD's layout, or a JSON export of Label Studio")
    return tuple(
        TruthPage(
            each.name,
            each.image or folder / IMAGES / f"{each.name}.png",
            each.page.words,
            each.page.width_px,
            each.page.height_px,
        )
        for each in read_annotations(folder)
    )


def _of_export(file: Path, images: Path) -> tuple[TruthPage, ...]:
    texts = texts_of_export(images, get_settings())
    pages = read_export(file, texts).pages
    texts.tell(str(file))
    return tuple(_exported(each, images) for each in pages)


def _exported(exported: ExportedPage, images: Path) -> TruthPage:
    image = _image(exported.files, images)
    name = f"{exported.task_id}-{image.stem}"
    page = exported.page
    if page is None:
        return TruthPage(name, image, (), 1, 1)
    parts = (part for word in page.words for part in _cut(word))
    words = tuple(replace(part, box=transform(page.to_shown, part.box)) for part in parts)
    return TruthPage(name, image, words, page.shown_width_px, page.shown_height_px)


def _image(files: Iterable[str], images: Path) -> Path:
    """Return the first file that exists in the folder or in its `images`; else the path where the last should be."""
    places = [folder / file for file in files for folder in (images, images / IMAGES)]
    return next((place for place in places if place.is_file()), places[-2] if places else images)


def _cut(word: Word) -> list[Word]:
    """Cut a line that was drawn as one region into its words; all letters have the same width."""
    parts, box = word.text.split(), word.box
    letter = box.width / max(len(word.text), 1)
    if len(parts) < 2 or letter < _NARROWEST_LETTER * box.height:
        return [word]
    cut, start = [], box.x0
    for part in parts:
        end = start + letter * len(part)
        cut.append(replace(word, text=part, box=Box(start, box.y0, end, box.y1)))
        start = end + letter
    return cut
