"""Signs that a word may be misread or mislabelled: the sureness of OCR and tagger, its letters, the size of its box."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from prelabel.page import Word, WordLabel

Floats = npt.NDArray[np.float32]

#: The engines whose confidences the curves know. Words of others count as read right there; see `doubt`.
TESSERACT, READER = "tesseract", "reader"

#: Letters and marks of keys and values. OCR reads rules, boxes, logos and handwriting as other marks.
_USUAL = re.compile(r"[^\W_]|[.,:;/%#&@$€£¥₩￦'’\"“”!?*+()\-–—\[\]·~=º°☑☐□■○●①-⑳※′℃²³ªㆍ]")
#: A small letter before a capital, a letter between digits or a digit between letters, Hangul beside Latin letters:
#: such words are codes, or misread.
_MIXED = re.compile(r"[a-z][A-Z]|\d[A-Za-z]\d|[A-Za-z]\d[a-z]|[가-힣][A-Za-z]|[A-Za-z][가-힣]|[ㄱ-ㅎㅏ-ㅣ]")
#: Heights of ink in font sizes: of letters without and with an upper part, of Hangul, and of parts below the line.
_LOW, _TALL, _HANGUL, _BELOW = 0.53, 0.72, 0.86, 0.2
_HAS_TALL, _HAS_BELOW = re.compile(r"[A-Z0-9bdfhklt!?/()\[\]#$%&@]"), re.compile(r"[gjpqy,;()\[\]@]")
_HAS_HANGUL = re.compile(r"[가-힣]")
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class WordSigns:
    """Signs of the words of a page, (words,) each.

    `read`, `reader`: confidence of Tesseract, and of the reader; 1 for words of others. `labelled`: of the label.
    `letters`: letters and digits. `odd`: marks that print rarely has. `mixed`: 1 for words that mix letters as codes
    do. `size`: log of the font size that the box shows, against the page's usual one; 0 where the text has no letter.
    Print has one size on a line, handwriting has not.
    """

    read: Floats
    reader: Floats
    labelled: Floats
    letters: Floats
    odd: Floats
    mixed: Floats
    size: Floats

    @property
    def known(self) -> Floats:
        """The confidence of the engine that read each word; 1 where the curves do not know it."""
        return np.minimum(self.read, self.reader)


def word_signs(words: Sequence[Word], labels: Sequence[WordLabel], height_px: float) -> WordSigns:
    """Return the signs of all words. `height_px`: usual height of a word."""
    texts = np.array([_text_signs(word.text) for word in words], np.float32).reshape(-1, 4)
    lettered = texts[:, 3] > 0
    heights = np.array([word.box.height for word in words], np.float32)
    size = np.log(np.maximum(heights, 1) / (np.where(lettered, texts[:, 3], 1) * height_px))
    size = np.where(lettered, size - (np.median(size[lettered]) if lettered.any() else 0), 0).astype(np.float32)
    read, reader = (
        np.array([_share(word) if word.engine == engine else 1.0 for word in words], np.float32)
        for engine in (TESSERACT, READER)
    )
    labelled = np.array([label.confidence for label in labels], np.float32)
    return WordSigns(read, reader, labelled, texts[:, 0], texts[:, 1], texts[:, 2], size)


def doubt(words: Sequence[Word]) -> float:
    """Return the confidence of the least sure word that an engine has read that the curves do not know; 1.0 without.

    Such confidences are taken as they are.
    """
    return min((_share(word) for word in words if word.engine not in (TESSERACT, READER)), default=1.0)


def least_read(words: Sequence[Word]) -> float:
    """Return the confidence of the least sure word."""
    return min((_share(word) for word in words), default=0.0)


def _share(word: Word) -> float:
    """Return a word's confidence; where a second engine has read another text, only its share in both confidences."""
    sure = min(max(word.confidence, 0.0), 1.0) if math.isfinite(word.confidence) else 0.0
    if word.other is None or word.other.text == word.text or word.other.confidence <= 0:
        return sure
    return sure * sure / (sure + word.other.confidence)


@lru_cache(maxsize=65536)
def _text_signs(text: str) -> tuple[float, float, float, float]:
    """Return letters, odd marks, whether letters are mixed, and the height of the ink in font sizes (0: unknown)."""
    letters = len(_LETTER.findall(text))
    odd = len(text) - len(_USUAL.findall(text))
    height = 0.0
    if letters:
        hangul, tall = _HAS_HANGUL.search(text), _HAS_TALL.search(text)
        height = (_HANGUL if hangul else _TALL if tall else _LOW) + (_BELOW if _HAS_BELOW.search(text) else 0)
    return float(letters), float(odd), float(_MIXED.search(text) is not None), height
