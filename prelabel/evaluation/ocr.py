"""Scores of the words that OCR found and read on a page, as counts that add up over pages (micro averages).

Two words match if their boxes have an IoU of at least 0.5, one to one, the best pairs first (`matching`). Texts are
compared in NFC, without white space at their ends; words without text are left out on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from prelabel.evaluation.cleval import Characters, ClevalScores, cleval
from prelabel.evaluation.matching import Overlaps, match, overlaps
from prelabel.evaluation.numbers import NumberScores, score_numbers
from prelabel.evaluation.scores import f1, precision, recall
from prelabel.evaluation.text import Errors, errors, plain
from prelabel.lines import raster_order
from prelabel.page import Word

#: Least IoU of two boxes of one word, and of a tight box.
SAME, TIGHT = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Matches:
    """Matched words of one page. `pairs`: indices into `truth` and `found`, ordered by the truth."""

    truth: tuple[Word, ...]
    found: tuple[Word, ...]
    overlaps: Overlaps
    pairs: tuple[tuple[int, int], ...]

    @property
    def words(self) -> tuple[tuple[Word, Word], ...]:
        """The pairs as words: (truth, found)."""
        return tuple((self.truth[t], self.found[f]) for t, f in self.pairs)


@dataclass(frozen=True, slots=True)
class OcrScores:
    """Counts; their sum over pages is a micro average. Shares are 0..1.

    `matched`, `tight`: pairs with an IoU of at least 0.5 and 0.8. `exact`: matched pairs with the same text. `credit`:
    the sum over the matched pairs of 1 - edits / length of the true word, at least 0. Errors are counted in the text of
    the page (in characters, in characters without spaces, in words) and in the matched words (in characters).
    """

    truth: int = 0
    found: int = 0
    matched: int = 0
    tight: int = 0
    exact: int = 0
    credit: float = 0.0
    characters: Errors = field(default_factory=Errors)
    characters_no_spaces: Errors = field(default_factory=Errors)
    words: Errors = field(default_factory=Errors)
    matched_characters: Errors = field(default_factory=Errors)
    cleval: ClevalScores = field(default_factory=ClevalScores)
    numbers: NumberScores = field(default_factory=NumberScores)

    def __add__(self, other: OcrScores) -> OcrScores:
        return OcrScores(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def word_recall(self) -> float:
        """The share of the true words that were found at their place and read without an error."""
        return recall(self.exact, self.truth, self.found)

    @property
    def detection_f1(self) -> float:
        """F1 of the boxes, at an IoU of 0.5."""
        return f1(self.matched, self.truth, self.found)

    @property
    def detection_f1_80(self) -> float:
        """F1 of the boxes, at an IoU of 0.8."""
        return f1(self.tight, self.truth, self.found)

    @property
    def end_to_end_f1(self) -> float:
        """F1 of the credit for the texts of matched words."""
        return f1(self.credit, self.truth, self.found)

    def to_json(self) -> dict[str, Any]:
        """Return shares and error rates in percent, and counts."""
        rates = {
            "word_recall": self.word_recall,
            **_f1_rates("detection", "", self.matched, self),
            **_f1_rates("detection", "_80", self.tight, self),
            **_f1_rates("end_to_end", "", self.credit, self),
            "cer": self.characters.rate,
            "cer_no_spaces": self.characters_no_spaces.rate,
            "wer": self.words.rate,
            "cer_matched": self.matched_characters.rate,
            **_cleval_rates("cleval", self.cleval.end_to_end),
            **_cleval_rates("cleval_detection", self.cleval.detection),
        }
        counts = {
            "words": self.truth,
            "words_found": self.found,
            "cleval_splits": self.cleval.detection.splits,
            "cleval_merges": self.cleval.detection.merges,
            "cleval_missed": self.cleval.detection.truth - self.cleval.detection.correct,
            "cleval_overlapped": self.cleval.overlapped,
            "cleval_unmatched": self.cleval.unmatched,
        }
        return {name: round(100 * rate, 2) for name, rate in rates.items()} | counts | self.numbers.to_json()


def evaluate_page(truth: Sequence[Word], found: Sequence[Word]) -> OcrScores:
    """Score one page; both lists are in pixels of the same image, in any order."""
    return score(match_words(truth, found))


def match_words(truth: Sequence[Word], found: Sequence[Word]) -> Matches:
    """Match the words with text."""
    wanted, got = (tuple(word for word in words if plain(word.text)) for words in (truth, found))
    pairs = overlaps([word.box for word in wanted], [word.box for word in got])
    return Matches(wanted, got, pairs, tuple(match(pairs, SAME)))


def score(matches: Matches) -> OcrScores:
    """Score one page of matched words."""
    by_word = [errors(plain(truth.text), plain(found.text)) for truth, found in matches.words]
    wanted, got = texts(matches.truth, matches.found)
    return OcrScores(
        truth=len(matches.truth),
        found=len(matches.found),
        matched=len(matches.pairs),
        tight=len(match(matches.overlaps, TIGHT)),
        exact=sum(word.edits == 0 for word in by_word),
        credit=sum(max(0.0, 1 - word.rate) for word in by_word),
        characters=errors(" ".join(wanted), " ".join(got)),
        characters_no_spaces=errors("".join(wanted), "".join(got)),
        words=errors(wanted, got),
        matched_characters=sum(by_word, Errors()),
        cleval=cleval(matches.truth, matches.found, matches.overlaps),
        numbers=score_numbers(matches.truth, matches.found, matches.pairs, matches.overlaps),
    )


def texts(truth: Sequence[Word], found: Sequence[Word]) -> tuple[list[str], list[str]]:
    """Return both texts as lists of words without spaces, in reading order.

    The order is computed for all boxes together, so that two words at one position have the same position in their
    texts. With separate orders, one word a little higher or lower could reorder its whole line.
    """
    order = raster_order([word.box for word in (*truth, *found)])
    wanted = [part for i in order if i < len(truth) for part in plain(truth[i].text).split()]
    got = [part for i in order if i >= len(truth) for part in plain(found[i - len(truth)].text).split()]
    return wanted, got


def _f1_rates(name: str, suffix: str, matched: float, scores: OcrScores) -> dict[str, float]:
    return {
        f"{name}_{share.__name__}{suffix}": share(matched, scores.truth, scores.found)
        for share in (precision, recall, f1)
    }


def _cleval_rates(name: str, scores: Characters) -> dict[str, float]:
    return {name: scores.hmean, f"{name}_recall": scores.recall, f"{name}_precision": scores.precision}
