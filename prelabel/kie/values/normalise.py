"""Normalisation of a value: from its text to a typed form, or None if no type fits with certainty."""

from __future__ import annotations

import re
from typing import Any

from prelabel.kie.values.amounts import money, number
from prelabel.kie.values.contacts import business_number, email, names_phone, phone
from prelabel.kie.values.dates import DATE_KEY, date_or_time
from prelabel.kie.values.hints import Hints

#: Longest text that is normalised; longer ones are sentences.
_LONGEST = 80
#: Full-width forms to ASCII: Korean keyboards mix both. Hyphens of word processors to the common one.
_NARROW = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict(zip(map(ord, "￦￥￡￠"), "₩¥£¢", strict=True))
    | dict.fromkeys(map(ord, "\u2010\u2011\ufe63"), "-")
    | dict.fromkeys((0x3000, 0xA0), " ")
)
#: X, V and O are not in the list: each is a mark to some people, and a letter or a "no" to others.
_MARKS = {
    **dict.fromkeys(("☑", "☒", "✓", "✔", "√", "✅", "[x]", "[v]", "[X]", "[V]", "[✓]", "[√]", "(√)"), True),
    **dict.fromkeys(("☐", "□", "[ ]", "[]", "( )"), False),
}
#: Names of fields whose digits are identifiers: only phone numbers, business numbers and money are read there.
_IDENTIFIER = re.compile(
    r"\bno\b|(?<!\w)#|\bnumber\b(?! of)|\bid\b|code|\bref\b|reference|account|serial|\bzip\b|postal|번호|코드|계좌"
    r"|nummer\b|\bnr\b|\bn[uú]m[eé]ro\b|\bn[°º]|\biban\b|\bbic\b|\bswift\b|\b[te]in\b|\bssn\b|\bplz\b|\bgstin\b|\bkonto",
    re.IGNORECASE,
)
#: Masks in place of digits or letters: what remains is no number with fewer digits.
_MASKED = re.compile(r"[*＊●•∗✱]|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z.@])|#{2,}")
#: Digits of a telephone number that points part: 555.0148.
_DIALLED = re.compile(r"\d{3}\.\d{3}")
#: Digits of a day without separators: in the field of a date they are no quantity.
_DAY_IN_DIGITS = re.compile(r"\d{6}|\d{8}")
#: Korean field names may be spread over their width: 등 록 번 호.
_SPREAD = re.compile(r"(?<=[가-힣]) (?=[가-힣])")
_REMARK = re.compile(r"(.+?) ?\(([^()]*)\)")


def normalise(text: str, key: str = "", hints: Hints = Hints()) -> dict[str, Any] | None:  # noqa: B008 (frozen)
    """Return {"type": ..., ...} as docs/reference/key-values.md lists the types, or None if none fits the whole text.

    A remark in brackets behind the value is kept as `note`; a sum that is repeated there must be the same.
    """
    text = " ".join(text.translate(_NARROW).split())
    if not text or len(text) > _LONGEST or any(c.isdecimal() and not c.isascii() for c in text) or _MASKED.search(text):
        return None
    key = _SPREAD.sub("", key)
    if hints.korean:
        text = text.replace("\\", "₩")  # Korean fonts show a backslash as the won sign
    if (found := _whole(text, key, hints)) or not (match := _REMARK.fullmatch(text)):
        return found
    found, remark = _whole(match[1], key, hints), match[2].strip()
    repeated = money(remark, key, hints) or (money(f"금 {remark}", key, hints) if hints.korean else None)
    if found and remark and not repeated and not any(c.isdigit() for c in remark):
        return found | {"note": remark}
    return found if found and found in (repeated, _whole(remark, key, hints)) else None


def _whole(text: str, key: str, hints: Hints) -> dict[str, Any] | None:
    if text in _MARKS:
        return {"type": "boolean", "value": _MARKS[text]}
    named = bool(_IDENTIFIER.search(key)) and not DATE_KEY.search(key)
    found = (
        email(text) or business_number(text, key, other=named) or (None if named else date_or_time(text, key, hints))
    )
    if found := found or phone(text, key, hints) or money(text, key, hints):
        return found
    if named or (names_phone(key) and not (any(mark in text for mark in ".,") and not _DIALLED.search(text))):
        return None
    if DATE_KEY.search(key) and _DAY_IN_DIGITS.fullmatch(text):
        return None
    return number(text, hints)
