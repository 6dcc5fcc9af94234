"""The annotation of a page that counts, out of those of several people, skipped ones and drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Annotation = Mapping[str, Any]

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def final_annotation(annotations: Sequence[Annotation]) -> Annotation | None:
    """Return the annotation of a page that counts: the ground truth, else the one that was submitted last.

    None where all were cancelled (skipped).
    """
    done = [(_precedence(each), number) for number, each in enumerate(annotations) if not each.get("was_cancelled")]
    return annotations[max(done)[1]] if done else None


def has_newer_draft(drafts: Sequence[object], annotations: Sequence[Annotation]) -> bool:
    """Return whether a person has begun work that was not submitted, and nobody submitted later."""
    last = max((_time(each) for each in annotations), default=_BEGINNING)
    return any(not annotations or (isinstance(each, Mapping) and _time(each) > last) for each in drafts)


def _precedence(annotation: Annotation) -> tuple[bool, datetime]:
    """Return a key whose greatest value counts."""
    return bool(annotation.get("ground_truth")), _time(annotation)


def _time(row: Annotation) -> datetime:
    """Return the time of the last change; the beginning of all times where none is named."""
    try:
        found = datetime.fromisoformat(str(row.get("updated_at")))
    except ValueError:
        return _BEGINNING
    return found if found.tzinfo else found.replace(tzinfo=UTC)
