"""Predictions of Label Studio, made from a Page: the only place where pixels become percent of the shown image.

Each entity is one region: the box around its words, their text, its label; links are relations between regions. The
words of a region stand in its `meta`, which Label Studio keeps through review and export; `regions` reads them back.
So does the exact pipeline version: a project's predictions share one name, whatever version made them.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from prelabel.geometry import (
    chain,
    clip_tilted,
    compose,
    corners,
    laid_flat,
    project_box,
    projection,
    straight,
    stretch,
    tilt,
    to_percent,
    transform,
    turn,
    turned,
    union,
)
from prelabel.labelstudio.checking.controls import Controls
from prelabel.labelstudio.checking.let_pass import faults_let_pass
from prelabel.labelstudio.checking.prediction import faults
from prelabel.labelstudio.controls.places import Place, RegionControl
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.lines import line_parts
from prelabel.page import Box, Page, Word

Item = dict[str, Any]
#: Source and target of a link: indices into `Page.entities`.
Ends = tuple[int, int]

OTHER, ANSWER = "OTHER", "ANSWER"
#: 0.001 % of a 4,000 px page is 0.04 px.
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class _Region:
    """A box to draw. `entity`: its index in `Page.entities`, None for words of no entity."""

    place: Place
    words: tuple[Word, ...]
    confidence: float
    entity: int | None = None

    @property
    def text(self) -> str:
        return _clean(" ".join(word.text for word in self.words))

    @property
    def box(self) -> Box:
        return union(straight(word.box) for word in self.words)


def build_prediction(
    page: Page,
    config: LabellingConfig,
    *,
    version: str,
    name: str,
    draw_other: bool,
    undrawn: Collection[Ends] = (),
) -> dict[str, Any]:
    """Return the prediction of a page: {"result", "score", "model_version"}; the same page gives the same ids.

    `version`: the exact pipeline version, kept with each region. `name`: the `model_version`. `undrawn`: links (source,
    target) that stand in their target's `meta.links` instead of being drawn as relations.

    Percentages are of the image as Label Studio shows it, three decimals, within 0..100. `score` is the share of the
    page's key-values that are right, as their confidences tell; of a page without any, and of texts alone, it is the
    mean confidence of the drawn regions; 0..1. A page without regions gets an empty result and 0. With `draw_other`
    the words in no drawn entity become regions labelled OTHER, where the configuration has that value. A page without
    labels, and one of a configuration for texts alone, gets its lines or words.
    """
    regions = [r for r in _regions(laid_flat(page), config, draw_other=draw_other) if r.words]
    ids = [_region_id(number, region) for number, region in enumerate(regions)]
    result = [
        item
        for id_, region in zip(ids, regions, strict=True)
        for item in _items(id_, region, page, config, version=version)
    ]
    by_entity = {region.entity: id_ for id_, region in zip(ids, regions, strict=True) if region.entity is not None}
    _keep_links(result, page, by_entity, undrawn)
    return {
        "result": result + list(_relations(page, config, by_entity, undrawn)),
        "score": _score(page, regions, config) if regions else 0.0,
        "model_version": name,
    }


def _score(page: Page, regions: Collection[_Region], config: LabellingConfig) -> float:
    pairs = () if config.ocr_only else page.key_values or ()
    sure = [pair.confidence for pair in pairs] or [region.confidence for region in regions]
    return round(sum(map(_finite, sure)) / len(sure), 4)


def prediction_problems(prediction: Mapping[str, Any], config: LabellingConfig) -> list[str]:
    """Return the reasons why Label Studio would drop this prediction or show it wrongly. No network."""
    return [*faults(prediction, _controls(config.xml)), *faults_let_pass(prediction)]


@lru_cache(maxsize=32)
def _controls(xml: str) -> Controls:
    return Controls.parse(xml)


def _regions(page: Page, config: LabellingConfig, *, draw_other: bool) -> Iterator[_Region]:
    """Yield the entities that can be drawn, then single words; only lines or words where labels have no meaning."""
    if page.entities is None or config.ocr_only:
        yield from _texts(page, config)
        return
    drawn: set[int] = set()
    for index, entity in enumerate(page.entities):
        if place := _place(entity.label, config):
            drawn.update(entity.words)
            yield _Region(place, tuple(page.words[i] for i in entity.words), entity.confidence, index)
    if draw_other and (other := config.place(OTHER)):
        left = (i for i in range(len(page.words)) if i not in drawn)
        yield from (_Region(other, (page.words[i],), _label_confidence(page, i)) for i in left)


def _place(label: str, config: LabellingConfig) -> Place | None:
    """Return the way to draw an entity.

    One whose label the configuration lacks is drawn without a label by a control for plain boxes. Where it has none of
    the labels, as among labels of one's own, only an answer is drawn, by any control, for a person to name.
    """
    if label == OTHER:
        return None
    unnamed = config.plain is not None if config.ours or not config.holders else label == ANSWER
    return config.place(label) or (config.place(None) if unnamed else None)


def _texts(page: Page, config: LabellingConfig) -> Iterator[_Region]:
    """Yield the lines of a page, labelled as text; words without a label where the configuration has no such label."""
    text = config.place(config.plain_label) if config.ocr_only else None
    place = text or config.place(None)
    if place is None:
        return
    boxes = [straight(word.box) for word in page.words]
    for part in line_parts(boxes) if text else ([index] for index in range(len(boxes))):
        words = tuple(page.words[index] for index in part)
        yield _Region(place, words, sum(_finite(word.confidence) for word in words) / len(words))


def _label_confidence(page: Page, word: int) -> float:
    return page.labels[word].confidence if page.labels else page.words[word].confidence


def _items(id_: str, region: _Region, page: Page, config: LabellingConfig, *, version: str) -> Iterator[Item]:
    """Yield the results of one region: box, labels, text, all under one id.

    A label needs the geometry again, or Label Studio drops the prediction; a choice and a text need none.
    """
    place, control = region.place, region.place.region
    shape = _shape(region.box, page, control)
    name = {"id": id_, "to_name": config.image}
    size = {"original_width": page.shown_width_px, "original_height": page.shown_height_px, "image_rotation": 0}
    text_control = config.text_of(place)
    own = [mark.value for mark in place.marks if mark.control == control.name]
    yield {
        **name,
        **size,
        "from_name": control.name,
        "type": control.kind,
        "value": {**shape, **({control.kind: own} if control.labelled else {})},
        "score": round(_finite(region.confidence), 4),
        "meta": _meta(region, page, version, with_text=text_control is None),
    }
    for mark in place.marks:
        if mark.control != control.name:
            place_again, size_again = ({}, {}) if mark.kind == "choices" else (shape, size)
            value = {**place_again, mark.kind: [mark.value]}
            yield {**name, **size_again, "from_name": mark.control, "type": mark.kind, "value": value}
    if region.text and text_control:
        yield {**name, "from_name": text_control, "type": "textarea", "value": {"text": [region.text]}}


def _shape(box: Box, page: Page, control: RegionControl) -> dict[str, Any]:
    """Return a box of the page laid flat as the geometry of a result."""
    if control.shape == "rectangle":
        x, y, width, height, *rotation = _placed(box, page)
        return {"x": x, "y": y, "width": width, "height": height, "rotation": rotation[0] if rotation else 0}
    level, degrees = _level(box, page)
    points = [_percent(Box(x, y, x, y), page)[:2] for x, y in corners(turn(degrees), level)]
    return {"points": [list(point) for point in points], "closed": True}


def _placed(box: Box, page: Page) -> list[float]:
    """Return [x, y, width, height] in percent of the shown image, plus degrees clockwise about (x, y) where tilted."""
    level, degrees = _level(box, page)
    x, y = corners(turn(degrees), level)[0]
    rotation = round(round(degrees, _DECIMALS) % 360, _DECIMALS)
    return [*_percent(Box(x, y, x + level.width, y + level.height), page), *([rotation] if rotation else [])]


def _level(box: Box, page: Page) -> tuple[Box, float]:
    """Return a box of the page laid flat as a level box and the degrees by which it still turns about (0, 0).

    After that turn the box stands in its place in the shown image, and within it. Quarter turns are already applied:
    for most pages 0 degrees remain. In a photograph the degrees are those of the box's own line.
    """
    if page.flat is None:
        degrees = tilt(page.to_shown)
        level = transform(compose(turn(-degrees), page.to_shown), box)
    else:
        to_shown = chain(projection(page.to_shown), page.flat.to_page)
        degrees = tilt(stretch(to_shown, *box.center))
        level = project_box(chain(projection(turn(-degrees)), to_shown), box)
    return clip_tilted(level, degrees, page.shown_width_px, page.shown_height_px), degrees


def _percent(box: Box, page: Page) -> tuple[float, float, float, float]:
    """Return (x, y, width, height) in percent of the shown image; rounds corners, so x + width stays within 100."""
    x, y, width, height = to_percent(box, page.shown_width_px, page.shown_height_px)
    left, top = round(x, _DECIMALS), round(y, _DECIMALS)
    right, bottom = round(x + width, _DECIMALS), round(y + height, _DECIMALS)
    return left, top, round(right - left, _DECIMALS), round(bottom - top, _DECIMALS)


def _meta(region: _Region, page: Page, version: str, *, with_text: bool) -> dict[str, Any]:
    """Return a region's `meta`, which a person sees in its details.

    `text`: the text, where no TextArea takes it. `words`: each with text and `_placed`. `turn`: the degrees by which
    the upright page lies turned in the shown image, where it does. `prelabel`: the exact version.
    """
    meta: dict[str, Any] = {"text": [region.text]} if with_text and region.text else {}
    meta["words"] = [[_clean(word.text), *_placed(straight(word.box), page)] for word in region.words]
    if turn_degrees := round(round(turned(page.to_shown), _DECIMALS) % 360, _DECIMALS):
        meta["turn"] = turn_degrees
    meta["prelabel"] = version
    return meta


def _keep_links(result: Iterable[Item], page: Page, ids: Mapping[int, str], undrawn: Collection[Ends]) -> None:
    """Write undrawn links into the meta of their target's region, as rows [from id, to id, confidence]."""
    kept: dict[str, list[list[Any]]] = {}
    for link in page.links or ():
        if (link.source, link.target) in undrawn and link.source in ids and link.target in ids:
            source, target = ids[link.source], ids[link.target]
            kept.setdefault(target, []).append([source, target, round(_finite(link.confidence), 4)])
    for item in result:
        if "meta" in item and item["id"] in kept:
            item["meta"]["links"] = kept[item["id"]]


