"""What a page of a document says about itself, kept beside its image: its own words, and the fields of its form.

A small JSON of its own, not a Page's: it lies in the bucket for years. It is written and read here alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from prelabel.bucket.interface import Bucket
from prelabel.bucket.keys import Keys, page_of
from prelabel.errors import FileGone
from prelabel.page import Box, Word
from prelabel.pdf.text_layer import ENGINE, TextLayer

#: Number of the JSON form. What has another is not read: then OCR reads the page.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form that was filled in, or a check box. `key`: what the form calls it before people, else `name`.

    `box` in pixels of the page's image; None where nobody knows it.
    """

    key: str
    name: str
    value: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class PageWords:
    """`width_px`, `height_px`: of the image that all boxes belong to. A layer that is not trusted holds no words."""

    width_px: int
    height_px: int
    layer: TextLayer
    form_fields: tuple[FormField, ...] = ()

    def to_json(self) -> bytes:
        """`PageWords.from_json` is its inverse."""
        content = {
            "format": FORMAT,
            "size": [self.width_px, self.height_px],
            "flaw": self.layer.flaw,
            "quarters": self.layer.quarters,
            "words": [[word.text, _box_json(word.box)] for word in self.layer.words if self.layer.trusted],
            "form_fields": [[x.key, x.name, x.value, _box_json(x.box)] for x in self.form_fields if x.box],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Raises ValueError for what `to_json` has not written."""
        try:
            content = json.loads(data)
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']!r}, {FORMAT} is read here")
            width_px, height_px = map(int, content["size"])
            words = tuple(Word(str(text), _box(box), 1.0, ENGINE) for text, box in content["words"])
            fields = tuple(FormField(str(k), str(n), str(v), _box(box)) for k, n, v, box in content["form_fields"])
            layer = TextLayer(words, int(content["quarters"]), str(content["flaw"]))
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"no words of a page ({type(error).__name__})") from None
        return cls(width_px, height_px, layer, fields)


def stored_words(bucket: Bucket, keys: Keys, reference: str) -> PageWords | None:
    """What lies in the bucket beside the image of this reference; None for nothing.

    Raises ValueError for a file that is not ours, BucketRefused and ServiceUnavailable.
    """
    place = page_of(reference)
    if place is None:
        return None
    try:
        return PageWords.from_json(bucket.get(keys.words_key(*place)))
    except FileGone:
        return None


def _box_json(box: Box) -> list[float]:
    return [round(v, 2) for v in (box.x0, box.y0, box.x1, box.y1)]


def _box(sides: Any) -> Box:
    return Box(*map(float, sides))
