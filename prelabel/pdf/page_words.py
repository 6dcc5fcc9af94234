"""Own words and form fields of a document's page, kept as JSON beside its image in the bucket.

The form is not that of a Page: it lies in the bucket for years. It is written and read only here.
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

#: Number of the JSON form. A file with another number is not read: OCR reads the page then.
FORMAT = 1
#: Flaw of words that an earlier release stored: without looking for hidden ones.
_NOT_LOOKED_FOR = "an earlier release stored it, which did not look for hidden words"


@dataclass(frozen=True, slots=True)
class FormField:
    """A filled field of a form, or a check box. `key`: the name that the form shows to people, else `name`.

    `box` in pixels of the page's image; None where it is unknown.
    """

    key: str
    name: str
    value: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class PageWords:
    """Text layer and form fields of a page. `width_px`, `height_px`: size of the image that all boxes refer to."""

    width_px: int
    height_px: int
    layer: TextLayer
    form_fields: tuple[FormField, ...] = ()

    def to_json(self) -> bytes:
        """Return the JSON form, without the words of a layer that is not trusted; `PageWords.from_json` reads it."""
        content = {
            "format": FORMAT,
            "size": [self.width_px, self.height_px],
            "flaw": self.layer.flaw,
            "quarters": self.layer.quarters,
            "words": [[word.text, _box_json(word.box)] for word in self.layer.words if self.layer.trusted],
            "unread": [_box_json(place) for place in self.layer.unread if self.layer.trusted],
            "form_fields": [[x.key, x.name, x.value, _box_json(x.box)] for x in self.form_fields if x.box],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read the JSON form. Raises ValueError for anything but the output of `to_json`."""
        try:
            content = json.loads(data)
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']!r}, {FORMAT} is read here")
            width_px, height_px = map(int, content["size"])
            words = tuple(Word(str(text), _box(box), 1.0, ENGINE) for text, box in content["words"])
            fields = tuple(FormField(str(k), str(n), str(v), _box(box)) for k, n, v, box in content["form_fields"])
            # Earlier releases stored no places to read, and also words that nobody sees.
            unread = tuple(_box(place) for place in content.get("unread", ()))
            flaw = str(content["flaw"]) if "unread" in content else _NOT_LOOKED_FOR
            layer = TextLayer(words if not flaw else (), int(content["quarters"]), flaw, unread)
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"no words of a page ({type(error).__name__})") from None
        return cls(width_px, height_px, layer, fields)


def stored_words(bucket: Bucket, keys: Keys, reference: str) -> PageWords | None:
    """Return the words that lie in the bucket beside the image of this reference; None without any.

    Raises ValueError for a file in another form, BucketRefused and ServiceUnavailable.
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
