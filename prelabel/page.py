"""Nouns of the project: Box, Reading, Word, Entity, Link, KeyValue, Remark, Page and more, and their JSON form.

All are frozen values; a Page only grows, from stage to stage. Coordinates are pixels of the *upright* frame unless a
name says otherwise; `Page.to_shown` leads from there to the image as Label Studio shows it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: Number of the JSON form of a Page. It changes when an older worker could not read a newer Page. Before that, record
#: what the present release stores: `python -m scripts.record_release`.
FORMAT = 3

#: Labels with a role in links; OTHER: of words in no entity. In capitals, as everywhere.
ROLES = ("HEADER", "QUESTION", "ANSWER", "OTHER")
#: Labels that only say that there is text: those of Label Studio's OCR template, and their like; the most usual first.
TEXT_LABELS = (
    *("text", "텍스트", "글자", "문자", "글", "printed", "인쇄", "print", "typed", "line", "text line", "textline"),
    *("줄", "행", "word", "단어", "ocr", "paragraph", "o", "handwriting", "handwritten", "손글씨", "필기", "수기"),
)


def is_field(label: str) -> bool:
    """Return whether the label names a field, such as INVOICE_NUMBER: its entities are key-values by themselves."""
    return bool(label) and label.upper() not in ROLES and plain_label(label) not in TEXT_LABELS


def plain_label(label: str) -> str:
    """Return a label in a form in which spellings of one label are the same: composed letters, lower case."""
    return unicodedata.normalize("NFC", label).strip().casefold()


class NewerFormat(ValueError):
    """A Page in the form of a newer release: another worker can read it."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """One image to annotate = one Label Studio task."""

    project_id: int
    task_id: int
    image: str

    def __str__(self) -> str:
        return f"{self.project_id}/{self.task_id}"


@dataclass(frozen=True, slots=True)
class Box:
    """A pixel rectangle with x0 <= x1 and y0 <= y1; x grows to the right, y downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Affine:
    """The map (x, y) -> (a x + b y + c, d x + e y + f) from one pixel frame to another."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0


@dataclass(frozen=True, slots=True)
class Homography:
    """The map (x, y) -> ((a x + b y + c) / z, (d x + e y + f) / z), z = g x + h y + 1, from a plane to its picture."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0
    g: float = 0.0
    h: float = 0.0


@dataclass(frozen=True, slots=True)
class Flat:
    """The page of a photograph as if it lay flat below the eye: its size, and the map from it to the Page's frame."""

    width_px: int
    height_px: int
    to_page: Homography


@dataclass(frozen=True, slots=True)
class Reading:
    """Text that one engine read in a box. `confidence` is 0..1."""

    text: str
    confidence: float
    engine: str


@dataclass(frozen=True, slots=True)
class Word:
    """An OCR token. `confidence` is 0..1; `engine` names the engine that read it (provenance).

    `other`: the less sure reading of the same box, where two engines read it.
    """

    text: str
    box: Box
    confidence: float = 1.0
    engine: str = ""
    other: Reading | None = None


