"""Hints of a document on the way its values are written: order of day and month, decimal comma or point, language.

What the document's own dates and numbers show counts first; its language and currency are only the usual way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from prelabel.kie.values.languages import Language, language_of

DateOrder = Literal["mdy", "dmy"]
DecimalMark = Literal[".", ","]
_Way = TypeVar("_Way", bound=str)

#: Share of Hangul letters above which a page is Korean. The Korean samples have 0.85 to 0.99, the English ones 0.
_KOREAN = 1 / 3
_YEAR_LAST = re.compile(
    r"(?<![\d./-])(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d)(?![\d/-])"
    r"|(?<![\d./-])(\d{1,2})/(\d{1,2})/(\d\d)(?![\d./-])",
    re.ASCII,
)
#: Later years are misread.
_LAST_YEAR = 2068
#: A contradiction is outvoted by so many times as many values: single ones are misread.
_MAJORITY = 3

#: The digits of a text that holds one number, with signs, currency and unit around: ($1,234.50)
_ONE_NUMBER = re.compile(r"[^\d]*?(?P<digits>\d[\d.,]*\d)(?![.,])[^\d]*", re.ASCII)
_SHOWS_COMMA = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|(?:0|[1-9]\d*),\d{1,2}|0,\d+")
_SHOWS_POINT = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}|(?:0|[1-9]\d*)\.\d\d|0\.\d+")
_WHOLE = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
#: Whole amounts with commas that show that amounts have no decimals, and the share of others that does not count.
_ENOUGH_WHOLE, _FEW = 3, 0.2

_INDIAN = re.compile(r"₹|\bRs\b|\bINR\b|\b[Ll]akhs?\b|\b[Cc]rores?\b|\bGSTIN\b|\bIndia\b|\bINDIA\b")
_INDIAN_GROUPS = re.compile(r"(?<![\d,.])[1-9]\d?(?:,\d\d)+,\d{3}(?![\d,])", re.ASCII)
_DAY_FIRST = re.compile(r"[£€₹]|\b(?:GBP|EUR|INR|AUD|NZD|VAT|GST|postcode)\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\$|\b(?:USD|ZIP|SSN)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hints:
    """Conventions of a document.

    `korean`: years come first, phone numbers are Korean, numbers have a decimal point. `date_order`, `decimal`: as
    dates and numbers of the document show; None if they show nothing. `usual_order`, `usual_decimal`: as language and
    currency let expect; what they decide is ambiguous. `indian`: numbers may be grouped as in 12,34,567. `whole`:
    amounts have no decimals.
    """

    korean: bool = False
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    usual_order: DateOrder | None = None
    usual_decimal: DecimalMark | None = None
    indian: bool = False
    whole: bool = False


def page_hints(texts: Iterable[str]) -> Hints:
    """Return the hints in the words of a page or of a whole document."""
    words = list(texts)
    text = " ".join(words)
    letters = sum(c.isalpha() for c in text)
    korean = sum("가" <= c <= "힣" for c in text) > _KOREAN * letters
    language = None if korean else language_of(text)
    numbers = {match["digits"] for word in words if (match := _ONE_NUMBER.fullmatch(word))}
    usual_decimal = _usual_decimal(language)
    decimal, _ = _decided(_decimal_marks(numbers), "." if korean else usual_decimal)
    date_order, usual_order = _decided(_date_orders(text), _usual_order(text, language))
    return Hints(
        korean=korean,
        date_order=date_order,
        decimal=decimal,
        usual_order=usual_order,
        usual_decimal=usual_decimal,
        indian=bool(_INDIAN.search(text)) or len(set(_INDIAN_GROUPS.findall(text))) > 1,
        whole=_whole(numbers),
    )


def _decided(votes: Counter[_Way], usual: _Way | None) -> tuple[_Way | None, _Way | None]:
    """Return the way that the values of the document show, and else the usual one.

    A single value against the usual way is as likely misread; so is the minority where values contradict each other.
    """
    (first, most), (_, least) = [*votes.most_common(), (None, 0), (None, 0)][:2]
    if first is None:
        return None, usual
    if least == 0:
        return (first, usual) if most > 1 or usual in (None, first) else (None, first)
    if most >= _MAJORITY * least:
        return first, usual
    return None, first if most > least else usual


def _date_orders(text: str) -> Counter[DateOrder]:
    """Count the different dates with one reading only, as 13/02/2024; impossible ones (92/04/2022) show nothing."""
    votes: Counter[DateOrder] = Counter()
    for first, _, second, year, *short in set(_YEAR_LAST.findall(text)):
        a, b, y = (int(part) for part in ((first, second, year) if year else short))
        possible = {"dmy": _is_day(y, b, a), "mdy": _is_day(y, a, b), "ymd": y < 100 and _is_day(a, b, y)}
        if sum(possible.values()) == 1 and not possible["ymd"]:
            votes["dmy" if possible["dmy"] else "mdy"] += 1
    return votes


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return False
    return year <= _LAST_YEAR


def _usual_order(text: str, language: Language | None) -> DateOrder | None:
    if language == "comma":
        return "dmy"
    day_first, month_first = bool(_DAY_FIRST.search(text)), bool(_MONTH_FIRST.search(text))
    if language is None or day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def _decimal_marks(numbers: Iterable[str]) -> Counter[DecimalMark]:
    """Count the different numbers in which a comma, or a point, can only stand before decimals."""
    votes: Counter[DecimalMark] = Counter()
    for digits in numbers:
        if _SHOWS_COMMA.fullmatch(digits):
            votes[","] += 1
        elif _SHOWS_POINT.fullmatch(digits):
            votes["."] += 1
    return votes


def _usual_decimal(language: Language | None) -> DecimalMark | None:
    return None if language is None else "." if language == "english" else ","


def _whole(numbers: Iterable[str]) -> bool:
    whole = sum(bool(_WHOLE.fullmatch(digits)) for digits in numbers)
    others = sum(bool(_SHOWS_POINT.fullmatch(digits)) and "." in digits for digits in numbers)
    return whole >= _ENOUGH_WHOLE and others <= _FEW * whole
