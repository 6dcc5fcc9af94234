"""Check of a whole prediction: its score, its regions one by one, and the relations between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prelabel.labelstudio.checking.controls import Controls
from prelabel.labelstudio.checking.shapes import DRAWN
from prelabel.labelstudio.checking.values import merged_fault, short, value_fault

_DIRECTIONS = ("left", "right", "bi")
_NEEDED = ("from_name", "to_name", "type", "value")


def faults(prediction: Mapping[str, Any], controls: Controls) -> list[str]:
    """Return the reasons why Label Studio's bulk import would drop this prediction; empty if it would store it."""
    if "result" not in prediction:
        return ["the prediction has no result"]
    result = prediction["result"]
    if not isinstance(result, list):
        return ["the prediction's result is not a list"]
    found = [*_score_faults(prediction.get("score"))]
    drawn = _drawn_ids(result)
    ids: list[object] = []
    for number, item in enumerate(result):
        if isinstance(item, dict) and item.get("type") == "relation":
            continue
        wrong = [f"region {number}: {fault}" for fault in _region_faults(item, controls, drawn)]
        found += wrong
        if not wrong and "id" in item:
            ids.append(item["id"])
    return found + list(_relation_faults(result, _hashable(ids)))


def _score_faults(score: object) -> Iterator[str]:
    if score is None:
        return
    try:
        fits = 0 <= float(score) <= 1  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        yield f"score is {short(score)}, not a number from 0 to 1"


def _region_faults(item: object, controls: Controls, drawn: Mapping[object, str]) -> Iterator[str]:
    """Yield the faults of one result that is no relation. `drawn`: the types of drawn regions by id."""
    if not isinstance(item, dict):
        yield f"it is a {type(item).__name__}, not a dictionary"
        return
    if missing := [key for key in _NEEDED if key not in item]:
        yield f"{', '.join(missing)} missing"
        return
    name, target, kind = item["from_name"], item["to_name"], item["type"]
    control = controls.by_name.get(name) if isinstance(name, str) else None
    if control is None:
        yield f"the configuration has no control {short(name)}"
        return
    if not isinstance(kind, str):
        yield f"type is {short(kind)}, not a text"
        return
    if not isinstance(target, str) or target not in controls.objects or target not in control.targets:
        yield f"control {name} does not belong to {short(target)}, but to {', '.join(control.targets)}"
    companion = controls.companion(control, kind.lower())
    if companion is None and kind.lower() != control.kind:
        yield f"type is {short(kind)}, and control {name} gives {control.kind}"
    elif fault := (
        merged_fault(control, companion, kind.lower(), item["value"])
        if companion
        else value_fault(control, item["value"], _partner(item, drawn))
    ):
        yield f"{fault} (control {name})"


def _partner(item: Mapping[str, Any], drawn: Mapping[object, str]) -> str | None:
    """Return the type of the region whose label this result is, None for other results."""
    own = item.get("id")
    if item["type"].lower() != "labels" or own is None or not _is_hashable(own):
        return None
    return drawn.get(own)


def _drawn_ids(result: Sequence[object]) -> dict[object, str]:
    """Return the type of the first drawn region of each id."""
    found: dict[object, str] = {}
    for item in result:
        kind = str(item.get("type")).lower() if isinstance(item, dict) else ""
        if isinstance(item, dict) and kind in DRAWN and _is_hashable(item.get("id")):
            found.setdefault(item.get("id"), kind)
    return found


def _relation_faults(result: Sequence[object], ids: frozenset[object] | None) -> Iterator[str]:
    """Yield the faults of relations. `ids`: those of regions without a fault; None if one of them cannot be an id."""
    for number, item in enumerate(result):
        if not isinstance(item, dict) or item.get("type") != "relation":
            continue
        if item.get("direction") not in _DIRECTIONS:
            yield f"relation {number}: direction is {short(item.get('direction'))}, not one of {', '.join(_DIRECTIONS)}"
        for end in ("from_id", "to_id"):
            if end not in item:
                yield f"relation {number}: {end} is missing"
            elif ids is None or not _is_hashable(item[end]) or item[end] not in ids:
                yield f"relation {number}: {end} is {short(item[end])}, and no region that fits has this id"


def _hashable(ids: Sequence[object]) -> frozenset[object] | None:
    return frozenset(ids) if all(map(_is_hashable, ids)) else None


def _is_hashable(value: object) -> bool:
    return not isinstance(value, dict | list | set)