def _relations(
    page: Page, config: LabellingConfig, ids: Mapping[int, str], undrawn: Collection[Ends]
) -> Iterator[Item]:
    """Yield the drawn links between regions, labelled by the label of their target where the configuration has it."""
    for link in page.links or ():
        if (link.source, link.target) in undrawn:
            continue
        if page.entities is not None and link.source in ids and link.target in ids:
            label = config.relation(page.entities[link.target].label)
            yield {
                "type": "relation",
                "from_id": ids[link.source],
                "to_id": ids[link.target],
                "direction": "right",
                "score": round(_finite(link.confidence), 4),
                **({"labels": [label]} if label else {}),
            }


def _region_id(number: int, region: _Region) -> str:
    """Return 12 hex digits: a digest of the region, and its number, which makes them unique on the page."""
    box = region.box
    seed = f"{region.place.label}|{region.text}|{box.x0:.1f},{box.y0:.1f},{box.x1:.1f},{box.y1:.1f}"
    return f"{hashlib.blake2b(seed.encode(), digest_size=4).hexdigest()}{number:04x}"


def _clean(text: str) -> str:
    """Return the text in NFC, without control characters and lone surrogates: PostgreSQL stores neither in JSON."""
    return unicodedata.normalize("NFC", "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cs"}))


def _finite(confidence: float) -> float:
    return min(max(confidence, 0.0), 1.0) if math.isfinite(confidence) else 0.0
