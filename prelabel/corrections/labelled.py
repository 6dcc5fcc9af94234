"""The making of an annotation: from a prediction or without one, and by how many people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prelabel.corrections.manifest import Labelled

Item = Mapping[str, Any]


def how_labelled(annotation: Item, annotations: Sequence[Item]) -> Labelled:
    """Return how the annotation that counts was made. `annotations`: all of the page, as Label Studio sends them.

    A page is checked twice where two people have submitted an annotation, or one has changed that of the other. Label
    Studio forgets the prediction when it is deleted; the regions still tell that they come from one.
    """
    done = [each for each in annotations if not each.get("was_cancelled")]
    people = {_person(each.get("completed_by")) for each in done} | {_person(annotation.get("updated_by"))}
    if len(people - {0}) > 1:
        return "checked_twice"
    return "from_prediction" if annotation.get("parent_prediction") or _from_prediction(annotation) else _ALONE


_ALONE: Labelled = "without_prediction"


def _from_prediction(annotation: Item) -> bool:
    items = [item for item in annotation.get("result") or () if isinstance(item, Mapping)]
    ours = any(isinstance(meta := item.get("meta"), Mapping) and meta.get("prelabel") for item in items)
    return ours or any(str(item.get("origin") or "").startswith("prediction") for item in items)


def _person(found: object) -> int:
    """Return the id of a person, whom Label Studio names by an id or by an object; 0: unknown."""
    if isinstance(found, Mapping):
        found = found.get("id")
    return found if isinstance(found, int) else 0
