"""KVP10k (arXiv 2405.00505), read as labelled pages, from the folder that its own `download_dataset.py` prepares.

Licence: CDLA-Permissive-2.0 for the annotations; the pages belong to their publishers. A prepared folder, or one of its
`train/` and `test/`, has `gts/NAME.json` (keys and values with texts and boxes), `ocr/NAME.json` (words) and
`images/NAME.png`. The annotations as they are downloaded have no texts and cannot be used.

- QUESTION: the key of a pair, or a key without a value. HEADER: a key whose every value is itself a key.
- ANSWER: the value of a pair; links lead from key to value.
- A value without a key has the label that KVP10k gives it, in capitals: DATE, NAME, ADDRESS, DOCUMENT_TYPE ...; a
  document title is a HEADER, and `text` is OTHER.
- Words are those of the OCR; one belongs to the smallest box in which most of it lies. Without OCR, texts are spread
  over their boxes, and nothing is known of other words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prelabel.datasets.funsd import IMAGES, AnnotatedPage
from prelabel.datasets.pictures import MEASURING, OTHER, image_beside, labelled, shown_size
from prelabel.datasets.shown import box_of
from prelabel.datasets.text_boxes import split_lines
from prelabel.errors import SettingError
from prelabel.geometry import intersection_area
from prelabel.lines import raster_order
from prelabel.page import Box, Entity, Page, Word

_TRUTHS, _WORDS = "gts", "ocr"
#: Share of a word that lies in the box of its entity, as in KVP10k's own code.
_INSIDE = 0.6
#: Values without a key whose label is a role of ours.
_ROLES = {"DOCUMENT_TITLE": "HEADER", "TEXT": OTHER}

#: Text and box: what a key or a value is known by.
_Place = tuple[str, Box]


def read_kvp10k(folder: Path) -> tuple[tuple[AnnotatedPage, ...], int]:
    """Return (pages ordered by name, number of pages without a key or value). `test/` is read only where it is named.

    Raises SettingError if the folder is not prepared, or a file is broken.
    """
    below = (file for file in folder.glob(f"*/{_TRUTHS}/*.json") if file.parts[-3] not in MEASURING)
    files = sorted(folder.glob(f"{_TRUTHS}/*.json")) or sorted(below)
    if not files:
        raise SettingError(
            f"{folder} has no {_TRUTHS}/*.json; name a folder that KVP10k's download_dataset.py has prepared"
        )
    pages = [page for page in map(_read, files) if page.page.entities]
    return tuple(pages), len(files) - len(pages)


def _read(file: Path) -> AnnotatedPage:
    root = file.parent.parent
    image = image_beside(root / IMAGES, f"{file.stem}.png")
    try:
        rows = json.loads(file.read_text("utf-8"))["kvps_list"]
        ocr = root / _WORDS / file.name
        words = list(_ocr_words(json.loads(ocr.read_text("utf-8")))) if ocr.is_file() else None
        page = _page(rows, words, shown_size(image))
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SettingError(f"{file} is no truth of KVP10k ({type(error).__name__}: {error}); remove it") from None
    return AnnotatedPage(file.stem, page, image)


def _ocr_words(data: Mapping[str, Any]) -> Iterable[Word]:
    for word in data["pages"][0]["words"]:
        box = word["bbox"]
        if isinstance(box, Mapping):
            box = [box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"]]
        if text := str(word["text"]).strip():
            yield Word(text, box_of(box))


def _page(rows: Sequence[Mapping[str, Any]], words: list[Word] | None, size: tuple[int, int] | None) -> Page:
    labels, pairs = _labels(rows)
    spread = words is None
    found = [] if words is None else words
    held: dict[_Place, list[int]] = {place: [] for place in labels}
    if spread:
        for place in labels:
            parts = [Word(text, box) for text, box in split_lines(*place)]
            held[place] = list(range(len(found), len(found) + len(parts)))
            found += parts
    else:
        for index in raster_order([word.box for word in found]):
            if owner := _owner(found[index].box, labels):
                held[owner].append(index)
    there = [place for place in labels if held[place]]
    entities = [Entity(labels[place], tuple(held[place])) for place in there]
    numbers = {place: number for number, place in enumerate(there)}
    width, height = size or _size([*(word.box for word in found), *(box for _, box in labels)])
    page = Page(width, height, width, height, words=tuple(found))
    return labelled(page, entities, [(numbers[a], numbers[b]) for a, b in pairs if a in numbers and b in numbers])


def _labels(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[_Place, str], list[tuple[_Place, _Place]]]:
    """Return the label of each key and value, and the pairs. A box that stands in several rows is one entity."""
    pairs = [(_place(row["key"]), _place(row["value"])) for row in rows if row["type"] == "kvp"]
    keys = {key for key, _ in pairs}
    labels = dict[_Place, str]()
    for key, value in pairs:
        values = [each for other, each in pairs if other == key]
        labels[key] = "HEADER" if all(each in keys for each in values) else "QUESTION"
        labels.setdefault(value, "ANSWER")
    for row in rows:
        if row["type"] == "unvalued":
            labels.setdefault(_place(row["key"]), "QUESTION")
        elif row["type"] == "unkeyed":
            kind = "_".join(str(row["key"]["text"]).upper().split())
            labels.setdefault(_place(row["value"]), _ROLES.get(kind, kind or OTHER))
    return labels, pairs


def _place(part: Mapping[str, Any]) -> _Place:
    return str(part["text"]), box_of(part["bbox"])


def _owner(box: Box, places: Iterable[_Place]) -> _Place | None:
    """Return the smallest place in which most of a word lies."""
    area = box.width * box.height
    around = [place for place in places if area and intersection_area(box, place[1]) >= _INSIDE * area]
    return min(around, key=lambda place: place[1].width * place[1].height, default=None)


def _size(boxes: Sequence[Box]) -> tuple[int, int]:
    return int(max((box.x1 for box in boxes), default=0)) + 1, int(max((box.y1 for box in boxes), default=0)) + 1
