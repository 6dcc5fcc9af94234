"""Counts, by kind, of the parts of an annotation that were not used: people are told, nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class NotUsed(StrEnum):
    """A kind of what was not used, or not as it was drawn; its value is the name in results."""

    #: Regions for which no text was found.
    NO_TEXT = "no_text"
    #: Regions whose place was changed while their text was not: nothing says what the new place holds.
    FORMER_TEXT = "former_text"
    BRUSH = "brush"
    KEYPOINT = "keypoint"
    OTHER_SHAPE = "other_shape"
    #: Regions on another image of the same Label Studio task.
    OTHER_IMAGE = "other_image"
    #: Regions in a form that Label Studio does not write.
    UNREADABLE = "unreadable"
    #: Links of which one end was not used.
    LINK = "link"
    #: Regions whose only label is a choice that is none of the known labels.
    CHOICE = "choice"
    #: Pages whose latest work is a draft: it was not submitted.
    DRAFT = "draft"
    #: Pages of an export that cannot be read.
    PAGE = "page"


Told = Counter[NotUsed]

_WORDS = {
    NotUsed.NO_TEXT: "regions without text",
    NotUsed.FORMER_TEXT: "texts of a former place",
    NotUsed.BRUSH: "brushes",
    NotUsed.KEYPOINT: "key points",
    NotUsed.OTHER_SHAPE: "regions of other shapes",
    NotUsed.OTHER_IMAGE: "regions on other images",
    NotUsed.UNREADABLE: "unreadable regions",
    NotUsed.LINK: "links",
    NotUsed.CHOICE: "choices that are no labels",
    NotUsed.DRAFT: "drafts",
    NotUsed.PAGE: "unreadable pages",
}


def told_line(told: Told) -> str:
    """Return the counts for people: "3 regions without text, 1 brushes"; empty where all was used.

    >>> told_line(Told({NotUsed.LINK: 2}))
    '2 links'
    """
    return ", ".join(f"{told[kind]} {words}" for kind, words in _WORDS.items() if told[kind])
