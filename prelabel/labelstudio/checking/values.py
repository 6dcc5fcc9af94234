"""Check of the value of one result against its control."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from prelabel.labelstudio.checking.controls import Control
from prelabel.labelstudio.checking.shapes import SHAPES

#: Types whose chosen values stand under another key than the type's own name.
_KEY = {"textarea": "text", "pairwise": "selected", "videorectangle": "labels", "videovectorlabels": "labels"}
#: Further types with a key that must be there.
_CHOOSING = frozenset({"choices", "taxonomy", "number", "rating", "datetime", "reactcode"})
#: So many of a control's values are named in a message.
_SHOWN = 6


def value_fault(control: Control, value: object, partner: str | None = None) -> str | None:
    """Return the reason why a value does not fit its control, None if it does.

    `partner`: for a result of type "labels", the type of the region under the same id, whose geometry it repeats.
    """
    if control.kind == "relations":
        return "a Relations control takes no regions: give a relation the type relation"
    if control.kind == "ranker":
        return _ranking_fault(value)
    if control.kind not in SHAPES:
        return None
    if not isinstance(value, dict):
        return f"value is a {type(value).__name__}, not a dictionary"
    if control.kind == "videorectangle" and not control.values and "labels" not in value:
        return _shape_fault(control.kind, value)
    nested = value.get(control.name)
    inner = nested if isinstance(nested, dict) else value
    if partner is None:
        return _choice_fault(control, inner) or _shape_fault(control.kind, inner)
    return _choice_fault(control, inner) or _shape_fault(partner, inner)


def merged_fault(control: Control, companion: Control, kind: str, value: object) -> str | None:
    """Return the reason why the value of a region that a Labels control and a tool made together does not fit."""
    if not isinstance(value, dict):
        return f"value is a {type(value).__name__}, not a dictionary"
    key = kind if kind in value else "labels"
    chosen = value.get(key)
    if not isinstance(chosen, list) or not chosen:
        return f"value.{key} is missing or empty"
    if not all(isinstance(label, str) and label in control.values for label in chosen):
        return _not_among(chosen, control.values)
    geometry = {name: part for name, part in value.items() if name != key}
    return _shape_fault(companion.kind, geometry) if companion.kind in SHAPES else None


def _key(kind: str) -> str | None:
    """Return the key of a value that holds what was chosen; None for a plain region."""
    return _KEY.get(kind) or (kind if kind.endswith("labels") or kind in _CHOOSING else None)


def _choice_fault(control: Control, value: dict[str, Any]) -> str | None:
    key = _key(control.kind)
    if key is None:
        return None
    if key not in value:
        return f"value.{key} is missing"
    chosen = value[key]
    if control.kind == "rating":
        return _rating_fault(chosen, control.most)
    if control.kind == "taxonomy":
        if not isinstance(chosen, list) or not all(isinstance(path, list) for path in chosen):
            return "value.taxonomy is not a list of paths"
        chosen = [part for path in chosen for part in path]
    if not control.values or not chosen:
        return None
    if not isinstance(chosen, Iterable) or not all(_known(part, control.values) for part in chosen):
        return _not_among(chosen, control.values)
    return None


def _known(part: object, values: frozenset[str]) -> bool:
    return isinstance(part, str) and part in values


def _rating_fault(chosen: object, most: str) -> str | None:
    try:
        fits = 0 <= int(chosen) <= int(most)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        fits = False
    return None if fits else f"value.rating is {short(chosen)}, not a number from 0 to {most}"


def _ranking_fault(value: object) -> str | None:
    ranking = value.get("ranker") if isinstance(value, dict) else None
    if isinstance(ranking, dict) and all(isinstance(name, str) and _texts(part) for name, part in ranking.items()):
        return None
    return "value.ranker is not a dictionary of lists of texts"


def _texts(part: object) -> bool:
    return isinstance(part, list) and all(isinstance(text, str) for text in part)


def _shape_fault(kind: str, value: dict[str, Any]) -> str | None:
    """Return the first fault of a value's keys, None without one."""
    try:
        SHAPES[kind].model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, ("value", *first["loc"])))
        if first["type"] == "missing":
            return f"{place} is missing"
        return f"{place} is {short(first['input'])}: {first['msg'].replace('Input should', 'it should')}"
    return None


def _not_among(chosen: object, values: frozenset[str]) -> str:
    known = sorted(values)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"{short(chosen)} is not among the control's values: {', '.join(known[:_SHOWN]) or 'it has none'}{more}"


def short(value: object) -> str:
    """Return a value for a message of one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
