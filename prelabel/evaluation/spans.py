"""Entities as spans of word tags, by the rules of CoNLL's `conlleval` and of seqeval's default mode.

A word opens a span if its tag is B or S, or if the word before is O, ends a span (E, S) or has another label. So an I
without a preceding span of its label opens one. A span ends before the next O and before the next span. A tag without a
prefix counts as I: consecutive words of one label are one span. Letter case is ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.kie.tag.tagger import OTHER, plain_label

_OPENS, _CLOSES = {"B-", "S-"}, {"E-", "S-"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words `first` to `last`, both included, by their index on the page."""

    first: int
    last: int
    label: str


def spans(tags: Sequence[str]) -> set[Span]:
    """Return all spans of the tags of one page; words labelled OTHER are in no span.

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
