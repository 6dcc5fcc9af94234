"""Digits with separators, read as a number by the conventions of the document; no signs, no units.

Most forms have one meaning: 1,234,567 · 1,234.50 · 1.234,50 · 1'234.50 · 1 234,50 · 12,34,567.00. A comma or a point
before three digits (1,234) is decided by the other numbers of the document, then by its language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from prelabel.kie.values.currencies import WITH_COMMA, WITHOUT_CENTS
from prelabel.kie.values.hints import Hints

#: Longer strings of digits and separators are identifiers; and Decimal is exact up to 28 digits only.
_MOST_DIGITS = 24
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}")
_POINTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_SWISS = re.compile(r"[1-9]\d{0,2}(?:['’‘´`]\d{3})+(?:[.,]\d{1,2})?")
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?P<cents>[.,]\d{1,2})?")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}(?P<cents>\.\d\d)?")
#: 1,250.000 and 1.250,000: three decimals, or 1,250,000 misread.
_THREE_DECIMALS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3})+\.|(?:\.\d{3})+,)\d{3}|[1-9]\d{3,}\.\d{3}")
_ONLY_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
#: One group of thousands, or three decimals.
_THREE = re.compile(r"([1-9]\d{0,2})([.,])(\d{3})")
_PLAIN = re.compile(r"(?:0|[1-9]\d*)?\.\d+|0|[1-9]\d*")
_DECIMAL_COMMA = re.compile(r"(?:0|[1-9]\d*),(\d+)")
#: Spaces that OCR puts beside a separator are left out only where what remains is grouped, or has two decimals.
_LOOSE = re.compile(r" ?([.,]) ?")
_GROUPED_WITHOUT_SPACES = re.compile(
    r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d\d)?|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d\d)?|(?:0|[1-9]\d*)[.,]\d\d"
)
#: 3. 05 on a Korean page is a month and a day.
_MONTH_AND_DAY = re.compile(r"(?:[1-9]|1[0-2])\. \d\d")


@dataclass(frozen=True, slots=True)
class Digits:
    """A number: digits with a decimal point and nothing else. `ambiguous`: a rule alone chose among two meanings."""

    value: str
    ambiguous: bool = False


def read_digits(text: str, hints: Hints, currency: str | None = None, unit: str = "") -> Digits | None:
    """Read digits and separators; None if they are not well-formed or their meaning is not certain, as in 007, 1,2345.

    `currency`: code of the currency beside them; `unit`: the unit behind them.
    """
    closed = _without_stray_spaces(text, hints, currency) if len(text) <= _MOST_DIGITS else None
    if closed is None:
        return None
    if currency in WITHOUT_CENTS and _ONLY_GROUPS.fullmatch(closed):
        return Digits(re.sub("[.,]", "", closed))
    if _THREE_DECIMALS.fullmatch(closed):
        return _three_decimals(closed, hints, currency)
    if sure := _sure(closed):
        return Digits(sure)
    if match := _SPACED.fullmatch(closed):
        told = match["cents"] or currency or _comma(hints)
        return Digits(closed.replace(" ", "").replace(",", ".")) if told else None
    if match := _INDIAN.fullmatch(closed):
        told = currency == "INR" or hints.indian or (match["cents"] and not currency and not hints.korean)
        return Digits(closed.replace(",", "")) if told else None
    if match := _THREE.fullmatch(closed):
        found = _one_group(match[1], match[2], match[3], hints, currency, unit)
        listed = closed != text and len(match[1]) == 3 and not (currency or unit)  # 101, 202 may be two rooms
        return replace(found, ambiguous=True) if found and listed else found
    return _decimal_comma(closed, hints, currency)


def _without_stray_spaces(text: str, hints: Hints, currency: str | None) -> str | None:
    """Return the text without the spaces that OCR put beside separators; None where spaces part several texts."""
    if " " not in text or _SPACED.fullmatch(text):
        return text
    if hints.korean and not currency and _MONTH_AND_DAY.fullmatch(text):
        return None
    closed = _LOOSE.sub(r"\1", text)
    return closed if _GROUPED_WITHOUT_SPACES.fullmatch(closed) else None


def _sure(text: str) -> str | None:
    """Read the forms that have one meaning in every document."""
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if _POINTED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _SWISS.fullmatch(text):
        return re.sub("[^0-9.]", "", text.replace(",", "."))
    if _PLAIN.fullmatch(text) and not _THREE.fullmatch(text):
        return f"0{text}" if text.startswith(".") else text
    return None


def _three_decimals(text: str, hints: Hints, currency: str | None) -> Digits | None:
    """Read three decimals of a number where the document writes such ones; amounts of money have two."""
    foreign = _comma(hints) if text[-4] == "." else _point(hints)
    return None if currency or hints.whole or foreign else Digits(re.sub("[.,]", "", text[:-4]) + "." + text[-3:])


def _comma(hints: Hints) -> bool:
    """Return whether the document writes a decimal comma, by its numbers or else by its language."""
    return (hints.decimal or hints.usual_decimal) == ","


def _point(hints: Hints) -> bool:
    return (hints.decimal or hints.usual_decimal or ("." if hints.korean else None)) == "."


def _decimal_comma(text: str, hints: Hints, currency: str | None) -> Digits | None:
    match = _DECIMAL_COMMA.fullmatch(text)
    if not match or currency in WITHOUT_CENTS:
        return None
    if currency in WITH_COMMA and len(match[1]) == 2:
        return Digits(text.replace(",", "."))
    if _point(hints) or (len(match[1]) > 2 and not (_comma(hints) or text.startswith("0,"))):
        return None
    return Digits(text.replace(",", "."))


def _one_group(whole: str, separator: str, three: str, hints: Hints, currency: str | None, unit: str) -> Digits | None:
    """Read 1,234 or 1.234: thousands, or three decimals; amounts of money do not have three decimals."""
    thousands, decimals = f"{whole}{three}", f"{whole}.{three}"
    if currency in WITHOUT_CENTS:
        return Digits(thousands)
    if separator == ",":
        if _comma(hints):
            return None if currency else Digits(decimals, ambiguous=hints.decimal is None)
        return Digits(thousands, ambiguous=not _point(hints) and (currency is None or currency in WITH_COMMA))
    if _comma(hints):
        return None if unit == "%" else Digits(thousands, ambiguous=hints.decimal is None)
    if currency:
        return Digits(thousands, ambiguous=True) if currency in WITH_COMMA and not _point(hints) else None
    return None if hints.whole and not unit else Digits(decimals, ambiguous=not _point(hints) and not unit)
