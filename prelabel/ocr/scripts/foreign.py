"""Words in a script that none of the languages has: marked by the engine, then left out and told.

The engine reads Chinese characters as Hangul or Latin letters, unsurely for the most part. Only where a page has
several unsure words, the ink decides (`network`), by lines: a single word proves little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from prelabel.images.ink import Dark
from prelabel.lines import line_parts
from prelabel.ocr.remarks import SCRIPT_NOT_IN_LANGUAGES
from prelabel.ocr.scripts.languages import NAMES, scripts_of
from prelabel.ocr.scripts.network import SCRIPTS, script_likelihoods
from prelabel.page import Box, Page, Remark, Word

#: Words with letters below the first confidence are unsure; so many of them are a reason to look; neighbouring ones
#: with a mean confidence up to the last may be in a foreign script.
_UNSURE, _FEWEST, _POOR = 0.85, 3, 0.68
#: Powers of e by which the ink speaks for a script: of a word of usual length at most; of neighbouring words and of all
#: words of a page at least.
_MOST, _NEAR, _PAGE = 4.0, 3.0, 8.0
#: Usual width of a word in its heights, and how much less or more a short or long one counts.
_USUAL, _SHORT, _LONG = 3.0, 0.4, 3.0
#: Foreign words are so many at least, and have this share of the width of all words with letters. Handwriting looks
#: like Arabic or Thai now and then, never like Chinese characters.
_WORDS, _SHARE = 2, 0.03
_WORDS_LIKE_HANDWRITING, _SHARE_LIKE_HANDWRITING = 4, 0.06
#: Where foreign words have this share of the width of all unsure ones, the page is in their script: others are in it,
#: too, if their ink does not speak against it by this.
_MOSTLY, _AGAINST = 0.4, -1.0


@dataclass(frozen=True, slots=True)
class ForeignWord(Word):
    """A word whose text is nonsense, as it stands in a `script` that no language has."""

    script: str = ""


def foreign_marked(words: Sequence[Word], dark: Dark, languages: Sequence[str]) -> list[Word]:
    """Return the words, those in a script that no language has as ForeignWord; `dark`: the ink of their page."""
    allowed = scripts_of(languages)
    lettered = {i for i, word in enumerate(words) if any(char.isalpha() for char in word.text)}
    if not allowed or sum(words[i].confidence < _UNSURE for i in lettered) < _FEWEST:
        return list(words)
    parts = [[i for i in part if i in lettered] for part in line_parts([word.box for word in words])]
    runs = [run for part in parts for run in _unsure_runs(part, words)]
    begins = {run[0] for run in runs}
    numbers = [i for part in parts if not begins.isdisjoint(part) for i in part]
    if not numbers:
        return list(words)
    evidence = dict(zip(numbers, _evidence(dark, [words[i].box for i in numbers], allowed), strict=True))
    script, foreign = _foreign(runs, evidence, {i: _length(words[i]) for i in numbers})
    width = sum(words[i].box.width for i in foreign)
    han = SCRIPTS[script] == "han"
    fewest, share = (_WORDS, _SHARE) if han else (_WORDS_LIKE_HANDWRITING, _SHARE_LIKE_HANDWRITING)
    if len(foreign) < fewest or width < share * sum(words[i].box.width for i in lettered):
        return list(words)
    if width >= _MOSTLY * sum(words[i].box.width for run in runs for i in run):
        foreign |= {i for i in numbers if evidence[i][script] >= _AGAINST}
    return [_marked(word, SCRIPTS[script]) if i in foreign else word for i, word in enumerate(words)]


def _unsure_runs(part: Sequence[int], words: Sequence[Word]) -> Iterator[list[int]]:
    """Yield neighbouring words of a line that are unsure, and poorly read all together."""
    for unsure, group in groupby(part, key=lambda i: words[i].confidence < _UNSURE):
        run = list(group)
        width = sum(words[i].box.width for i in run)
        if unsure and sum(words[i].confidence * words[i].box.width for i in run) <= _POOR * width:
            yield run


def _evidence(dark: Dark, boxes: Sequence[Box], allowed: Collection[str]) -> NDArray[np.float64]:
    """Return by how many powers of e the ink of each word speaks for each script rather than the languages' own ones.

    Shape (words, scripts). Languages' own scripts, and the mixture of rare ones, have none.
    """
    own = np.array([script in allowed for script in SCRIPTS])
    likely = np.log(script_likelihoods(dark, boxes) + 1e-6)
    evidence: NDArray[np.float64] = likely - likely[:, own].max(axis=1, keepdims=True)
    evidence[:, own | (np.array(SCRIPTS) == "other")] = -_MOST
    return evidence


def _length(word: Word) -> float:
    """Return how much a word counts by its length; 1 for one of usual length."""
    return min(max(word.box.width / max(1.0, word.box.height) / _USUAL, _SHORT), _LONG)


def _foreign(
    runs: Sequence[Sequence[int]], evidence: Mapping[int, NDArray[np.float64]], lengths: Mapping[int, float]
) -> tuple[int, set[int]]:
    """Return the page's foreign script, and the words of the runs that are in it: none where the evidence is weak."""
    plain = np.array([np.sum([evidence[i] for i in run], axis=0) for run in runs])
    script = int(np.maximum(plain, 0).sum(axis=0).argmax())
    # One word that looks much like a script proves less than several that look somewhat like it.
    sums = np.array([sum(float(np.clip(evidence[i][script], -_MOST, _MOST)) * lengths[i] for i in run) for run in runs])
    if np.maximum(sums, 0).sum() < _PAGE:
        return script, set()
    return script, {i for run, clear in zip(runs, sums >= _NEAR, strict=True) if clear for i in run}


def legible(words: Sequence[Word]) -> list[Word]:
    """Return the words without foreign ones: these read no better upright than upside down."""
    return [word for word in words if not isinstance(word, ForeignWord)]


def without_foreign(page: Page) -> Page:
    """Return the page without its foreign words, with a remark of their script and share if there were some."""
    foreign = [word for word in page.words if isinstance(word, ForeignWord)]
    if not foreign:
        return page
    [(script, _)] = Counter(word.script for word in foreign).most_common(1)
    share = sum(word.box.width for word in foreign) / sum(word.box.width for word in page.words)
    remark = Remark(SCRIPT_NOT_IN_LANGUAGES, f"{NAMES[script]}, about {max(1, round(100 * share))} %")
    return replace(page, words=tuple(legible(page.words)), remarks=(*page.remarks, remark))


def _marked(word: Word, script: str) -> ForeignWord:
    return ForeignWord(**{field.name: getattr(word, field.name) for field in fields(Word)}, script=script)
