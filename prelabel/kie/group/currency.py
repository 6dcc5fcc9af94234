"""Currency signs that stand alone: a part of the amount beside them, never a key."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from prelabel.kie.tag.tagger import Probabilities
from prelabel.lines import lines
from prelabel.page import Word

#: Widest space between a sign and its amount, in heights of the sign.
_SPACE = 1.5


def with_signs_like_amounts(words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]) -> Probabilities:
    """Return the tag probabilities (words, tags), those of a sign alone like its amount's: ₩ 35,000 is one value.

    A sign without an amount beside it keeps its own.
    """
    signs = {index for index, word in enumerate(words) if is_currency_sign(word.text)}
    if not signs:
        return probabilities
    like = probabilities.copy()
    inside = _inside(tags)
    for row in lines([word.box for word in words]):
        for place, index in enumerate(row):
            if index not in signs:
                continue
            after, before = row[place + 1 : place + 2], row[max(0, place - 1) : place]
            if after and _is_amount_beside(words[index], words[after[0]]):
                like[index] = probabilities[after[0]]
                like[after[0]] = inside @ probabilities[after[0]]
            elif before and _is_amount_beside(words[before[0]], words[index], amount_first=True):
                like[index] = inside @ probabilities[before[0]]
    return like


def is_currency_sign(text: str) -> bool:
    """Return whether a text is nothing but currency signs.

    >>> is_currency_sign("₩"), is_currency_sign("US$"), is_currency_sign("$5")
    (True, False, False)
    """
    return bool(text) and all(unicodedata.category(char) == "Sc" for char in text)


def _is_amount_beside(left: Word, right: Word, *, amount_first: bool = False) -> bool:
    amount, sign = (left, right) if amount_first else (right, left)
    near = right.box.x0 - left.box.x1 < _SPACE * sign.box.height
    return near and any(char.isdigit() for char in amount.text) and not any(char.isalpha() for char in amount.text)


def _inside(tags: Sequence[str]) -> Probabilities:
    """Return the matrix that turns the tags by which an entity begins into those inside of it: (tags, tags)."""
    matrix = np.eye(len(tags), dtype=np.float32)
    for column, tag in enumerate(tags):
        inner = f"I-{tag[2:]}"
        if tag[:2] in {"B-", "S-"} and inner in tags:
            matrix[column, column], matrix[tags.index(inner), column] = 0.0, 1.0
    return matrix
