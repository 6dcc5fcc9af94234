"""Pages read from the regions of a prediction or an annotation: words, boxes, entities and links.

Regions of other tools, which draw one region a word or a line, are read as well.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median_low
from types import MappingProxyType
from typing import Any

from prelabel.datasets.funsd import RANK
from prelabel.datasets.text_boxes import split_lines
from prelabel.errors import PageError
from prelabel.geometry import (
    clip,
    compose,
    corners,
    from_percent,
    invert,
    iou,
    levelling,
    off_axis,
    to_percent,
    transform,
    turn,
    union,
)
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.page import Affine, Box, Entity, Link, Page, Word, WordLabel

Item = Mapping[str, Any]

#: Stored words keep their boxes while their union and the region overlap at least this far.
_SAME_PLACE_IOU = 0.8
#: A polygon counts as a turned rectangle when each corner is within this distance.
_SAME_CORNER_PX = 0.5


@dataclass(frozen=True, slots=True)
class _Place:
    """A rectangle in Label Studio's form: percent of the shown image, turned clockwise about its first corner."""

    x: float
    y: float
    width: float
    height: float
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """The shown image, levelled."""

    shown_px: tuple[int, int]
    from_shown: Affine
    width_px: int
    height_px: int

    @classmethod
    def levelled(cls, shown_px: tuple[int, int], degrees: float) -> _Frame:
        return cls(shown_px, *levelling(degrees, *shown_px))

    def box(self, place: _Place) -> Box:
        """Return the upright box around a place, in pixels of this frame; exact where both are tilted alike."""
        box = from_percent(place.x, place.y, place.width, place.height, *self.shown_px)
        found = transform(compose(self.from_shown, turn(place.rotation, box.x0, box.y0)), box)
        return clip(found, self.width_px, self.height_px)


def read_prediction(prediction: Item, config: LabellingConfig, shown_px: tuple[int, int] | None = None) -> Page:
    """Read the words of a prediction (or of an annotation), in its own order, as a Page.

    The page's frame is the shown image, levelled where most regions are tilted by the same angle. Boxes of these
    regions are exact; other regions get the box around them. `shown_px`: width and height of the image as Label Studio
    shows it; by default the size that the results name. A region's text comes from its TextArea, else from `meta.text`;
    regions without text or without a rectangle or polygon are left out. Words that prelabel stored in `meta.words` keep
    their boxes while the region keeps its place and its number of words. Raises PageError when no size is known, and
    for results that Label Studio did not write: it stores any JSON that it is sent.
    """
    with _form_errors("prediction"):
        return _page(prediction, config.image, shown_px)


def read_annotation(annotation: Item) -> Page:
    """Read words as `read_prediction` does, without the project's configuration.

    The image is the control that the first region lies on.
    """
    return _page(annotation, _image(annotation), None)


def read_labelled(annotation: Item, names: Mapping[str, str] = MappingProxyType({})) -> Page:
    """Read words, labels, entities (the regions) and links (the relations) of an annotation or a prediction.

    Labels are in capitals; a region without a label is OTHER. `names`: translates the project's own labels into the
    labels of prelabel, both in capitals. A text that no longer fits its stored words is spread over the region's box.
    Links lead from header to question to answer, in whichever direction they were drawn. A link without a confidence
    gets the confidence of its weaker end. Raises PageError as `read_prediction` does.
    """
    with _form_errors("page"):
        return _labelled(annotation, names)


def _labelled(annotation: Item, names: Mapping[str, str]) -> Page:
    page, regions = _read(annotation, _image(annotation), None)
    words: list[Word] = []
    labels: list[WordLabel] = []
    entities: list[Entity] = []
    places: dict[str, int] = {}
    for id_, items, found in regions:
        split = [w for word in found for w in _single(word)]
        if split:
            label = names.get(_label(items), _label(items))
            places[id_] = len(entities)
            entities.append(Entity(label, tuple(range(len(words), len(words) + len(split))), _score(items)))
            labels += [WordLabel(label, 1.0)] * len(split)
            words += split
    links = _links(annotation.get("result") or [], places, entities)
    return replace(page, words=tuple(words)).with_labels(tuple(labels), tuple(entities)).with_links(links, ())


