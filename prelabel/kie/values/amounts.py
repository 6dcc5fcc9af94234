"""Numbers, numbers with a unit, and money. Digits stay as they are written; text that is not well-formed is no number.

Thousands are separated by commas (1,234.50); by points only if that is certain (1.234,50; 1.234.567). Negative: a minus
in front or behind, brackets around a number that looks like an amount, or △ in front, as in Korean accounts. A bare $
is read as USD and ¥ as JPY. A minus behind won or yen marks the end of the amount and is no sign.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_CURRENCIES = {
    "₩": "KRW", "원": "KRW", "원정": "KRW", "원整": "KRW", "$": "USD", "US$": "USD", "C$": "CAD", "CA$": "CAD",
    "A$": "AUD", "AU$": "AUD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY",
    "엔": "JPY", "달러": "USD", "유로": "EUR", "위안": "CNY", "₹": "INR", "zł": "PLN",
    **{code: code for code in (
        "KRW", "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "HKD", "SGD", "INR", "SEK", "NOK", "DKK",
        "PLN", "CZK", "MXN", "BRL",
    )},
}  # fmt: skip
_CURRENCY = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
#: Factors of fields whose amounts are in thousands or millions, as in Korean accounts.
_SCALES = {"천원": 1_000, "백만원": 1_000_000, "억원": 100_000_000}
_UNITS = re.compile(
    r"%|‰|ppm|[mk]?g|t|lbs?|oz|[mck]?m|in|ft|yd|m[lL]|c?l|L|kWh?|W|V|A|[kMG]?Hz|°[CF]|℃|mmHg|gsm|dpi|[KMGT]B|m[²³]|[㎡㎥㎏㎜㎝㎞㎖㎎ℓ평]"
    r"|pcs?|ea|EA|each|sets?|box(?:es)?|packs?|units?|sheets?|pages?|copies|h(?:ou)?rs?|h|min(?:ute)?s?|s|sec"
    r"|days?|weeks?|months?|years?|[개대장식권매명건회병봉벌통본부팩롤분일주년세인쪽]|박스|상자|세트|자루|켤레|조각|페이지|시간|일간|주간|개월|년간"
)
_SIGNED = re.compile(
    r"(?P<open>\()?(?P<minus>[-−–△])?(?P<plus>\+)? ?(?P<body>[^()]+?) ?(?P<behind>[-−])?(?P<close>\))?"
)
_MEASURED = re.compile(r"(.*\d\)?[-−]?) ?(\D*)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_PLAIN = re.compile(r"(?:0|[1-9]\d*)?\.\d+|0|[1-9]\d*")
_DECIMAL_COMMA = re.compile(r"(?:0|[1-9]\d*),\d\d")
_MONEY = re.compile(rf"(?P<before>{_CURRENCY})? ?(?P<minus>[-−])?(?P<number>[^ ].*?) ?(?P<after>{_CURRENCY})?")
#: Total (GBP), 금액 [단위: 천원], Total USD
_OF_FIELD = re.compile(r"[(\[] ?(?:단위 ?:? ?)?([^()\[\]]+?) ?[)\]]$| ([A-Z]{3})$")
_PRINTED_SUM = re.compile(r"^(?:일금|금) ?(?:: ?)?")
_DIGITS = {word: value for value, word in enumerate("일이삼사오육칠팔구", 1)}
_PLACES = {"십": 10, "백": 100, "천": 1_000}
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}
_KOREAN_PART = re.compile(r"(?P<figures>\d[\d,]*(?:\.\d+)?)|(?P<word>[일이삼사오육칠팔구십백천만억조])| ")
#: Longer strings of digits and separators are identifiers; and Decimal is exact up to 28 digits only.
_MOST_DIGITS = 24
#: Longest sum in Korean words that is read; 9,999조 in words is no longer.
_LONGEST = 40


def number(text: str) -> dict[str, Any] | None:
    """Read a number, with its unit if the unit is known."""
    match = _MEASURED.fullmatch(text)
    if not match or (match[2] and not _UNITS.fullmatch(match[2])):
        return None
    value = _signed(match[1])
    return None if value is None else {"type": "number", "value": value} | ({"unit": match[2]} if match[2] else {})


def money(text: str, key: str) -> dict[str, Any] | None:
    """Read a number with a currency, which may be at the end of the name of its field: Total due (GBP)."""
    printed = _PRINTED_SUM.sub("", text)
    signed = _SIGNED.fullmatch(printed)
    if not signed or bool(signed["open"]) != bool(signed["close"]):
        return None
    match = _MONEY.fullmatch(signed["body"])
    if not match:
        return None
    before, after = (_CURRENCIES.get(match[side] or "") for side in ("before", "after"))
    told, scale = (None, 1) if before or after else _of_field(key)
    currency = before or after or told
    if currency is None or (before and after and before != after):
        return None
    amount = _canonical(match["number"], decimal_comma=currency == "EUR")
    if amount is None and currency == "KRW":
        amount = _korean_sum(match["number"], in_words=printed != text or "정" in (match["after"] or ""))
    if amount is None:
        return None
    ends = bool(signed["behind"]) and currency not in ("KRW", "JPY")
    negative = [bool(signed["minus"] or match["minus"]), ends, bool(signed["open"])]
    if sum(negative) > 1 or (told and any(negative[1:]) and not _like_an_amount(match["number"])):
        return None
    if scale != 1:
        amount = f"{(Decimal(amount) * scale).normalize():f}"
    return {"type": "money", "amount": f"-{amount}" if any(negative) else amount, "currency": currency}


def _of_field(key: str) -> tuple[str | None, int]:
    """Return the currency in the name of a field, and the factor of its amounts."""
    match = _OF_FIELD.search(key)
    told = (match[1] or match[2]) if match else ""
    return ("KRW", _SCALES[told]) if told in _SCALES else (_CURRENCIES.get(told), 1)


def _signed(text: str) -> str | None:
    match = _SIGNED.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    value = _canonical(match["body"])
    signs = [bool(match["minus"]), bool(match["behind"]), bool(match["open"])]
    if value is None or sum(signs) + bool(match["plus"]) > 1:
        return None
    if any(signs[1:]) and not _like_an_amount(match["body"]):
        return None  # (3) is a remark, 12- a truncated number
    return f"-{value}" if any(signs) else value


def _like_an_amount(digits: str) -> bool:
    return "," in digits or "." in digits


def _canonical(digits: str, *, decimal_comma: bool = False) -> str | None:
    """Return digits with a decimal point and nothing else; None if the meaning is not certain, as in 007 and 1,23."""
    if len(digits) > _MOST_DIGITS:
        return None
    if _GROUPED.fullmatch(digits):
        return digits.replace(",", "")
    if _POINTED.fullmatch(digits) or (decimal_comma and _DECIMAL_COMMA.fullmatch(digits)):
        return digits.replace(".", "").replace(",", ".")
    if _PLAIN.fullmatch(digits):
        return f"0{digits}" if digits.startswith(".") else digits
    return None


def _korean_sum(text: str, *, in_words: bool) -> str | None:
    """Read 120만, 1억 2,000만, 삼백만. Words alone need `in_words`: 사원 means clerk, not four won."""
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
            figures = str(_DIGITS[word]) if word else _canonical(match["figures"])
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
