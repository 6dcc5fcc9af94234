"""What a page tells about the way its values are written: its language, and the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

DateOrder = Literal["mdy", "dmy"]

#: From this share of Hangul among its letters a page is Korean. The Korean samples have 0.85 to 0.99, the English none.
_KOREAN = 1 / 3
_YEAR_LAST = re.compile(r"(?<![\d./-])(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(?:19|20)\d\d(?![\d/-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hints:
    """`korean`: years come first, phone numbers are Korean. `date_order`: None where no date on the page tells."""

    korean: bool = False
    date_order: DateOrder | None = None


def hints(texts: Iterable[str]) -> Hints:
    """The hints of a page's words."""
    text = " ".join(texts)
    letters = sum(c.isalpha() for c in text)
    hangul = sum("가" <= c <= "힣" for c in text)
    return Hints(hangul > _KOREAN * letters, _date_order(text))


def _date_order(text: str) -> DateOrder | None:
    """Told by dates such as 13/02/2024, which have one reading alone; None where they contradict each other."""
    told: set[DateOrder] = set()
    for match in _YEAR_LAST.finditer(text):
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            told.add("dmy")
        elif second > 12 >= first:
            told.add("mdy")
    return told.pop() if len(told) == 1 else None
