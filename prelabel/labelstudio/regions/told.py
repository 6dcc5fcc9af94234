"""Counts, by kind, of the parts of an annotation that were not used: people are told, nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
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

#: Kind -> text for people; the command line translates it.
TEXTS = {
    NotUsed.NO_TEXT: "regions without text",
    NotUsed.FORMER_TEXT: "regions that were moved with their former text",
    NotUsed.BRUSH: "brush strokes",
    NotUsed.KEYPOINT: "key points",
    NotUsed.OTHER_SHAPE: "regions of other shapes",
    NotUsed.OTHER_IMAGE: "regions on another image",
    NotUsed.UNREADABLE: "unreadable regions",
    NotUsed.LINK: "links to unused regions",
    NotUsed.CHOICE: "choices that are no labels",
    NotUsed.DRAFT: "drafts that were not submitted",
    NotUsed.PAGE: "unreadable pages",
}


def told_line(told: Mapping[NotUsed, int], text: Callable[[str], str] = str) -> str:
    """Return the counts for people, in the order of the kinds. `text`: translates.

    >>> told_line(Told({NotUsed.LINK: 2, NotUsed.NO_TEXT: 1}))
    'regions without text (1), links to unused regions (2)'
    """
    return ", ".join(f"{text(words)} ({told[kind]})" for kind, words in TEXTS.items() if told.get(kind))
