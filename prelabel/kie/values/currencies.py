"""Currencies: their signs, codes and Korean names as they stand beside amounts or in the names of fields."""

from __future__ import annotations

import re

#: Name or sign -> code of ISO 4217. A bare $ is read as USD, ¥ as JPY. kr and Fr stand for several currencies.
CURRENCIES = {
    "₩": "KRW", "원": "KRW", "원정": "KRW", "원整": "KRW", "원 정": "KRW", "圓": "KRW", "won": "KRW",
    "$": "USD", "US$": "USD", "U$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "HK$": "HKD",
    "NZ$": "NZD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "NT$": "TWD", "€": "EUR", "£": "GBP", "¥": "JPY",
    "円": "JPY", "元": "CNY", "CN¥": "CNY", "RMB": "CNY", "₹": "INR", "Rs": "INR", "Rs.": "INR",
    "zł": "PLN", "Kč": "CZK", "₺": "TRY", "₽": "RUB", "฿": "THB", "₫": "VND", "₱": "PHP", "₪": "ILS", "SFr.": "CHF",
    "sFr.": "CHF", "엔": "JPY", "달러": "USD", "유로": "EUR", "위안": "CNY", "Euro": "EUR",
    "euro": "EUR", "EURO": "EUR",
    **{code: code for code in (
        "KRW", "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "HKD", "SGD", "INR", "SEK", "NOK", "DKK",
        "PLN", "CZK", "MXN", "BRL", "TWD", "TRY", "RUB", "THB", "VND", "PHP", "ILS", "HUF", "RON", "ZAR", "IDR",
    )},
}  # fmt: skip
#: Any of the names, longest first.
CURRENCY = "|".join(re.escape(name) for name in sorted(CURRENCIES, key=len, reverse=True))
#: Currencies without parts: a comma or a point before three digits separates thousands.
WITHOUT_CENTS = frozenset({"KRW", "JPY", "VND", "IDR", "HUF"})
#: Currencies whose countries write a decimal comma.
WITH_COMMA = frozenset({"EUR", "BRL", "SEK", "NOK", "DKK", "PLN", "CZK", "TRY", "RUB", "RON"})
#: Codes for which a bare $ stands on their own bills: $1,000.50 CAD.
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"})

#: Factors of fields whose amounts are in thousands or millions, as in Korean accounts.
_SCALES = {"천원": 1_000, "만원": 10_000, "백만원": 1_000_000, "억원": 100_000_000}
#: Total (GBP), 금액 [단위: 천원], Total USD, Betrag €
_OF_FIELD = re.compile(r"[(\[] ?(?:단위 ?:? ?)?([^()\[\]]+?) ?[)\]]$| ([A-Z]{3})$|([€£₹₩])$")


def currency_of_field(key: str) -> tuple[str | None, int]:
    """Return the currency in the name of a field, and the factor of its amounts."""
    match = _OF_FIELD.search(key)
    told = (match[1] or match[2] or match[3]) if match else ""
    scale = _SCALES.get(told.replace(" ", ""))
    return ("KRW", scale) if scale else (CURRENCIES.get(told), 1)


def agreed(before: str | None, after: str | None) -> str | None:
    """Return the currency of the names before and behind an amount; None where there is none or they contradict."""
    first, last = CURRENCIES.get(before or ""), CURRENCIES.get(after or "")
    if first and last and first != last:
        return last if before == "$" and last in _DOLLARS else None
    return first or last
