"""Features of the text of a word or an entity: characters, kind of value, kind of value that a question asks for."""

from __future__ import annotations

import math
import re
from functools import lru_cache

#: Kinds of values, in English and Korean forms. `_ASKED` has the questions for them, in the same order.
_VALUES = (
    re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}|\d{4}\s?년|\d\s?월\s?\d|\b(19|20)\d\d\b|\b\d{1,2}:\d\d\b"),
    re.compile(r"\(?\d{2,4}\)?[\s.-]\d{3,4}[\s.-]\d{4}|\b\d{3}[-.]\d{4}\b|\+\d{2}"),
    re.compile(r"[$€£₩￦%]|\d,\d{3}\b|\d\.\d\d\b|\d\s?원"),
    re.compile(r"\d"),
    re.compile(r"[A-Z][\w.'-]+ +[A-Z]|^[가-힣]{2,4}$"),
)
_ASKED = (
    re.compile(r"dat|time|year|day|month|period|due|birth|일자|날짜|일시|기간|년월|생년|기한", re.IGNORECASE),
    re.compile(r"phone|fax|tel\b|tel[.:]|mobile|contact|전화|팩스|연락|휴대", re.IGNORECASE),
    re.compile(r"amount|total|price|cost|sum|tax|\$|budget|paid|balance|금액|합계|단가|가격|세액|비용", re.IGNORECASE),
    re.compile(r"\bno\b|no\.|number|#|code|qty|quantity|size|\bid\b|volume|번호|수량|코드|등록", re.IGNORECASE),
    re.compile(r"name|\bto\b|\bfrom\b|\bby\b|attn|manager|sign|company|성명|이름|상호|담당|대표|신청인", re.IGNORECASE),
)
_NUMBER = re.compile(r"[\d.,\s/%$()#+-]+")
_TICK = re.compile(r"[xXvVoO0□■☐☑☒✓✔_√()\[\]\s.-]{1,4}|yes|no|예|아니오|유|무", re.IGNORECASE)

NAMES = (
    *("length", "words", "digits", "capitals", "letters", "hangul", "marks"),
    *("colon_ends", "colon_inside", "stop_ends", "bracketed", "asks", "number", "tick", "capital", "shouted"),
    *("is_date", "is_phone", "is_money", "has_digit", "is_name"),
    *("asks_date", "asks_phone", "asks_money", "asks_number", "asks_name"),
)
#: Columns of the kinds of values, and of the questions for them.
VALUES, ASKED = slice(16, 21), slice(21, 26)


@lru_cache(maxsize=65536)
def text_features(text: str) -> tuple[float, ...]:
    """Return one number for each of `NAMES`."""
    count = max(len(text), 1)
    digits, letters = sum(c.isdigit() for c in text), sum(c.isalpha() for c in text)
    capitals, spaces = sum(c.isupper() for c in text), text.count(" ")
    bare = text.rstrip(" .·_")
    return (
        math.log1p(len(text)),
        min(spaces + 1.0, 30.0),
        digits / count,
        capitals / count,
        letters / count,
        sum("가" <= c <= "힣" for c in text) / count,
        1 - (digits + letters + spaces) / count,
        float(bare.endswith((":", "："))),
        float(":" in bare[:-1]),
        float(text.endswith(".")),
        float(text.startswith(("(", "["))),
        float(text.endswith("?")),
        float(_NUMBER.fullmatch(text) is not None),
        float(_TICK.fullmatch(text) is not None),
        float(text[:1].isupper()),
        float(capitals > 1 and capitals == letters),
        *(float(pattern.search(text) is not None) for pattern in _VALUES),
        *(float(pattern.search(text) is not None) for pattern in _ASKED),
    )
