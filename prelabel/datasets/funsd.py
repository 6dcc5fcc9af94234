"""FUNSD layout, read and written: `annotations/NAME.json` beside `images/NAME.png`, one file a page.

A file (https://guillaumejaume.github.io/FUNSD/) lists entities with box, label, words and links. Links are pairs of
entity ids; each pair is written at both of its ends.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel

ANNOTATIONS, IMAGES = "annotations", "images"
#: Order of the labels in a link, source first: FUNSD writes links in either direction.
RANK = {"HEADER": 0, "QUESTION": 1, "ANSWER": 2, "OTHER": 3}


@dataclass(frozen=True, slots=True)
class AnnotatedPage:
    """A page that people annotated. `page`: words in annotation order, labels, entities (OTHER included) and links."""

    name: str
    page: Page
    image: Path | None = None


def read_annotations(folder: Path) -> tuple[AnnotatedPage, ...]:
    """Read all pages of a folder of FUNSD's layout, ordered by name.

    Raises SettingError if the folder has another layout or a file is broken.
    """
    files = sorted((folder / ANNOTATIONS).glob("*.json"))
    if not files:
        raise SettingError(f"{folder} has no {ANNOTATIONS}/*.json; name a folder of FUNSD's layout")
    return tuple(_read(file, folder / IMAGES) for file in files)


def write_annotations(folder: Path, name: str, page: Page) -> Path:
    """Write the annotation of one page, and return its file. Words in no entity become entities `other` of one word."""
    file = folder / ANNOTATIONS / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(annotation_json(page), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file


def annotation_json(page: Page) -> dict[str, Any]:
    """Return the annotation of a page, in whole pixels of its own frame."""
    entities = list(page.entities or ())
    grouped = {index for entity in entities for index in entity.words}
    entities += [Entity("OTHER", (i,)) for i in range(len(page.words)) if i not in grouped]
    form = [_entity_json(number, entity, page) for number, entity in enumerate(entities)]
    return {"form": form, "size": [page.width_px, page.height_px]}


def _read(file: Path, images: Path) -> AnnotatedPage:
    image = next((p for p in (images / f"{file.stem}{end}" for end in (".png", ".jpg", ".jpeg")) if p.is_file()), None)
    try:
        data = json.loads(file.read_text("utf-8"))
        return AnnotatedPage(file.stem, _page(data, image), image)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(
            f"{file} is no FUNSD annotation ({type(error).__name__}: {error}); correct or remove it"
        ) from None


def _page(data: dict[str, Any], image: Path | None) -> Page:
    words: list[Word] = []
    labels: list[WordLabel] = []
    entities: list[Entity] = []
    places: dict[int, int] = {}
    for item in data["form"]:
        label = str(item["label"]).upper()
        texts = [(unicodedata.normalize("NFC", w["text"].strip()), w["box"]) for w in item["words"]]
        found = [Word(text, _box(box)) for text, box in texts if text]
        if not found:
            continue
        places[item["id"]] = len(entities)
        entities.append(Entity(label, tuple(range(len(words), len(words) + len(found)))))
        words += found
        labels += [WordLabel(label, 1.0)] * len(found)
    width, height = _size(data, image, words)
    links = _links(data["form"], places, entities)
    page = Page(width, height, width, height, words=tuple(words))
    return page.with_labels(tuple(labels), tuple(entities)).with_links(links, ())


def _box(box: Sequence[float]) -> Box:
    x0, y0, x1, y1 = (float(v) for v in box)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _size(data: dict[str, Any], image: Path | None, words: Sequence[Word]) -> tuple[int, int]:
    """Return the size of the image, else the size in the file, else the smallest size around the words."""
    if image is not None and (size := _image_size(image)):
        return size
    if "size" in data:
        return int(data["size"][0]), int(data["size"][1])
    return (
        max((round(word.box.x1) for word in words), default=0) + 1,
        max((round(word.box.y1) for word in words), default=0) + 1,
    )


def _image_size(image: Path) -> tuple[int, int] | None:
    """Return the size of an image; None if it cannot be read, which is an error only for code that needs the image."""
    from PIL import Image

    try:
        with Image.open(image) as opened:
            return opened.size
    except (OSError, Image.DecompressionBombError):
        return None


def _links(form: Sequence[dict[str, Any]], places: dict[int, int], entities: Sequence[Entity]) -> tuple[Link, ...]:
    found = set()
    for item in form:
        for a, b in item.get("linking", ()):
            if a not in places or b not in places or a == b:
                continue
            source, target = places[a], places[b]
            ranks = [RANK.get(entities[i].label, 3) for i in (source, target)]
            found.add((target, source) if ranks[0] > ranks[1] else (source, target))
    return tuple(Link(source, target) for source, target in sorted(found))


def _entity_json(number: int, entity: Entity, page: Page) -> dict[str, Any]:
    words = [page.words[i] for i in entity.words]
    return {
        "id": number,
        "label": entity.label.lower(),
        "text": " ".join(word.text for word in words),
        "box": _whole(union(word.box for word in words)),
        "words": [{"text": word.text, "box": _whole(word.box)} for word in words],
        "linking": [[x.source, x.target] for x in page.links or () if number in (x.source, x.target)],
    }


def _whole(box: Box) -> list[int]:
    return [round(v) for v in (box.x0, box.y0, box.x1, box.y1)]
