"""Scores by font and by printer, the worst of them, and numbers in boxes as whole values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from prelabel.evaluation.ocr import Matches
from prelabel.evaluation.text import plain
from prelabel.page import Box, Word

#: A font or printer with fewer words is no worst one: a few symbols come from spare fonts.
_LEAST_WORDS = 30


@dataclass(frozen=True, slots=True)
class PrintScores:
    """Counts of words by their source: all, and those found at their place and read without an error.

    `values`, `exact`: numbers in boxes, and those read exactly.
    """

    words: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    values: int = 0
    exact: int = 0

    def __add__(self, other: PrintScores) -> PrintScores:
        return PrintScores(
            self.words + other.words, self.right + other.right, self.values + other.values, self.exact + other.exact
        )

    @property
    def recalls(self) -> dict[str, float]:
        """Word recall of each source, 0..1, the worst first."""
        found = {source: self.right[source] / count for source, count in self.words.items()}
        return dict(sorted(found.items(), key=lambda item: item[1]))

    @property
    def worst(self) -> tuple[str, float] | None:
        """The source of the lowest word recall among those with enough words; None where there is none."""
        return next(((name, share) for name, share in self.recalls.items() if self.words[name] >= _LEAST_WORDS), None)

    @property
    def exact_share(self) -> float | None:
        return self.exact / self.values if self.values else None

    def to_json(self) -> dict[str, Any]:
        """Return shares in percent and counts; nothing where no page has sources or boxes."""
        found: dict[str, Any] = {}
        if self.words:
            found["by_print"] = {
                name: {"word_recall": round(100 * share, 2), "words": self.words[name]}
                for name, share in self.recalls.items()
            }
        if self.worst:
            found["worst_print"], found["worst_print_recall"] = self.worst[0], round(100 * self.worst[1], 2)
        if self.exact_share is not None:
            found["boxed_exact"], found["boxed"] = round(100 * self.exact_share, 2), self.values
        return found


def score_prints(matches: Matches, sources: Sequence[str], boxed: Sequence[int]) -> PrintScores:
    """Score one page; `sources` (of each true word, or empty) and `boxed` (indices) are those of `matches.truth`."""
    right = [
        sources[t] for t, f in matches.pairs if sources and plain(matches.truth[t].text) == plain(matches.found[f].text)
    ]
    values = [matches.truth[index] for index in boxed]
    exact = sum(_inside(value.box, matches.found) == plain(value.text) for value in values)
    return PrintScores(Counter(sources), Counter(right), len(values), exact)


def _inside(box: Box, found: Sequence[Word]) -> str:
    """Return the text of all words whose middle lies in a box, from left to right and without spaces.

    Rules around the digits lie outside the box of their ink: it gets half its height on each side.
    """
    margin = box.height / 2
    inside = [
        word
        for word in found
        if box.x0 - margin <= word.box.center[0] <= box.x1 + margin
        and box.y0 - margin <= word.box.center[1] <= box.y1 + margin
    ]
    ordered = sorted(inside, key=lambda word: word.box.center[0])
    return "".join("".join(plain(word.text).split()) for word in ordered)
