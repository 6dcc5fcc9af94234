"""Entries and manifests of data sets, with what a test does not name filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prelabel.corrections.manifest import Manifest, PageEntry

_ENTRY = PageEntry(
    task_id=1,
    document="task-1",
    number=1,
    annotation_id=11,
    annotated_at="2026-01-01T00:00:00Z",
    changed_at="2026-01-01T00:00:00Z",
    content="0" * 64,
    split="train",
    labelled="from_prediction",
    words=9,
    links=1,
    labels={"QUESTION": 1, "ANSWER": 1},
)


def entry(task_id: int, **more: Any) -> PageEntry:
    """Return the entry of a page that is a document of its own."""
    return replace(_ENTRY, task_id=task_id, **{"document": f"task-{task_id}", **more})


def manifest(*pages: PageEntry, number: int = 1, **more: Any) -> Manifest:
    """Return a version with these pages."""
    about: dict[str, Any] = {"parent": number - 1, "made_at": 1.7e9, "release": "0.1", "labelling": "<View/>"}
    return Manifest(project_id=6, number=number, frozen=True, pages=pages, **{**about, **more})
