"""Sums in Korean words or with Korean myriads: 일백이십오만, 1억 2,000만, 壹百貳拾."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

_DIGITS = {word: value for value, word in enumerate("일이삼사오육칠팔구", 1)}
_PLACES = {"십": 10, "백": 100, "천": 1_000}
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}
_KOREAN_PART = re.compile(r"(?P<figures>\d[\d,]*(?:\.\d+)?)|(?P<word>[일이삼사오육칠팔구십백천만억조])| ")
#: Chinese characters on bills, the plain ones and those that cannot be altered with a stroke.
_CHARACTERS = str.maketrans(
    "一二三四五六七八九十百千萬億壹貳參四五六七八九拾百阡万億壱弐",
    "일이삼사오육칠팔구십백천만억일이삼사오육칠팔구십백천만억일이",
)
#: Longest sum in Korean words that is read; 9,999조 in words is no longer.
_LONGEST = 40


def korean_sum(text: str, figures_in: Callable[[str], str | None], *, in_words: bool) -> str | None:
    """Read 120만, 1억 2,000만, 삼백만. Words alone need `in_words`: 사원 means clerk, not four won.

    `figures_in` returns the number that figures mean, None for those that are not well-formed.
    """
    text = text.translate(_CHARACTERS)
    if len(text) > _LONGEST or not (in_words or any(c.isdigit() for c in text)):
        return None
    total, section, digit = Decimal(0), Decimal(0), None
    place, myriad, at = 10**4, 10**16, 0
    while at < len(text):
        match = _KOREAN_PART.match(text, at)
        if not match:
            return None
        at, word = match.end(), match["word"]
        if match["figures"] or word in _DIGITS:
            figures = str(_DIGITS[word]) if word else figures_in(match["figures"])
            if figures is None or digit is not None:
                return None
            digit = Decimal(figures)
        elif word in _PLACES:
            if _PLACES[word] >= place:
                return None
            place = _PLACES[word]
            section, digit = section + (1 if digit is None else digit) * place, None
        elif word in _MYRIADS:
            if _MYRIADS[word] >= myriad:
                return None
            section += digit or 0
            myriad, place = _MYRIADS[word], 10**4
            total, section, digit = total + (section or 1) * myriad, Decimal(0), None
    total += section + (digit or 0)
    return f"{total.normalize():f}" if total == total.to_integral_value() and total > 0 else None
