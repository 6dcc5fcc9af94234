"""Amounts behind ₹ and ¥: the sign is told by its shape, and the digits are read again without it.

Tesseract knows no ₹, and takes it and some ¥ for digits, letters or Hangul, or drops the amount with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
from PIL import Image

from prelabel.geometry import union
from prelabel.images.ink import Dark
from prelabel.images.ink_runs import InkRun, ink_runs
from prelabel.ocr.tesseract.currency_signs.again import ReadLine, reading
from prelabel.ocr.tesseract.currency_signs.shapes import currency_sign
from prelabel.page import Box, Word

#: What an amount may be read as, with or without its sign, and what it is without.
_LIKE_AMOUNT = re.compile(r"\D{0,2}\d[\d.,]*\D{0,1}")
_DIGITS = re.compile(r"(?:\d{1,3}(?:,\d{2,3})+|\d+)(?:\.\d{1,2})?")
#: Words below this confidence may be an amount, whatever they were read as.
_UNSURE = 0.3
#: In heights: the widest gap between letters of an amount and behind its sign; how far ink is followed to the left.
_GAP, _BEHIND, _FAR = 0.48, 1.0, 4.0
#: A second reading counts from this confidence on. That of an amount whose digits stay uncertain.
_READ, _UNREAD = 0.6, 0.4


def with_barred_signs(
    lines: Sequence[Sequence[Word]], page: Image.Image, dark: Dark, read_line: ReadLine
) -> list[list[Word]]:
    """Read the amounts behind ₹ and ¥ again; `lines`: words of a mode L page, fitted to its ink `dark`."""
    return [_signed_line(line, page, dark, read_line) for line in lines]


def _signed_line(line: Sequence[Word], page: Image.Image, dark: Dark, read_line: ReadLine) -> list[Word]:
    signed: list[Word] = []
    rest = list(line)
    while rest:
        word = rest.pop(0)
        found = _sign(dark, word.box) if _may_be_amount(word) else None
        if found is None:
            signed.append(word)
            continue
        sign, (x0, x1) = found
        whole, following = _with_following(word, rest)
        before = next((i for i, each in enumerate(signed) if each.box.center[0] > x0 - 1), len(signed))
        digits = [each for each in (*signed[before:], word) if each.box.x0 >= x1]
        lettered = any(char.isalpha() for each in digits for char in each.text)
        amount = None if lettered else _amount(whole, sign, (x0, x1), page, read_line)
        if amount is None:
            signed.append(word)
            continue
        signed[before:] = [amount]  # in place of the sign, or of digits behind it, as words of their own
        del rest[:following]
    return signed


def _with_following(word: Word, rest: Sequence[Word]) -> tuple[Word, int]:
    """Return the word with the digits close behind it, which may belong to its amount, and how many words these are."""
    whole, number = word, 0
    for following in rest:
        if following.box.x0 - whole.box.x1 > _GAP * word.box.height or not following.text[0].isdigit():
            break
        whole = replace(
            following,
            text=whole.text + following.text,
            box=union((whole.box, following.box)),
            confidence=min(whole.confidence, following.confidence),
        )
        number += 1
    return whole, number


def _may_be_amount(word: Word) -> bool:
    return bool(_LIKE_AMOUNT.fullmatch(word.text)) or word.confidence < _UNSURE


def _amount(word: Word, sign: str, run: InkRun, page: Image.Image, read_line: ReadLine) -> Word | None:
    """Return the amount with its sign; unsure, and without a misread sign, where its digits cannot be read.

    None where the word neither looks like an amount nor is read as one.
    """
    x0, x1 = run
    text, confidence = reading(read_line, page, replace(word.box, x0=x1))
    box = replace(word.box, x0=x0)
    if _DIGITS.fullmatch(text) and confidence >= _READ:
        return replace(word, text=f"{sign}{text}", box=box, confidence=confidence)
    if not _LIKE_AMOUNT.fullmatch(word.text):
        return None
    if word.text[0] == sign:
        return word
    behind = word.text if x1 <= word.box.x0 else word.text[1:]
    return replace(word, text=behind or word.text, confidence=min(word.confidence, _UNREAD))


def _sign(dark: Dark, box: Box) -> tuple[str, InkRun] | None:
    """Return the sign at the beginning of an amount, in its box or on its left, and its columns in the page."""
    height = box.height
    start, y0, y1 = max(0, int(box.x0 - _FAR * height)), max(0, int(box.y0)), ceil(box.y1)
    window = dark[y0:y1, start : int(box.x0 + 1.6 * height)]
    runs = ink_runs(np.asarray(window.any(axis=0)))
    edge = box.x0 - start
    number = next((i for i, run in enumerate(runs) if run[1] > edge), None)
    if number is None:
        return None
    for i in range(number, -1, -1):
        x0, x1 = runs[i]
        apart = runs[i + 1][0] - x1 if i + 1 < len(runs) else 0
        if apart > _BEHIND * height:
            return None
        if sign := currency_sign(window[:, x0:x1]):
            return sign, (start + x0, start + x1)
        if i < number and apart > _GAP * height:
            return None
    return None
