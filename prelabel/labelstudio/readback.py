"""Words and boxes out of a prediction or an annotation: ours, and of others who draw a region a word or a line."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from prelabel.errors import PageError
from prelabel.geometry import clip, from_percent, iou, transform, union
from prelabel.labelstudio.labelling import LabellingConfig
from prelabel.page import Affine, Box, Page, Word

Item = Mapping[str, Any]

#: The words of a region still tell its place when their union covers it at least so far.
_SAME_PLACE_IOU = 0.8


def read(prediction: Item, config: LabellingConfig, shown_px: tuple[int, int] | None = None) -> Page:
    """The words of a prediction (or of an annotation), in its own order, as a Page in the frame of the shown image.

    `shown_px`: width and height of the image as Label Studio shows it; without it the size that the results name.
    A region's text comes from its TextArea, else from `meta.text`; regions without text or without a rectangle or
    polygon are left out. Words that we stored in `meta.words` keep their boxes while the region is where it was and
    has as many words as then. Raises PageError when no size is known.
    """
    return _page(prediction, config.image, shown_px)


def read_annotation(annotation: Item) -> Page:
    """`read` without the project's configuration: the image is the control that the first region lies on."""
    drawn = (item for item in annotation.get("result") or [] if "original_width" in item)
    return _page(annotation, next((str(item.get("to_name")) for item in drawn), ""), None)


def _page(prediction: Item, image: str, shown_px: tuple[int, int] | None) -> Page:
    regions = _by_region(prediction.get("result") or [], image)
    width, height = shown_px or _named_size(regions.values())
    engine = str(prediction.get("model_version") or "")
    words = [word for items in regions.values() for word in _words(items, width, height, engine)]
    return Page(width_px=width, height_px=height, shown_width_px=width, shown_height_px=height, words=tuple(words))


def _by_region(result: Iterable[Item], image: str) -> dict[str, list[Item]]:
    """Results that share an id are one region; a result without an id is one by itself."""
    regions: dict[str, list[Item]] = {}
    for number, item in enumerate(result):
        if item.get("type") != "relation" and item.get("to_name") == image:
            regions.setdefault(str(item.get("id") or f"#{number}"), []).append(item)
    return regions


def _named_size(regions: Iterable[list[Item]]) -> tuple[int, int]:
    for items in regions:
        for item in items:
            if item.get("original_width") and item.get("original_height"):
                return int(item["original_width"]), int(item["original_height"])
    raise PageError("no region names the size of its image (original_width, original_height): percents have no pixels")


def _words(items: list[Item], width_px: int, height_px: int, engine: str) -> list[Word]:
    box = next((b for i in items if (b := _box(i.get("value") or {}, width_px, height_px))), None)
    text = _text(items)
    if box is None or not text:
        return []
    score = next((float(i["score"]) for i in items if isinstance(i.get("score"), int | float)), 1.0)
    parts = _parts(items, text, box, width_px, height_px)
    return [Word(part, place, score, engine) for part, place in parts]


def _parts(items: list[Item], text: str, box: Box, width_px: int, height_px: int) -> list[tuple[str, Box]]:
    """The stored words with the texts that the region has now; the region as one, where they no longer fit it."""
    stored: list[list[Any]] = next((rows for i in items if (rows := (i.get("meta") or {}).get("words"))), [])
    boxes = [from_percent(x, y, w, h, width_px, height_px) for _, x, y, w, h in stored]
    texts = [str(word) for word, *_ in stored]
    if " ".join(texts) != text:
        texts = text.split()  # somebody corrected it
    if len(texts) == len(boxes) and iou(union(boxes), box) >= _SAME_PLACE_IOU:
        return list(zip(texts, boxes, strict=True))
    return [(text, box)]


def _text(items: list[Item]) -> str:
    """TextArea first: it is what people correct."""
    said = [(i.get("value") or {}).get("text") for i in items if i.get("type") == "textarea"]
    said += [(i.get("meta") or {}).get("text") for i in items]
    for text in said:
        line = " ".join(text) if isinstance(text, list) else text
        if line and line.strip():
            return unicodedata.normalize("NFC", " ".join(line.split()))
    return ""


def _box(value: Item, width_px: int, height_px: int) -> Box | None:
    """The upright box around a rectangle (Label Studio turns it about its first corner) or a polygon."""
    if points := value.get("points"):
        dots = [from_percent(x, y, 0, 0, width_px, height_px) for x, y in points]
        return clip(union(dots), width_px, height_px)
    if not all(isinstance(value.get(k), int | float) for k in ("x", "y", "width", "height")):
        return None
    box = from_percent(value["x"], value["y"], value["width"], value["height"], width_px, height_px)
    return clip(transform(_turn(float(value.get("rotation") or 0), box.x0, box.y0), box), width_px, height_px)


def _turn(degrees: float, x: float, y: float) -> Affine:
    """Clockwise by `degrees` about (x, y)."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)
