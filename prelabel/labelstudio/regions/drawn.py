"""Regions and relations drawn on the image of a page, out of the results of an annotation or a prediction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from prelabel.errors import PageError
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.regions.controls import Controls, image_of, prediction_results, readable
from prelabel.labelstudio.regions.region import OTHER, Region, StoredWord, stored_words
from prelabel.labelstudio.regions.shapes import Item, Shape, shape_of
from prelabel.labelstudio.regions.told import NotUsed, Told

#: Other forms of results: Label Studio stores any JSON that it is sent.
_WRONG_FORM = (AttributeError, KeyError, TypeError, ValueError, OverflowError)

#: Keys of the places of shapes, read or not.
_PLACES = frozenset({"x", "points", "rle", "vertices", "imageDataURL"})
#: Beginnings of the types of shapes.
_SHAPES = ("rectangle", "polygon", "ellipse", "brush", "keypoint", "bitmask", "vector")
#: Types of results that say something about a region, often not its label.
_CHOICES = {"choices", "taxonomy"}

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn. `predicted`: words of the prediction from which an annotation was made, where it is known.

    `shown_px`: width and height of the image as Label Studio shows it, None where nothing was drawn.
    """

    regions: tuple[Region, ...]
    relations: tuple[Item, ...]
    predicted: tuple[StoredWord, ...]
    shown_px: Size | None
    told: Told


def read_drawn(
    body: Item, names: Collection[str], config: LabellingConfig | None, shown_px: Size | None = None
) -> Drawn:
    """Return the regions of the image on which most lie, or of the configuration's image.

    `names`: labels, in capitals, that are translated. Regions that cannot be used are counted. Raises PageError for
    results that Label Studio did not write, and for regions on several images of a list.
    """
    result, told = body.get("result") or [], Told()
    if not isinstance(result, list):
        raise _wrong_form()
    items = readable(result)
    told[NotUsed.UNREADABLE] += len(result) - len(items)
    if any(item.get("item_index") for item in items):
        raise PageError(
            "its regions lie on several images of one task (valueList): import each image as a task of its own"
        )
    relations = tuple(item for item in items if item.get("type") == "relation")
    by_id = _by_id(item for item in items if item.get("type") != "relation")
    image = image_of([group for group in by_id.values() if _has_place(group)], config)
    groups = {id_: group for id_, group in by_id.items() if group[0].get("to_name") == image}
    elsewhere = (group for id_, group in by_id.items() if id_ not in groups)
    told[NotUsed.OTHER_IMAGE] += sum(map(_has_place, elsewhere))
    drawn = {id_: group for id_, group in groups.items() if _has_place(group)}
    shown = shown_px or (_named_size(groups.values()) if drawn else None)
    controls = Controls.of(groups.values(), body, names, config)
    predicted = _predicted(body, controls, shown) if shown else {}
    regions = []
    for id_, group in drawn.items():
        found, without_label = _region(id_, group, controls, shown or (1, 1), predicted.get(id_, ()))
        if isinstance(found, Region):
            regions.append(found)
            told[NotUsed.CHOICE] += without_label and any(i.get("type") in _CHOICES for i in group)
        else:
            told[found] += 1
    if told[NotUsed.UNREADABLE] and not regions:
        raise _wrong_form()
    words = tuple(word for of_region in predicted.values() for word in of_region)
    return Drawn(tuple(regions), relations, words, shown, told)


def _by_id(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Group results that share an id and an image; a result without an id is a region by itself."""
    groups: dict[str, list[Item]] = {}
    for number, item in enumerate(items):
        groups.setdefault(str(item.get("id") or f"#{number}"), []).append(item)
    return groups


def _has_place(group: Sequence[Item]) -> bool:
    """Return whether a region has a shape of any kind, readable or not."""
    return any(
        not _PLACES.isdisjoint(item.get("value") or {}) or str(item.get("type")).startswith(_SHAPES) for item in group
    )


def _region(
    id_: str, group: Sequence[Item], controls: Controls, shown_px: Size, predicted: tuple[StoredWord, ...]
) -> tuple[Region | NotUsed, bool]:
    """Return a region, and whether it has no label; or the reason why it is not used.

    `predicted`: its words in the prediction, where they are not stored with the region itself.
    """
    try:
        shape = shape_of(group, shown_px)
        if not isinstance(shape, Shape):
            return shape or NotUsed.UNREADABLE, False
        label = controls.label(group)
        stored = stored_words(group, shown_px) or predicted
        return Region(id_, tuple(group), shape, label or OTHER, controls.text(group, label), stored), label is None
    except _WRONG_FORM:
        return NotUsed.UNREADABLE, False


def _predicted(body: Item, controls: Controls, shown_px: Size) -> dict[str, tuple[StoredWord, ...]]:
    """Return the words of the prediction from which an annotation was made, by region.

    A region that has no words stored with it is one word.
    """
    found: dict[str, tuple[StoredWord, ...]] = {}
    for id_, group in _by_id(item for item in prediction_results(body) if item.get("type") != "relation").items():
        with suppress(*_WRONG_FORM):
            text, shape = controls.text(group, controls.label(group)), shape_of(group, shown_px)
            whole = (StoredWord(text, shape),) if text and isinstance(shape, Shape) else ()
            found[id_] = stored_words(group, shown_px) or whole
    return found


def _named_size(groups: Iterable[Sequence[Item]]) -> Size:
    """Return the first size that a result names. Raises PageError."""
    named = False
    for item in (item for group in groups for item in group if "original_width" in item):
        try:
            width, height = int(item["original_width"]), int(item["original_height"])
        except _WRONG_FORM:
            named = True
        else:
            if width > 0 and height > 0:
                return width, height
    if named:
        raise _wrong_form()
    raise PageError("no region names the size of its image (original_width, original_height): percents have no pixels")


def _wrong_form() -> PageError:
    return PageError("the results are not as Label Studio writes them")
