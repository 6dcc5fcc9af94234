"""YOLO: `images/SPLIT/NAME.png`, `labels/SPLIT/NAME.txt` with one box a line, `classes.txt` and `data.yaml`.

A line is class, centre, width and height, in shares of the picture. There is no text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from prelabel.datasets.funsd import IMAGES, AnnotatedPage
from prelabel.datasets.new_folder import FileNames, new_folder, one_line, split_name
from prelabel.datasets.pictures import PictureOfPage, fitted, labelled, load, of_file, shown_size
from prelabel.datasets.shown import rounded, shown_box
from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.page import Box, Entity, Page, Word

LABELS, CLASSES, DATA = "labels", "classes.txt", "data.yaml"
#: YOLO trains on this split; pages without one go there.
_TRAIN = "train"
#: Splits that YOLO names otherwise.
_NAMES = {"train": _TRAIN, "valid": "val", "evaluation": "test"}
_KINDS = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff")


def write_yolo(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages into a new folder, and return their number.

    `labels`: the first classes, in this order; others follow as they appear. Raises SettingError for a folder that is
    taken and for a page without a picture, StorageFull, and what loading a picture raises.
    """
    names, count = FileNames(), 0
    classes = {one_line(label): number for number, label in enumerate(dict.fromkeys(map(one_line, labels)))}
    splits: dict[str, None] = {}
    with new_folder(folder) as root:
        for each in pages:
            count += 1
            split = _NAMES.get(each.split, split_name(each.split) or _TRAIN)
            picture, stem = load(each), names.stem(each.annotated.name)
            if picture is None:
                raise SettingError(f"{each.annotated.name} has no picture, and YOLO needs one: leave the page out")
            for part in (IMAGES, LABELS):
                (root / part / split).mkdir(parents=True, exist_ok=True)
            (root / IMAGES / split / f"{stem}{picture.suffix}").write_bytes(picture.data)
            lines = _lines(fitted(each.annotated.page, picture), classes)
            (root / LABELS / split / f"{stem}.txt").write_text("".join(lines), "utf-8")
            splits[split] = None
        (root / CLASSES).write_text("".join(f"{label}\n" for label in classes), "utf-8")
        (root / DATA).write_text(_data(splits, classes), "utf-8")
    return count


def _lines(page: Page, classes: dict[str, int]) -> list[str]:
    lines = []
    for entity in page.entities or ():
        if entity.words:
            number = classes.setdefault(one_line(entity.label), len(classes))
            box = shown_box(page, union(page.words[index].box for index in entity.words))
            (x, y), (width, height) = box.center, (page.shown_width_px, page.shown_height_px)
            shares = (x / width, y / height, box.width / width, box.height / height)
            lines.append(" ".join([str(number), *(f"{share:.7f}" for share in shares)]) + "\n")
    return lines


def _data(splits: Iterable[str], classes: Mapping[str, int]) -> str:
    """Return data.yaml; quoted as JSON, which YAML reads as well."""
    there = list(splits) or [_TRAIN]
    parts = [f"{split}: {IMAGES}/{split}\n" for split in there]
    parts += [f"{split}: {IMAGES}/{there[0]}\n" for split in (_TRAIN, "val") if split not in there]
    names = [f"  {number}: {json.dumps(label, ensure_ascii=False)}\n" for label, number in classes.items()]
    return "".join([*parts, f"nc: {len(classes)}\n", "names:\n" if names else "names: {}\n", *names])


def read_yolo(folder: Path) -> tuple[PictureOfPage, ...]:
    """Read the pages of a folder with pictures: each box is an entity of one word without text.

    Raises SettingError where classes, labels or pictures are missing.
    """
    try:
        labels = (folder / CLASSES).read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise SettingError(f"{folder / CLASSES} cannot be read ({error}): write one class a line into it") from None
    files = sorted((folder / LABELS).rglob("*.txt"))
    if not files:
        raise SettingError(f"{folder} has no {LABELS}/*.txt; name a folder of YOLO")
    return tuple(_read(file, folder, labels) for file in files)


def _read(file: Path, folder: Path, labels: Sequence[str]) -> PictureOfPage:
    beside = folder / IMAGES / file.relative_to(folder / LABELS).parent
    image = next((p for p in (beside / f"{file.stem}{end}" for end in _KINDS) if p.is_file()), None)
    size = shown_size(image)
    if size is None:
        raise SettingError(
            f"{file} has no picture that opens in {beside}, which tells the size: put it there, or remove the file"
        )
    split = beside.relative_to(folder / IMAGES).as_posix()
    splits, named = {name: split for split, name in _NAMES.items()}, dict(enumerate(labels))
    try:
        rows = [line.split() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
        found = [(named[int(row[0])], _box([float(v) for v in row[1:5]], *size)) for row in rows]
    except (OSError, ValueError, LookupError) as error:
        raise SettingError(
            f"{file} is no file of YOLO ({type(error).__name__}: {error}); correct or remove it"
        ) from None
    words = tuple(Word("", box) for _, box in found)
    entities = [Entity(label, (index,)) for index, (label, _) in enumerate(found)]
    page = labelled(Page(*size, *size, words=words), entities, ())
    return of_file(AnnotatedPage(file.stem, page, image), "" if split == "." else splits.get(split, split))


def _box(shares: Sequence[float], width_px: int, height_px: int) -> Box:
    x, y, width, height = shares
    left, top = (x - width / 2) * width_px, (y - height / 2) * height_px
    return rounded(Box(left, top, left + width * width_px, top + height * height_px))
