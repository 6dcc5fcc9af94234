"""Difference between two versions of a data set: pages added, changed and removed, and the labels on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from prelabel.corrections.manifest import Manifest, PageEntry

#: The parts of an entry that are compared.
PARTS = ("content", "annotation", "split", "document", "labelled")


@dataclass(frozen=True, slots=True)
class Changed:
    """A page as it was and as it is. `what`: the parts that differ."""

    old: PageEntry
    new: PageEntry
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Pages by what has happened to them. `labels`: by label, the numbers of entities in both versions.

    `labelling`: whether the labelling configuration is another one.
    """

    added: tuple[PageEntry, ...]
    changed: tuple[Changed, ...]
    removed: tuple[PageEntry, ...]
    labels: dict[str, tuple[int, int]]
    labelling: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.labelling)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form, with task ids for pages."""
        return {
            "added": [page.task_id for page in self.added],
            "changed": [{"task_id": each.new.task_id, "what": list(each.what)} for each in self.changed],
            "removed": [page.task_id for page in self.removed],
            "labels": {label: {"old": old, "new": new} for label, (old, new) in self.labels.items()},
            "labelling": self.labelling,
        }


def difference(old: Manifest | None, new: Manifest) -> Difference:
    """Return the difference between two versions; without an old one, every page is added."""
    before = {page.task_id: page for page in old.pages} if old else {}
    after = {page.task_id: page for page in new.pages}
    both = [(before[task_id], page) for task_id, page in after.items() if task_id in before]
    compared = (Changed(one, other, _changed(one, other)) for one, other in both)
    counts = old.labels if old else Counter[str](), new.labels
    return Difference(
        added=tuple(page for task_id, page in after.items() if task_id not in before),
        changed=tuple(each for each in compared if each.what),
        removed=tuple(page for task_id, page in before.items() if task_id not in after),
        labels={label: (counts[0][label], counts[1][label]) for label in sorted(counts[0].keys() | counts[1].keys())},
        labelling=bool(old and old.labelling != new.labelling),
    )


def _changed(old: PageEntry, new: PageEntry) -> tuple[str, ...]:
    return tuple(part for part, one, other in zip(PARTS, _parts(old), _parts(new), strict=True) if one != other)


def _parts(page: PageEntry) -> tuple[object, ...]:
    """Return the values of `PARTS`."""
    annotation, document = (page.annotation_id, page.annotated_at), (page.document, page.number)
    return page.content, annotation, page.split, document, page.labelled
