"""The TextAreas that take the texts of regions, the best first: what a person sees, and what Submit keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prelabel.labelstudio.controls.tags import Tag
from prelabel.labelstudio.controls.visibility import Marked, is_endangered, is_kept, is_meant, is_seen

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_REMARK = re.compile(
    r"(?<![a-z])(remark|note|comment|memo|reason|feedback|opinion)s?(?![a-z])|비고|메모|의견|코멘트|참고|사유|주석"
)
_TEXT = re.compile(r"transcri|text|ocr|recogni|전사|텍스트|글자|내용|인식|판독")


@dataclass(frozen=True, slots=True)
class TextControl:
    """A TextArea per region. `remark`: its name or placeholder says that it takes remarks of people."""

    tag: Tag

    @property
    def name(self) -> str:
        return self.tag.name

    @property
    def in_list(self) -> bool:
        """True where the list of regions shows it, for every region."""
        return self.tag.get("displayMode") == "region-list"

    @property
    def editable(self) -> bool:
        return self.tag.flag("editable")

    @property
    def remark(self) -> bool:
        name, hint = _words(self.name), _words(self.tag.get("placeholder"))
        if names_remarks(self.name):
            return True
        return bool(_REMARK.search(hint)) and not _TEXT.search(name) and not _TEXT.search(hint)

    @property
    def rank(self) -> tuple[bool, ...]:
        """A key: the least is the best control."""
        named = _TEXT.search(_words(self.name)) or _TEXT.search(_words(self.tag.get("placeholder")))
        return self.remark, is_endangered(self.tag), not self.in_list, not named

    def takes(self, region: Marked, labelling: frozenset[str]) -> bool:
        """Return whether a person sees the region's text here, and Submit keeps it."""
        return is_kept(self.tag, region) and is_seen(self.tag, region) and is_meant(self.tag, region, labelling)


def names_remarks(name: str) -> bool:
    """Return whether the name of a TextArea says that it takes remarks of people."""
    return bool(_REMARK.search(_words(name)))


def text_controls(tags: Sequence[Tag], image: str) -> tuple[TextControl, ...]:
    """Return the TextAreas for the texts of the image's regions, the best first."""
    return tuple(sorted(_per_region(tags, image), key=lambda control: control.rank))


def _per_region(tags: Sequence[Tag], image: str) -> Iterator[TextControl]:
    for tag in tags:
        if tag.kind == "textarea" and tag.name and tag.flag("perRegion") and tag.targets == [image]:
            yield TextControl(tag)


def _words(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()
