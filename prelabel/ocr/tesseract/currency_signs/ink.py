"""Amounts whose beginning was not read: a sign that Tesseract does not know (₹) takes digits with it, ₹1,250 is 250.

Where ink that nobody read touches an amount on its left, the whole is read again, and without its first letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
from PIL import Image

from prelabel.geometry import intersection_area, union
from prelabel.images.ink import Dark
from prelabel.images.ink_runs import InkRun, ink_runs
from prelabel.ocr.tesseract.currency_signs.again import ReadLine, reading
from prelabel.page import Box, Word

#: Amounts, and what may be the end of one.
_AMOUNT = re.compile(r"00|\d{3}|\d[\d.,]*[.,]\d+")
_WHOLE = re.compile(r"[$€£¥₩￦₹+\-−△▲(]?(?:\d[\d.,]*\d|\d)[)%원]?")
#: In heights of the amount: the widest gap between its letters; how far on its left is looked; the least width of ink.
_GAP, _FAR, _LEAST = 0.4, 8.0, 0.2
#: Share of the height by which a ruled line reaches above and below an amount.
_BEYOND = 0.35
#: Words from this confidence on are read; a reading of a whole amount counts from the second on.
_READ, _SURE = 0.75, 0.8
#: Confidence of an amount behind a letter that is not read, and of one whose beginning stays unread.
_BEHIND_SIGN, _UNREAD = 0.6, 0.4


def with_whole_amounts(words: Sequence[Word], read_line: ReadLine, page: Image.Image, dark: Dark) -> list[Word]:
    """Return the words of a page (mode L) with amounts read as a whole; `dark` is the page's ink."""
    found = list(words)
    for number, word in enumerate(words):
        if _AMOUNT.fullmatch(word.text) and (runs := _unread(word.box, dark)):
            before = Box(runs[0][0], word.box.y0, word.box.x0, word.box.y1)
            beside = [i for i, each in enumerate(found) if i != number and intersection_area(each.box, before) > 0]
            if all(found[i].confidence < _READ and _is_scrap(found[i].text) for i in beside):
                found[number] = _read_again(word, runs, read_line, page)
                read = found[number].box.x0 < word.box.x0
                for i in beside if read else ():
                    found[i] = replace(found[i], text="")
    return [word for word in found if word.text]


def _is_scrap(text: str) -> bool:
    """Return whether a text may be a sign and digits that were misread, rather than a word."""
    return sum(char.isalpha() for char in text) <= 3


def _unread(box: Box, dark: Dark) -> list[InkRun]:
    """Return the columns of ink that touch an amount on its left, from left to right; none of ruled lines."""
    height = box.height
    x0, y0, y1 = max(0, int(box.x0 - _FAR * height)), max(0, int(box.y0)), ceil(box.y1)
    beyond = round(_BEYOND * height)
    tall = dark[max(0, y0 - beyond) : y1 + beyond, x0 : int(box.x0)]
    window = dark[y0:y1, x0 : int(box.x0)]
    if not window[:, -ceil(_GAP * height) :].any():
        return []
    found: list[InkRun] = []
    reached = window.shape[1]
    for start, stop in reversed(ink_runs(np.asarray(window.any(axis=0)))):
        if reached - stop > _GAP * height or tall[:, start:stop].any(axis=1).mean() > 0.95:
            break
        found.insert(0, (x0 + start, x0 + stop))
        reached = start
    return found if found and box.x0 - found[0][0] >= _LEAST * height else []


def _read_again(word: Word, runs: Sequence[InkRun], read_line: ReadLine, page: Image.Image) -> Word:
    whole = union((word.box, Box(runs[0][0], word.box.y0, word.box.x1, word.box.y1)))
    text, confidence = reading(read_line, page, whole)
    if _continues(text, word.text) and confidence >= _SURE:
        return replace(word, text=text, box=whole, confidence=confidence)
    behind = replace(whole, x0=runs[1][0] if len(runs) > 1 else word.box.x0)
    text, confidence = reading(read_line, page, behind)
    if _continues(text, word.text) and confidence >= _SURE:
        return replace(word, text=text, box=behind, confidence=min(confidence, _BEHIND_SIGN))
    return replace(word, confidence=min(word.confidence, _UNREAD))


def _continues(text: str, end: str) -> bool:
    """Return whether a text is an amount that ends as the first reading does."""
    return bool(_WHOLE.fullmatch(text)) and len(text) >= len(end) and text[-2:] == end[-2:]
