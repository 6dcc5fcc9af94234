"""Hints of a page on the way its values are written: its language, and the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

DateOrder = Literal["mdy", "dmy"]

#: Share of Hangul letters above which a page is Korean. The Korean samples have 0.85 to 0.99, the English ones 0.
_KOREAN = 1 / 3
_YEAR_LAST = re.compile(r"(?<![\d./-])(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(?:19|20)\d\d(?![\d/-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hints:
    """Conventions of a page.

    `korean`: years come first, phone numbers are Korean. `date_order`: None if no date of the page shows it.
    """

    korean: bool = False
    date_order: DateOrder | None = None


def page_hints(texts: Iterable[str]) -> Hints:
    """Return the hints in the words of a page."""
    text = " ".join(texts)
    letters = sum(c.isalpha() for c in text)
    hangul = sum("가" <= c <= "힣" for c in text)
    return Hints(hangul > _KOREAN * letters, _date_order(text))


def _date_order(text: str) -> DateOrder | None:
    """Return the order in dates such as 13/02/2024, which have one reading only; None if they contradict each other."""
    told: set[DateOrder] = set()
    for match in _YEAR_LAST.finditer(text):
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            told.add("dmy")
        elif second > 12 >= first:
            told.add("mdy")
    return told.pop() if len(told) == 1 else None
