"""Annotations as Label Studio's frontend writes them: regions, relations, and what a person does with a prediction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from prelabel.geometry import apply, compose, transform
from prelabel.labelstudio.regions.frame import contains
from prelabel.labelstudio.regions.missing import Outline
from prelabel.lines import raster_order
from prelabel.page import Affine, Page, Word

Item = dict[str, Any]

_SHAPE = {"x", "y", "width", "height", "rotation", "points"}
SIZE = {"original_width": 1000, "original_height": 500, "image_rotation": 0}


def at(x: float, y: float, width: float = 10, height: float = 5, rotation: float = 0) -> Item:
    """Return a place in percent."""
    return {"x": x, "y": y, "width": width, "height": height, "rotation": rotation}


def result(id_: str, kind: str, value: Item, control: str = "l", image: str = "image", **more: Any) -> Item:
    """Return one result of a region."""
    return {"id": id_, "type": kind, "from_name": control, "to_name": image, "value": value, **SIZE, **more}


def region(id_: str, label: str, text: object, place: Item, **more: Any) -> list[Item]:
    """Return a box of RectangleLabels with a TextArea. `text`: None without a result of the TextArea."""
    items = [result(id_, "rectanglelabels", {**place, "rectanglelabels": [label]}, **more)]
    if text is not None:
        texts = text if isinstance(text, list) else [text]
        items.append(result(id_, "textarea", {**place, "text": texts}, "t", **more))
    return items


def relation(a: str, b: str, **more: Any) -> Item:
    return {"type": "relation", "from_id": a, "to_id": b, "direction": "right", **more}


def annotation(*parts: Sequence[Item] | Item, **more: Any) -> Item:
    """Return an annotation of regions and relations."""
    results = [item for part in parts for item in (part if isinstance(part, list) else [part])]
    return {"id": 1, "result": results, "was_cancelled": False, "updated_at": "2026-01-01T00:00:00Z", **more}


def task(id_: int, *annotations: Item, **more: Any) -> Item:
    """Return a task of an export."""
    return {"id": id_, "data": {"image": f"/data/upload/1/{id_}.png"}, "annotations": list(annotations), **more}


def submitted(prediction: Item) -> Item:
    """Return the annotation that Submit makes of a prediction nobody touched.

    Each result of a region has its shape, its size and its meta; relations lose their score.
    """
    made: list[Item] = []
    first: dict[str, Item] = {}
    for item in deepcopy(prediction["result"]):
        if item["type"] == "relation":
            item.pop("score", None)
        else:
            whole = first.setdefault(item["id"], item)
            item["value"] = {**{k: v for k, v in whole["value"].items() if k in _SHAPE}, **item["value"]}
            item |= {"origin": "prediction", **{k: whole[k] for k in (*SIZE, "meta") if k in whole}}
        made.append(item)
    return annotation(made)


def read(page: Page) -> list[tuple[str, str]]:
    """Return label and text of each entity, in order."""
    return [(e.label, " ".join(page.words[i].text for i in e.words)) for e in page.entities or ()]


def links(page: Page) -> list[tuple[str, str]]:
    """Return the texts of both ends of each link."""
    texts = [text for _, text in read(page)]
    return [(texts[link.source], texts[link.target]) for link in page.links or ()]


class PageText:
    """The words of a known page, for regions that have none."""

    def __init__(self, page: Page, turn: float | None = None) -> None:
        self.page, self._turn, self.asked = page, turn, 0

    def turn(self) -> float | None:
        return self._turn

    def words(self, outlines: Sequence[Outline], from_shown: Affine) -> list[list[Word]]:
        self.asked += 1
        return [list(self._in(outline, from_shown)) for outline in outlines]

    def _in(self, outline: Outline, from_shown: Affine) -> Iterable[Word]:
        inside = [word for word in self.page.words if contains(outline, *apply(self.page.to_shown, *word.box.center))]
        to_frame = compose(from_shown, self.page.to_shown)
        for index in raster_order([word.box for word in inside]):
            yield Word(inside[index].text, transform(to_frame, inside[index].box), 0.9, "page")
