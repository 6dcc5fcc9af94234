"""Faults that Label Studio's own check lets pass: it refuses the whole import later, or shows the page wrongly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def faults_let_pass(prediction: Mapping[str, Any]) -> Iterator[str]:
    """Yield the faults of a prediction that `prediction.faults` does not look for."""
    if not isinstance(version := prediction.get("model_version"), str) or not version:
        yield f"model_version is {version!r}, not a text: the label stream would not show the prediction"
    if not _is_json(prediction):
        yield from _infinite_numbers(prediction, "prediction")
    result = prediction.get("result")
    yield from _faulty_ids(result if isinstance(result, list) else [])


def _is_json(prediction: Mapping[str, Any]) -> bool:
    """Return whether strict JSON can hold the prediction; ten times faster than the walk that finds the place."""
    try:
        json.dumps(dict(prediction), allow_nan=False)
    except ValueError:
        return False
    return True


def _infinite_numbers(value: object, where: str) -> Iterator[str]:
    """Yield each NaN and infinity: Python's JSON writes them, and Label Studio answers 400 or 500."""
    if isinstance(value, float) and not math.isfinite(value):
        yield f"{where} is {value}, not a finite number"
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _infinite_numbers(part, f"{where}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, part in enumerate(value):
            yield from _infinite_numbers(part, f"{where}[{number}]")


def _faulty_ids(result: Sequence[object]) -> Iterator[str]:
    """Yield each region without an id, and each id that has two results of one control."""
    seen: set[tuple[str, str]] = set()
    for number, item in enumerate(result):
        if not isinstance(item, Mapping) or item.get("type") == "relation":
            continue
        key = str(item.get("id") or ""), str(item.get("from_name"))
        if not key[0]:
            yield f"region {number}: no id"
        elif key in seen:
            yield f"region {number}: id {key[0]} comes twice for {key[1]}"
        seen.add(key)
