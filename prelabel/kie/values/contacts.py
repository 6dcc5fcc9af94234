"""E-mail addresses, telephone numbers of a known country, and Korean business registration numbers."""

from __future__ import annotations

import re
from typing import Any

from prelabel.kie.values.hints import Hints

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"(?:\+|\(\+?)?\d[\d ().-]{5,18}\d")
#: Form of a Korean number in a field whose name does not mention a telephone.
_PARTS = re.compile(r"\(?0\d{1,3}[).-]+ ?\d{3,4}[.-]\d{4}")
#: Korean numbers end with four digits: a last group of fewer has lost some.
_KOREA, _CUT = 82, re.compile(r"[ .)-]\d{1,3}$")
_PHONE_KEY = re.compile(r"phone|mobile|\bcell\b|\bfax\b|\btel\b|contact|전화|연락처|휴대|핸드폰|팩스", re.IGNORECASE)
#: Names of fields whose digits are a telephone number, in more languages.
_PHONE_NAME = re.compile(
    r"phone|\bmobil|\bcell\b|\btele?fax\b|\bfax\b|\btel\b|telefo|téléphone|\bhandy\b|전화|연락처|휴대|핸드폰|팩스",
    re.IGNORECASE,
)
_BUSINESS = re.compile(r"(\d{3}) ?- ?(\d{2}) ?- ?(\d{5})")
_BUSINESS_KEY = re.compile(r"사업자|등록번호|business reg", re.IGNORECASE)
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def names_phone(key: str) -> bool:
    """Return whether a field's name says that its digits are a telephone number, which is no quantity."""
    return bool(_PHONE_NAME.search(key))


def email(text: str) -> dict[str, Any] | None:
    """Read an e-mail address; its domain is written in lower case."""
    if not _EMAIL.fullmatch(text):
        return None
    name, domain = text.split("@")
    return {"type": "email", "value": f"{name}@{domain.lower()}"}


def phone(text: str, key: str, hints: Hints) -> dict[str, Any] | None:
    """Read a valid telephone number as E.164: one with a country code, or a Korean one on a Korean page."""
    named = bool(_PHONE_KEY.search(key))
    if not _PHONE.fullmatch(text) or not ("+" in text or (hints.korean and (named or _PARTS.fullmatch(text)))):
        return None
    import phonenumbers

    try:
        parsed = phonenumbers.parse(text, "KR" if hints.korean else None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or (parsed.country_code == _KOREA and _CUT.search(text)):
        return None
    return {"type": "phone", "value": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}


def business_number(text: str, key: str, *, other: bool) -> dict[str, Any] | None:
    """Read a 사업자등록번호 as 123-45-67890. `valid`: its check digit is correct, which proves no more.

    `other`: the name of the field says that it is another number. In a field without a name the check digit must be
    correct.
    """
    match, named = _BUSINESS.fullmatch(text), bool(_BUSINESS_KEY.search(key))
    if named and not match:
        match = re.fullmatch(r"(\d{3})(\d{2})(\d{5})", text)
    if not match or not (named or (_checks(match) and not other)):
        return None
    return {"type": "business_number", "value": "-".join(match.groups()), "valid": _checks(match)}


def _checks(match: re.Match[str]) -> bool:
    """Return whether the tenth digit is the check digit of the tax office.

    It is computed from the sum of the weighted digits, to which the tens of the last product are added.
    """
    *digits, check = (int(digit) for part in match.groups() for digit in part)
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) + digits[-1] * 5 // 10
    return (10 - total % 10) % 10 == check
