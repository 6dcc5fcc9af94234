"""Text that a PDF names in place of what it draws (/ActualText): left aside where the drawn letters have a meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pypdfium2 import raw

_KEY = b"ActualText"


def remove_actual_text(texts: Iterable[Any]) -> bool:
    """Take the mark off text objects, so that PDFium tells the letters that they draw; return whether any had it."""
    found = [(text, mark) for text in texts for mark in _marks(text)]
    for text, mark in found:
        raw.FPDFPageObj_RemoveMark(text, mark)
    return bool(found)


def _marks(text: Any) -> list[Any]:
    marks = (raw.FPDFPageObj_GetMark(text, index) for index in range(raw.FPDFPageObj_CountMarks(text)))
    return [mark for mark in marks if raw.FPDFPageObjMark_GetParamValueType(mark, _KEY)]
