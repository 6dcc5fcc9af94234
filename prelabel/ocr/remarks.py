"""Remarks on pages that were read: what a person should know about them although nothing failed.

A page carries them (`Page.remarks`) from stage ocr on. The ledger keeps them for `status` and `results`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prelabel.page import Remark

INK_WITHOUT_WORDS = "ink_without_words"
SCRIPT_NOT_IN_LANGUAGES = "script_not_in_languages"


@dataclass(frozen=True, slots=True)
class RemarkText:
    """Texts of a remark in English, which are also their names in the catalogues of the command line."""

    meaning: str
    cure: str


#: Code of each remark -> its texts.
REMARKS: Mapping[str, RemarkText] = {
    INK_WITHOUT_WORDS: RemarkText(
        "the page has ink, but no word could be read",
        "look at the page; if it holds text, scan it again, larger or with more contrast",
    ),
    SCRIPT_NOT_IN_LANGUAGES: RemarkText(
        "print in a script that none of the languages has was left out",
        "add its language to LANGUAGES, then read the page again",
    ),
}


def _english(text: str) -> str:
    return text


def remark_line(remark: Remark, translate: Callable[[str], str] = _english) -> str:
    """Return meaning, detail and cure of a remark on one line; that of a newer release stands by its code alone."""
    text = REMARKS.get(remark.code)
    meaning = translate(text.meaning) if text else remark.code
    detail = f" ({remark.detail})" if remark.detail else ""
    return f"{meaning}{detail}" + (f"{translate('; ')}{translate(text.cure)}" if text else "")
