"""Currency signs before amounts: ₩ is read as W or \\, rarer signs as marks or digits that no amount begins with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from prelabel.page import Box, Word

#: An amount: digits in groups, or with two decimals.
_AMOUNT = r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{2}"
#: As what Tesseract reads ₩ and ￦, alone and before digits.
_WON = re.compile(r"(?P<sign>[-−–+△▲(]?)[Ww\\](?=-?(?:\d{1,3}(?:,\d{3})+|\d{4,})(?:원|\.\d\d|[-~])?\)?$)")
#: As what ₩0 is read.
_NO_WON = re.compile(r"[Ww\\][0Oo]{1,2}")
#: Sides of an amount in ₩ and of ₩0 in its column differ by so many heights at most.
_SAME_COLUMN = 0.6
_WON_ALONE = re.compile(r"[Ww\\]{1,2}")
#: What stands before an amount in place of a sign that Tesseract does not know (₹): a percent sign is never there.
_UNKNOWN = re.compile(rf"[%=#&@](?=(?:{_AMOUNT})$)")
_MARK_ALONE = re.compile(r"[=%&@#]")
#: Widest space between a sign and its amount, in heights.
_SPACE = 1.0
#: Confidence of an amount before which an unknown sign stood: a part of it may have been read as a digit.
_UNSURE = 0.5


def with_currency_signs(words: Sequence[Word]) -> list[Word]:
    """Return the words of a page in their order: ₩ in place of its misreadings, those of other signs left out."""
    found: list[Word] = []
    words = _with_no_won(list(words))
    for word, following in pairwise([*map(_own_sign, words), None]):
        if word is None:
            continue
        before = following is not None and _stands_before(word, following)
        if before and _WON_ALONE.fullmatch(word.text):
            found.append(replace(word, text="₩"))
        elif not (before and _MARK_ALONE.fullmatch(word.text)):
            found.append(word)
    return found


def _own_sign(word: Word) -> Word:
    """Mend the first letter of an amount."""
    if won := _WON.match(word.text):
        return replace(word, text=f"{won['sign']}₩{word.text[won.end() :]}")
    if _UNKNOWN.match(word.text):
        return replace(word, text=word.text[1:], confidence=min(word.confidence, _UNSURE))
    return word


def _with_no_won(words: list[Word]) -> list[Word]:
    """Return the words with ₩0 in place of its misreadings, WO: in columns of amounts in ₩ only."""
    if not any(_NO_WON.fullmatch(word.text) for word in words):
        return words
    amounts = [word.box for word in words if _WON.match(word.text) or word.text.startswith(("₩", "-₩"))]
    return [
        replace(word, text="₩0")
        if _NO_WON.fullmatch(word.text) and any(_in_a_column(word.box, box) for box in amounts)
        else word
        for word in words
    ]


def _in_a_column(one: Box, other: Box) -> bool:
    near = _SAME_COLUMN * min(one.height, other.height)
    apart = abs(one.center[1] - other.center[1]) > min(one.height, other.height)
    return apart and min(abs(one.x0 - other.x0), abs(one.x1 - other.x1)) <= near


def _stands_before(word: Word, amount: Word) -> bool:
    """Return whether the next word is an amount on the same line, no farther away than a space."""
    if not re.match(rf"(?:{_AMOUNT}|\d{{4,}})$", amount.text):
        return False
    height = min(word.box.height, amount.box.height)
    gap = amount.box.x0 - word.box.x1
    return -height < gap < _SPACE * height and abs(word.box.center[1] - amount.box.center[1]) < 0.5 * height
