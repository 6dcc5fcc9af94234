"""Numbers, numbers with a unit, and money: signs, units and currencies around digits.

Negative: a minus in front or behind, brackets around a number that looks like an amount, CR beside one, or △ or ▲ in
front, as in Korean accounts. A minus behind won or yen marks the end of the amount and is no sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from prelabel.kie.values.currencies import CURRENCY, agreed, currency_of_field
from prelabel.kie.values.digits import Digits, read_digits
from prelabel.kie.values.hints import Hints
from prelabel.kie.values.korean_sums import korean_sum

_UNITS = re.compile(
    r"%|‰|ppm|[mk]?g|t|lbs?|oz|[mck]?m|in|ft|yd|m[lL]|c?l|L|kWh?|W|V|A|[kMG]?Hz|°[CF]|℃|mmHg|gsm|dpi|[KMGT]B|m[²³]|[㎡㎥㎏㎜㎝㎞㎖㎎ℓ평]"
    r"|pcs?|ea|EA|each|sets?|box(?:es)?|packs?|units?|sheets?|pages?|copies|h(?:ou)?rs?|h|min(?:ute)?s?|s|sec"
    r"|days?|weeks?|months?|years?|[개대장식권매명건회병봉벌통본부팩롤분일주년세인쪽]|박스|상자|세트|자루|켤레|조각|페이지|시간|일간|주간|개월|년간"
    r"|Stk|Stück|Std|Tage?|퍼센트"
)
#: In classes of characters, so the hyphen is the last one.
_MINUS, _TRIANGLE = "−–—-", "△▲∆Δ"
_SIGNED = re.compile(
    rf"(?P<open>\()?(?P<minus>[{_TRIANGLE}{_MINUS}])?(?P<plus>\+)? ?(?P<body>[^()]+?) ?(?P<behind>[{_MINUS}])?"
    r"(?P<close>\))?"
)
#: (5.0 %): the brackets of a negative share around its unit.
_UNIT_WITHIN = re.compile(r"\(([^()]*\d) ?([%‰])\)")
_MEASURED = re.compile(rf"(.*\d ?\)?[{_MINUS}]?) ?(\D*)")
_MONEY = re.compile(
    rf"(?P<before>{CURRENCY})? ?(?P<minus>[{_TRIANGLE}{_MINUS}])? ?(?P<number>[^ ].*?) ?(?P<behind>[{_MINUS}])?"
    rf" ?(?P<after>{CURRENCY})?"
)
_CREDIT = re.compile(r"(?:C[Rr]\.? ?(?P<after>.+)|(?P<before>.+?) ?C[Rr]\.?)")
#: 50,- and 50.-- in place of 50,00
_NO_CENTS = re.compile(r"(?<=\d)[.,] ?[-–—]{1,2}(?=\D*$)")
#: Rs. 1,200/-
_RUPEES_ONLY = re.compile(r"(?<=\d) ?/[-–=]$")
#: $ (72.70), (72.70) USD: the brackets of a negative amount without its currency.
_CURRENCY_OUTSIDE = re.compile(rf"(?P<before>{CURRENCY})? ?\((?P<number>[^()]*\d[^()]*)\) ?(?P<after>{CURRENCY})?")
#: W in place of the won sign: many Korean receipts print one.
_LATIN_WON = re.compile(rf"^([{_TRIANGLE}{_MINUS}]?) ?W ?(?=[1-9]\d{{0,2}}(?:,\d{{3}})+)")
_INDIAN_WORDS = re.compile(r"(.*\d) ?(?:(lakhs?|lacs?)|(crores?|cr\.?))", re.IGNORECASE)
_WITH_CENTS = re.compile(r"\.\d\d$")
_FIGURES_ONLY = re.compile(r"[\d., ]*")
_PRINTED_SUM = re.compile(r"^(?:일금|금|金|一金) ?(?:: ?)?")


@dataclass(frozen=True, slots=True)
class _Sign:
    """Where a text shows that its number is negative, and the text without it."""

    body: str
    before: bool
    behind: bool
    brackets: bool
    plus: bool = False


def number(text: str, hints: Hints) -> dict[str, Any] | None:
    """Read a number, with its unit if the unit is known."""
    text, credit = _without_credit(text)
    if hints.decimal == ",":
        text = _NO_CENTS.sub("", text)
    if match := _INDIAN_WORDS.fullmatch(text):
        scaled = _lakhs(match, hints)
        return None if scaled is None or credit else {"type": "number", "value": scaled}
    if credit and _may_be_crores(text, hints):
        return None
    match = _MEASURED.fullmatch(_UNIT_WITHIN.sub(r"(\1)\2", text))
    if not match or (match[2] and not _UNITS.fullmatch(match[2])):
        return None
    sign = _signed(match[1])
    read = read_digits(sign.body, hints, unit=match[2]) if sign else None
    if sign is None or read is None:
        return None
    signs = [sign.before, sign.behind, sign.brackets, credit]
    if sum(signs) + sign.plus > 1 or (any(signs[1:]) and not _like_an_amount(sign.body)):
        return None  # (3) is a remark, 12- a truncated number
    row = {"type": "number", "value": f"-{read.value}" if any(signs) else read.value}
    return _marked(row | ({"unit": match[2]} if match[2] else {}), read)


def money(text: str, key: str, hints: Hints) -> dict[str, Any] | None:
    """Read a number with a currency, which may be at the end of the name of its field: Total due (GBP)."""
    printed = _PRINTED_SUM.sub("", text)
    bare, credit = _without_credit(_NO_CENTS.sub("", _RUPEES_ONLY.sub("", printed)))
    if outside := _CURRENCY_OUTSIDE.fullmatch(bare):
        bare = f"({outside['before'] or ''}{outside['number']}{outside['after'] or ''})"
    sign = _signed(_LATIN_WON.sub(r"\1₩", bare) if hints.korean else bare)
    match = _MONEY.fullmatch(sign.body) if sign else None
    if not sign or not match:
        return None
    told, scale = (None, 1) if match["before"] or match["after"] else currency_of_field(key)
    currency = told or agreed(match["before"], match["after"])
    if currency is None:
        return None
    digits = match["number"]
    in_words = printed != text or "정" in (match["after"] or "") or "整" in (match["after"] or "")
    read = _amount(digits, currency, hints, in_words=in_words)
    if read is None:
        return None
    ends = (sign.behind or bool(match["behind"])) and currency not in ("KRW", "JPY")
    negative = [sign.before or bool(match["minus"]), ends, sign.brackets, credit]
    doubled = (sign.before and match["minus"]) or (sign.behind and match["behind"])
    if sum(negative) + sign.plus > 1 or doubled:
        return None
    if ((told and any(negative[1:])) or credit) and not _like_an_amount(digits):
        return None
    if credit and _may_be_crores(digits, hints, currency):
        return None
    amount = f"{(Decimal(read.value) * scale).normalize():f}" if scale != 1 else read.value
    row = {"type": "money", "amount": f"-{amount}" if any(negative) else amount, "currency": currency}
    return _marked(row, read)


def _amount(digits: str, currency: str, hints: Hints, *, in_words: bool) -> Digits | None:
    if read := read_digits(digits, hints, currency):
        return read

    def figures(text: str) -> str | None:
        found = read_digits(text, replace(hints, decimal=".", whole=False))
        return found.value if found else None

    value = None
    if currency == "KRW" and not _FIGURES_ONLY.fullmatch(digits):
        value = korean_sum(digits, figures, in_words=in_words)
    elif currency == "INR" and (match := _INDIAN_WORDS.fullmatch(digits)):
        value = _lakhs(match, hints)
    return None if value is None else Digits(value)


def _lakhs(match: re.Match[str], hints: Hints) -> str | None:
    """Return the number of 12.5 lakh or 3 crore; None for 3.5 CR, which is a credit."""
    if match[3] and match[3].lower().startswith("cr") and not match[3].lower().startswith("crore"):
        return None
    read = read_digits(match[1], replace(hints, indian=True))
    return f"{(Decimal(read.value) * (100_000 if match[2] else 10_000_000)).normalize():f}" if read else None


def _may_be_crores(digits: str, hints: Hints, currency: str = "") -> bool:
    """Return whether the Cr beside these digits may mean ten millions in India: 1.5 Cr."""
    return (hints.indian or currency == "INR") and not _WITH_CENTS.search(digits)


def _marked(row: dict[str, Any], read: Digits) -> dict[str, Any]:
    return row | {"ambiguous": True} if read.ambiguous else row


def _without_credit(text: str) -> tuple[str, bool]:
    match = _CREDIT.fullmatch(text)
    return (match["after"] or match["before"], True) if match else (text, False)


def _signed(text: str) -> _Sign | None:
    match = _SIGNED.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    return _Sign(match["body"], bool(match["minus"]), bool(match["behind"]), bool(match["open"]), bool(match["plus"]))


def _like_an_amount(digits: str) -> bool:
    return any(separator in digits for separator in ",.'’")
