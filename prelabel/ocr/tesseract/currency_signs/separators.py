"""Separators of amounts: of two side by side one is a stray point, left out where it is certain which."""

from __future__ import annotations

import re
from dataclasses import replace

from prelabel.page import Word

_TWO = re.compile(r"(?<=\d)[.,]{2}(?=\d)")
#: Amounts in groups of three, with and without decimals.
_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3})+(?:\.\d{1,2})?|(?:\.\d{3})+(?:,\d{1,2})?)(?!\d)")


def without_stray_point(word: Word) -> Word:
    """Return the word with one separator where its amount has two side by side and only one of them can be right."""
    if len(_TWO.findall(word.text)) != 1:
        return word
    possible = [text for text in (_TWO.sub(one, word.text) for one in ",.") if _is_grouped(text)]
    return replace(word, text=possible[0]) if len(possible) == 1 else word


def _is_grouped(text: str) -> bool:
    amount = re.search(r"\d[\d.,]*\d", text)
    return amount is not None and _GROUPED.fullmatch(amount.group()) is not None
