"""One region of an annotation: its results, its shape, its text, and the words that prelabel stored with it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prelabel.labelstudio.regions.shapes import Item, Shape, rectangle

OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class StoredWord:
    """A word of `meta.words`, with its place at the time of the prediction."""

    text: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Region:
    """A region with a shape. `text`: as people see it, empty where there is none; `label`: OTHER without one."""

    id: str
    items: tuple[Item, ...]
    shape: Shape
    label: str = OTHER
    text: str = ""
    stored: tuple[StoredWord, ...] = ()

    @property
    def untouched(self) -> bool:
        """True where the text is still the one that prelabel wrote."""
        return self.text == clean(" ".join(word.text for word in self.stored))

    @property
    def is_ours(self) -> bool:
        """True where prelabel wrote the region, and people at most changed it."""
        return bool(self.stored) or any("prelabel" in meta for meta in metas(self.items))


def metas(items: Iterable[Item]) -> Iterator[Mapping[str, Any]]:
    """Yield the `meta` of each result that has one."""
    return (meta for item in items if isinstance(meta := item.get("meta"), dict))


def stored_words(items: Iterable[Item], shown_px: tuple[int, int]) -> tuple[StoredWord, ...]:
    """Return the words that prelabel stored with a region. Raises ValueError or TypeError for places of other forms."""
    return tuple(
        StoredWord(clean(str(text)), rectangle([x, y, width, height], rotation[0] if rotation else 0.0, shown_px))
        for text, x, y, width, height, *rotation in _rows(items)
    )


def stored_text(items: Iterable[Item]) -> str:
    """Return the text that prelabel wrote with a region; empty where its words are not stored."""
    return clean(" ".join(str(row[0]) for row in _rows(items)))


def _rows(items: Iterable[Item]) -> list[list[Any]]:
    """Return the rows of `meta.words`: text, x, y, width, height and, where tilted, degrees."""
    rows: object = next((meta["words"] for meta in metas(items) if meta.get("words")), [])
    return [row for row in rows if isinstance(row, list) and row] if isinstance(rows, list) else []


def clean(text: str) -> str:
    """Return a text in NFC, with single spaces, without lone surrogates."""
    return unicodedata.normalize("NFC", " ".join("".join(c for c in text if not "\ud800" <= c <= "\udfff").split()))


def joined(value: object) -> str:
    """Return the text of a result: a text, or a list of texts; nothing for parts in other forms."""
    parts = value if isinstance(value, list) else [value]
    return clean(" ".join(part for part in parts if isinstance(part, str)))


def score(items: Iterable[Item], default: float = 1.0) -> float:
    """Return the first confidence that a result names, 0..1."""
    found = next((float(i["score"]) for i in items if isinstance(i.get("score"), int | float)), default)
    return min(max(found, 0.0), 1.0) if math.isfinite(found) else default
