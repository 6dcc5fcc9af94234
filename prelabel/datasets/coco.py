"""COCO: `annotations/instances*.json` beside `images/`. Each entity is a box whose category is its label.

COCO has no words and no links. They stand in fields that its readers skip: `words` (text and box in the upright frame)
and the frame itself with an image; `words` (indices), `text` and `links` (ids of annotations) with an annotation.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from prelabel.datasets.funsd import IMAGES, AnnotatedPage
from prelabel.datasets.new_folder import FileNames, json_bytes, new_folder, split_name
from prelabel.datasets.pictures import PictureOfPage, fitted, image_beside, labelled, load, of_file, text_of
from prelabel.datasets.shown import box_of, edited, frame_json, framed, numbers, shown_box, shown_corners
from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.page import Box, Entity, Page, Word

ANNOTATIONS, INSTANCES = "annotations", "instances"

Item = Mapping[str, Any]


def write_coco(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the pages into a new folder, and return their number.

    `labels`: the first categories, in this order; others follow as they appear. Raises SettingError for a folder that
    is taken, StorageFull, and what loading a picture raises.
    """
    names, count = FileNames(), 0
    categories = {label: number for number, label in enumerate(dict.fromkeys(labels), 1)}
    with new_folder(folder) as root, ExitStack() as stack:
        files: dict[str, _File] = {}
        for part in (ANNOTATIONS, IMAGES):
            (root / part).mkdir()
        for each in pages:
            count += 1
            split = split_name(each.split)
            if split not in files:
                files[split] = _File(root / ANNOTATIONS / f"{INSTANCES}{split and '_' + split}.json", stack)
            picture, stem = load(each), names.stem(each.annotated.name)
            file_name = f"{stem}{picture.suffix if picture else '.png'}"
            if picture is not None:
                (root / IMAGES / file_name).write_bytes(picture.data)
            files[split].add(fitted(each.annotated.page, picture), each.annotated.name, file_name, categories)
        for file in files.values() or [_File(root / ANNOTATIONS / f"{INSTANCES}.json", stack)]:
            file.close(categories)
    return count