@contextmanager
def _form_errors(whose: str) -> Iterator[None]:
    """Raise PageError for results in a form that Label Studio does not write: it stores any JSON that it is sent."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise PageError(f"the {whose}'s results are not as Label Studio writes them ({type(error).__name__})") from None


def _page(prediction: Item, image: str, shown_px: tuple[int, int] | None) -> Page:
    return _read(prediction, image, shown_px)[0]


def _read(
    prediction: Item, image: str, shown_px: tuple[int, int] | None
) -> tuple[Page, list[tuple[str, list[Item], list[Word]]]]:
    """Return the page with all words, and for each region its id, its results and its words."""
    regions = _by_region(prediction.get("result") or [], image)
    shown = shown_px or _named_size(regions.values())
    places = {id_: place for id_, items in regions.items() if (place := _place(items, shown))}
    frame = _Frame.levelled(shown, median_low([off_axis(place.rotation) for place in places.values()] or [0.0]))
    engine = str(prediction.get("model_version") or "")
    found = [(id_, regions[id_], _words(regions[id_], place, frame, engine)) for id_, place in places.items()]
    words = tuple(word for _, _, of_region in found for word in of_region)
    return Page(frame.width_px, frame.height_px, *shown, invert(frame.from_shown), words), found


def _image(annotation: Item) -> str:
    drawn = (item for item in annotation.get("result") or [] if "original_width" in item)
    return next((str(item.get("to_name")) for item in drawn), "")


def _label(items: Iterable[Item]) -> str:
    """Return the label of a region, from any kind of control."""
    chosen = ((i.get("value") or {}).get(str(i.get("type"))) for i in items if str(i.get("type")).endswith("labels"))
    return next((str(names[0]).upper() for names in chosen if names), "OTHER")


def _single(word: Word) -> list[Word]:
    """Split a text of several words that shares one box into words."""
    return [replace(word, text=text, box=box) for text, box in split_lines(word.text, word.box)]


def _links(result: Iterable[Item], places: Mapping[str, int], entities: Sequence[Entity]) -> tuple[Link, ...]:
    found: dict[tuple[int, int], float] = {}
    for item in result:
        if item.get("type") == "relation" and item.get("from_id") in places and item.get("to_id") in places:
            ends = places[item["from_id"]], places[item["to_id"]]
            ranks = [RANK.get(entities[end].label, len(RANK)) for end in ends]
            backwards = ranks[0] > ranks[1] if ranks[0] != ranks[1] else item.get("direction") == "left"
            weaker = min(entities[end].confidence for end in ends)
            found[ends[::-1] if backwards else ends] = _score([item], weaker)
    return tuple(Link(*ends, confidence) for ends, confidence in sorted(found.items()))


def _by_region(result: Iterable[Item], image: str) -> dict[str, list[Item]]:
    """Group results by region: results that share an id; a result without an id is a region by itself."""
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


def _words(items: list[Item], place: _Place, frame: _Frame, engine: str) -> list[Word]:
    text, box = _text(items), frame.box(place)
    if not text:
        return []
    return [Word(part, at, _score(items), engine) for part, at in _parts(items, text, box, frame)]


def _score(items: Iterable[Item], default: float = 1.0) -> float:
    """Return the first confidence that a result names, 0..1."""
    found = next((float(i["score"]) for i in items if isinstance(i.get("score"), int | float)), default)
    return min(max(found, 0.0), 1.0) if math.isfinite(found) else default


def _parts(items: list[Item], text: str, box: Box, frame: _Frame) -> list[tuple[str, Box]]:
    """Return the stored words with the region's present texts; the whole region where they no longer fit."""
    stored: list[list[Any]] = next((rows for i in items if (rows := (i.get("meta") or {}).get("words"))), [])
    boxes = [frame.box(_Place(*numbers)) for _, *numbers in stored]
    texts = [str(word) for word, *_ in stored]
    if " ".join(texts) != text:
        texts = text.split()  # a person corrected the text
    if len(texts) == len(boxes) and iou(union(boxes), box) >= _SAME_PLACE_IOU:
        return list(zip(texts, boxes, strict=True))
    return [(text, box)]


def _text(items: list[Item]) -> str:
    """Return the region's text: from its TextArea, which people correct, else from `meta`."""
    found = [(i.get("value") or {}).get("text") for i in items if i.get("type") == "textarea"]
    found += [(i.get("meta") or {}).get("text") for i in items]
    for text in found:
        line = " ".join(text) if isinstance(text, list) else text
        if line and line.strip():
            return unicodedata.normalize("NFC", " ".join(line.split()))
    return ""


def _place(items: list[Item], shown_px: tuple[int, int]) -> _Place | None:
    """Return the place of the first result that has a rectangle or a polygon."""
    for value in (item.get("value") or {} for item in items):
        if points := value.get("points"):
            return _polygon([(x * shown_px[0] / 100, y * shown_px[1] / 100) for x, y in points], shown_px)
        if all(isinstance(value.get(k), int | float) for k in ("x", "y", "width", "height")):
            return _Place(value["x"], value["y"], value["width"], value["height"], float(value.get("rotation") or 0))
    return None


def _polygon(dots: list[tuple[float, float]], shown_px: tuple[int, int]) -> _Place:
    """Return a polygon's place: a rectangle drawn clockwise keeps its rotation, others give the upright box around."""
    if len(dots) == 4:
        (ax, ay), (bx, by), _, _ = dots
        box = Box(ax, ay, ax + math.dist(dots[0], dots[1]), ay + math.dist(dots[0], dots[3]))
        degrees = math.degrees(math.atan2(by - ay, bx - ax))
        same = zip(corners(turn(degrees, ax, ay), box), dots, strict=True)
        if all(math.dist(corner, dot) <= _SAME_CORNER_PX for corner, dot in same):
            return _Place(*to_percent(box, *shown_px), degrees)
    return _Place(*to_percent(union(Box(x, y, x, y) for x, y in dots), *shown_px))
