"""FUNSD's layout with pictures and splits: `training_data/`, `testing_data/`, each with `annotations/` and `images/`.

Boxes are those in the picture, in whole pixels, as FUNSD's readers expect them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from prelabel.datasets.funsd import ANNOTATIONS, IMAGES, annotation_json, read_annotations
from prelabel.datasets.new_folder import FileNames, json_bytes, new_folder, split_name
from prelabel.datasets.pictures import PictureOfPage, fitted, load, of_file
from prelabel.datasets.shown import shown_box
from prelabel.page import Affine, Page

#: Splits that FUNSD names otherwise.
_FOLDERS = {"train": "training_data", "test": "testing_data", "evaluation": "testing_data", "valid": "validation_data"}
_SPLITS = {"training_data": "train", "testing_data": "evaluation", "validation_data": "valid"}


def write_funsd(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages into a new folder, and return their number. `labels` has no meaning here.

    Raises SettingError for a folder that is taken, StorageFull, and what loading a picture raises.
    """
    del labels
    names, count = FileNames(), 0
    with new_folder(folder) as root:
        for each in pages:
            count += 1
            split = split_name(each.split)
            place = root / _FOLDERS.get(split, f"{split}_data") if split else root
            picture, stem = load(each), names.stem(each.annotated.name)
            for part in (ANNOTATIONS, IMAGES):
                (place / part).mkdir(parents=True, exist_ok=True)
            annotation = annotation_json(_in_picture(fitted(each.annotated.page, picture)))
            (place / ANNOTATIONS / f"{stem}.json").write_bytes(json_bytes(annotation, indent=1) + b"\n")
            if picture is not None:
                (place / IMAGES / f"{stem}{picture.suffix}").write_bytes(picture.data)
    return count


def read_funsd(folder: Path) -> tuple[PictureOfPage, ...]:
    """Read the pages of a folder of FUNSD's layout, with or without folders of splits.

    Raises SettingError where there are none.
    """
    splits = sorted(each for each in folder.glob("*_data") if (each / ANNOTATIONS).is_dir())
    if not splits or (folder / ANNOTATIONS).is_dir():
        return tuple(of_file(each) for each in read_annotations(folder))
    named = ((_SPLITS.get(each.name, each.name.removesuffix("_data")), each) for each in splits)
    return tuple(of_file(each, split) for split, place in named for each in read_annotations(place))


def _in_picture(page: Page) -> Page:
    """Return the page with the picture as its frame."""
    size = page.shown_width_px, page.shown_height_px
    words = tuple(replace(word, box=shown_box(page, word.box)) for word in page.words)
    return replace(page, width_px=size[0], height_px=size[1], to_shown=Affine(), words=words)