class _File:
    """A file of one split: images and annotations are lists of their own, written side by side, then joined."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path, self._parts = path, [path.with_suffix(f".{part}") for part in ("images", "boxes")]
        self._files: list[IO[bytes]] = [stack.enter_context(part.open("w+b")) for part in self._parts]
        self._images = self._boxes = 0

    def add(self, page: Page, name: str, file_name: str, categories: dict[str, int]) -> None:
        """Write one page."""
        self._images += 1
        size = {"width": page.shown_width_px, "height": page.shown_height_px}
        words = [[word.text, *numbers(word.box)] for word in page.words]
        image = {"id": self._images, "file_name": file_name, **size, "name": name, **frame_json(page), "words": words}
        self._write(0, image, first=self._images == 1)
        entities = [(index, entity) for index, entity in enumerate(page.entities or ()) if entity.words]
        ids = {index: self._boxes + number for number, (index, _) in enumerate(entities, 1)}
        for index, entity in entities:
            category = categories.setdefault(entity.label, len(categories) + 1)
            links = [ids[x.target] for x in page.links or () if x.source == index and x.target in ids]
            made = {"id": ids[index], "image_id": self._images, "category_id": category, **_box_json(page, entity)}
            self._write(1, made | {"links": links}, first=ids[index] == 1)
        self._boxes += len(entities)

    def close(self, categories: Mapping[str, int]) -> None:
        """Join the lists into the file."""
        with self._path.open("wb") as out:
            for name, part in zip(("images", "annotations"), self._files, strict=True):
                out.write(b"{\n" if name == "images" else b"],\n")
                out.write(b'"%s": [\n' % name.encode())
                part.seek(0)
                shutil.copyfileobj(part, out)
            rows = [{"id": number, "name": label, "supercategory": "entity"} for label, number in categories.items()]
            out.write(b'],\n"categories": ' + json_bytes(rows) + b"\n}\n")
        for path, part in zip(self._parts, self._files, strict=True):
            part.close()
            path.unlink()

    def _write(self, part: int, row: Item, *, first: bool) -> None:
        self._files[part].write((b"" if first else b",") + json_bytes(row) + b"\n")


def _box_json(page: Page, entity: Entity) -> dict[str, Any]:
    words = [page.words[index] for index in entity.words]
    around = union(word.box for word in words)
    box = shown_box(page, around)
    outline = [v for dot in shown_corners(page, around) for v in dot]
    return {
        "bbox": [box.x0, box.y0, round(box.width, 2), round(box.height, 2)],
        "area": round(box.width * box.height, 2),
        "segmentation": [outline],
        "iscrowd": 0,
        "text": text_of(words),
        "words": list(entity.words),
    }


def read_coco(place: Path) -> tuple[PictureOfPage, ...]:
    """Read the pages of a folder, or of one file, of COCO.

    Files of other programs have boxes alone: an annotation's `text` is spread over its box; without one the entity is a
    word without text. Raises SettingError where nothing can be read.
    """
    files = [place] if place.is_file() else sorted((place / ANNOTATIONS).glob("*.json")) or sorted(place.glob("*.json"))
    if not files:
        raise SettingError(f"{place} has no {ANNOTATIONS}/*.json; name a folder or a file of COCO")
    return tuple(page for file in files for page in _read(file))


def _read(file: Path) -> list[PictureOfPage]:
    split = file.stem.removeprefix(INSTANCES).removeprefix("_") if file.stem.startswith(INSTANCES) else ""
    root = file.parent.parent if file.parent.name == ANNOTATIONS else file.parent
    try:
        data = json.loads(file.read_text("utf-8-sig"))
        labels = {item["id"]: str(item["name"]) for item in data["categories"]}
        boxes: dict[Any, list[Item]] = {item["id"]: [] for item in data["images"]}
        for item in data["annotations"]:
            boxes[item["image_id"]].append(item)
        pages = [(item, _page(item, boxes[item["id"]], labels)) for item in data["images"]]
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SettingError(
            f"{file} is no file of COCO ({type(error).__name__}: {error}); correct or remove it"
        ) from None
    return [of_file(AnnotatedPage(_name(item), page, _image(root, item)), split) for item, page in pages]


def _name(item: Item) -> str:
    return str(item.get("name") or Path(str(item["file_name"])).stem)


def _image(root: Path, item: Item) -> Path | None:
    found = (image_beside(place, str(item["file_name"])) for place in (root / IMAGES, root))
    return next((file for file in found if file is not None), None)


def _page(image: Item, items: Sequence[Item], labels: Mapping[Any, str]) -> Page:
    page = framed(int(image["width"]), int(image["height"]), image)
    words = [Word(str(text), box_of(box)) for text, *box in image.get("words") or ()]
    entities: list[Entity] = []
    places: dict[Any, int] = {}
    for item in items:
        x, y, width, height = (float(v) for v in item["bbox"])
        indices = [int(i) for i in item.get("words") or ()]
        stored = [words[i] for i in indices]
        text = item.get("text", (item.get("attributes") or {}).get("text", text_of(stored)))
        now = edited(page, stored, str(text), Box(x, y, x + width, y + height))
        if len(now) != len(indices):
            indices = list(range(len(words), len(words) + len(now)))
            words += now
        for index, word in zip(indices, now, strict=True):
            words[index] = word
        places[item["id"]] = len(entities)
        entities.append(Entity(labels[item["category_id"]], tuple(indices)))
    links = [(places[item["id"]], places[b]) for item in items for b in item.get("links") or () if b in places]
    return labelled(Page(*_sizes(page), page.to_shown, tuple(words)), entities, links)


def _sizes(page: Page) -> tuple[int, int, int, int]:
    return page.width_px, page.height_px, page.shown_width_px, page.shown_height_px