@dataclass(frozen=True, slots=True)
class WordLabel:
    """The label of one word without BIO prefix, e.g. QUESTION; OTHER where a tag was O. `confidence` is 0..1."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """Words of one label that belong together; `words` are indices into `Page.words`, in reading order."""

    label: str
    words: tuple[int, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """A link from question to answer or from header to question: indices into `Page.entities`. `confidence` is 0..1."""

    source: int
    target: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class KeyValue:
    """The text pair of one question and one answer, with the boxes of both; or a field and its text.

    The key of a field is its label, which stands nowhere on the page: its `key_box` is the value's box.
    `header`: the texts of the headers above the question or field, outermost first. `normal`: the value as
    `prelabel.kie.values` reads it, e.g. {"type": "date", "value": "2024-03-05"}; None where nothing fits.
    """

    key: str
    value: str
    key_box: Box
    value_box: Box
    confidence: float = 1.0
    header: tuple[str, ...] = ()
    normal: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should know about a page that was read. `code`: see `prelabel.ocr.remarks`.

    `detail`: the particulars, e.g. the name of a script; may be empty.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The words of one page, and the results of later stages. `None`: the stage that adds this part has not run.

    `width_px`, `height_px`: size of the upright frame. `shown_width_px`, `shown_height_px`: size of the image as
    Label Studio shows it (EXIF orientation applied). `labels` runs parallel to `words`. `flat`: of a page photographed
    at an angle only, whose boxes enclose words that are not level (`geometry.laid_flat`).
    """

    width_px: int
    height_px: int
    shown_width_px: int
    shown_height_px: int
    to_shown: Affine = Affine()
    words: tuple[Word, ...] = ()
    labels: tuple[WordLabel, ...] | None = None
    entities: tuple[Entity, ...] | None = None
    links: tuple[Link, ...] | None = None
    key_values: tuple[KeyValue, ...] | None = None
    remarks: tuple[Remark, ...] = ()
    flat: Flat | None = None

    def with_labels(self, labels: tuple[WordLabel, ...], entities: tuple[Entity, ...]) -> Page:
        """Return the page with one label for each word and the entities that group the words."""
        if len(labels) != len(self.words):
            raise ValueError(f"{len(labels)} labels for {len(self.words)} words")
        return replace(self, labels=labels, entities=entities)

    def with_links(self, links: tuple[Link, ...], key_values: tuple[KeyValue, ...]) -> Page:
        """Return the page with links between its entities and the text pairs that they make."""
        return replace(self, links=links, key_values=key_values)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready form; `Page.from_json` is its inverse."""
        form = {
            "format": FORMAT,
            "size": [self.width_px, self.height_px],
            "shown_size": [self.shown_width_px, self.shown_height_px],
            "to_shown": _affine_json(self.to_shown),
            "words": [_word_json(word) for word in self.words],
            "labels": _optional([[x.label, round(x.confidence, 4)] for x in self.labels or ()], self.labels),
            "entities": _optional(
                [[e.label, list(e.words), round(e.confidence, 4)] for e in self.entities or ()], self.entities
            ),
            "links": _optional([[x.source, x.target, round(x.confidence, 4)] for x in self.links or ()], self.links),
            "key_values": _optional([_pair_json(pair) for pair in self.key_values or ()], self.key_values),
        }
        # Earlier releases read by name: they know no remarks, and take a flat page as if its words were level.
        remarks = {"remarks": [[each.code, each.detail] for each in self.remarks]} if self.remarks else {}
        return form | remarks | ({"flat": _flat_json(self.flat)} if self.flat else {})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Page:
        """Read the form that `to_json` writes. Raises NewerFormat, and ValueError for any other format number."""
        number = data.get("format")
        if number != FORMAT:
            newer = isinstance(number, int) and number > FORMAT
            raise (NewerFormat if newer else ValueError)(f"page format {number!r}, this worker reads {FORMAT}")
        labels, entities, links, pairs = (data[k] for k in ("labels", "entities", "links", "key_values"))
        return cls(
            width_px=data["size"][0],
            height_px=data["size"][1],
            shown_width_px=data["shown_size"][0],
            shown_height_px=data["shown_size"][1],
            to_shown=Affine(*data["to_shown"]),
            words=tuple(_word(*row) for row in data["words"]),
            labels=None if labels is None else tuple(WordLabel(*x) for x in labels),
            entities=None if entities is None else tuple(Entity(lab, tuple(ws), c) for lab, ws, c in entities),
            links=None if links is None else tuple(Link(*x) for x in links),
            key_values=None if pairs is None else tuple(_pair(*x) for x in pairs),
            remarks=tuple(Remark(*row[:2]) for row in data.get("remarks", ())),
            flat=_flat(*data["flat"]) if data.get("flat") else None,
        )


def _word_json(word: Word) -> list[Any]:
    row = [word.text, _box_json(word.box), round(word.confidence, 4), word.engine]
    other = word.other
    return row if other is None else [*row, [other.text, round(other.confidence, 4), other.engine]]


def _word(text: str, box: list[float], confidence: float, engine: str, other: list[Any] | None = None) -> Word:
    return Word(text, Box(*box), confidence, engine, None if other is None else Reading(*other))


def _pair_json(pair: KeyValue) -> list[Any]:
    boxes = _box_json(pair.key_box), _box_json(pair.value_box)
    normal = None if pair.normal is None else dict(pair.normal)
    return [pair.key, pair.value, *boxes, round(pair.confidence, 4), list(pair.header), normal]


def _pair(
    key: str,
    value: str,
    key_box: list[float],
    value_box: list[float],
    confidence: float,
    header: list[str],
    normal: dict[str, Any] | None,
) -> KeyValue:
    return KeyValue(key, value, Box(*key_box), Box(*value_box), confidence, tuple(header), normal)


def _box_json(box: Box) -> list[float]:
    return [round(v, 2) for v in (box.x0, box.y0, box.x1, box.y1)]


def _flat_json(flat: Flat) -> list[Any]:
    m = flat.to_page
    return [flat.width_px, flat.height_px, [m.a, m.b, m.c, m.d, m.e, m.f, m.g, m.h]]


def _flat(width_px: int, height_px: int, to_page: list[float]) -> Flat:
    return Flat(width_px, height_px, Homography(*to_page))


def _affine_json(m: Affine) -> list[float]:
    return [m.a, m.b, m.c, m.d, m.e, m.f]


def _optional(rows: list[Any], present: object) -> list[Any] | None:
    return None if present is None else rows
