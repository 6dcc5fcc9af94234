"""Entities as spans of word tags, the way CoNLL's `conlleval` and seqeval's default mode see them.

A word opens a span when its tag is B or S, or when the word before is O, ends a span (E, S) or has another label; so
an I that follows no span of its label opens one. A span ends before the next O and where the next one opens. A tag
without a prefix counts as I: words of one label in a row are one span. Letter case does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.kie.tag.tagger import OTHER, plain_label

_OPENS, _CLOSES = {"B-", "S-"}, {"E-", "S-"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words `first` to `last`, both included, by their number on the page."""

    first: int
    last: int
    label: str


def spans(tags: Sequence[str]) -> set[Span]:
    """All spans of one page's tags; words of label OTHER are in none.

    >>> sorted((s.first, s.last, s.label) for s in spans(["B-KEY", "I-KEY", "O", "I-VALUE"]))
    [(0, 1, 'KEY'), (3, 3, 'VALUE')]
    """
    found: set[Span] = set()
    first, before, closed = 0, OTHER, False
    for number, tag in enumerate([*tags, "O"]):
        prefix, label = tag[:2].upper(), plain_label(tag.upper())
        if label != before or closed or prefix in _OPENS:
            if before != OTHER:
                found.add(Span(first, number - 1, before))
            first = number
        before, closed = label, prefix in _CLOSES
    return found
