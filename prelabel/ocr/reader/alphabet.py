"""Classes that the reader's network tells apart: blank, symbols, and the jamo of Hangul by position.

A syllable is two or three classes: initial, medial, and final if it has one. So 67 classes cover all 11,172 syllables,
and a rare syllable is learned from common ones. An initial without a medial is a single consonant (`ㄱ`), as in lists.
The order of the classes is part of every trained model: new symbols go to the end of a new model.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable

#: Symbols beside ASCII: currency, units, bullets, ticks, quotes, brackets, arrows, enumerations, and Chinese characters
#: that stamp Korean forms.
_SYMBOLS = (
    "₩€£¥¢※•·○●◎□■☐☑✓√×÷±°‰©®™§¶†‡–—‘’“”…「」『』【】〈〉《》〔〕→←↑↓⇒▶▷◀◁◆◇★☆△▲▽▼"
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮㈜㎡㎥㎏㎜㎝㎞℃℉№℡²³½¼¾≤≥≠≒∞∑Ωµ☎☏♥♠♣₹₫₽฿₱₺"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ¿¡ªº"
    "金整印株年月日甲乙丙丁號第社代表人男女大中小上下前後有無韓國美英漢二三四五六七八九十百千萬億円元"
)
SYMBOLS = " " + string.digits + string.punctuation + string.ascii_letters + _SYMBOLS
#: Consonants by the class of the initial, as single letters.
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
#: Characters that look like a symbol of the alphabet, or are the same one in another encoding.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t", " "),
        **dict.fromkeys("‐‑‒−﹣", "-"),
        **dict.fromkeys("―━─", "—"),
        **dict.fromkeys("ㆍ‧・∙⋅･", "·"),
        **dict.fromkeys("‚", ","),
        **dict.fromkeys("∼〜", "~"),
        **dict.fromkeys("❍◯〇", "○"),
        **dict.fromkeys("☒", "☑"),
        **dict.fromkeys("✔", "✓"),
        **dict.fromkeys("◾▪", "■"),
        **dict.fromkeys("◽▫", "□"),
        **dict.fromkeys("␣", " "),
        "￦": "₩",
        "￥": "¥",
        "￠": "¢",
        "￡": "£",
        "μ": "µ",
        "㏄": "cc",
        "∶": ":",
        "│": "|",
        "｢": "「",
        "｣": "」",
        **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
    }
)

BLANK = 0
INITIAL = 1 + len(SYMBOLS)
MEDIAL = INITIAL + 19
FINAL = MEDIAL + 21
#: Number of classes.
SIZE = FINAL + 27
SPACE = 1
_FIRST, _LAST = 0xAC00, 0xD7A3
_CLASS = {char: number for number, char in enumerate(SYMBOLS, 1)} | {
    char: number for number, char in enumerate(_CONSONANTS, INITIAL)
}


def canonical(text: str) -> str:
    """Return a text in NFC with look-alike characters replaced by those of the alphabet: `￦` by `₩`, `ㆍ` by `·`."""
    return unicodedata.normalize("NFC", text).translate(_ALIKE)


def classes(text: str) -> list[int] | None:
    """Return the classes of a text in order; None if it holds a character that the alphabet lacks.

    >>> [number - INITIAL for number in classes("가각ㄱ")]
    [0, 19, 0, 19, 40, 0]
    """
    found: list[int] = []
    for char in canonical(text):
        code = ord(char)
        if _FIRST <= code <= _LAST:
            initial, rest = divmod(code - _FIRST, 588)
            medial, final = divmod(rest, 28)
            found += (INITIAL + initial, MEDIAL + medial)
            if final:
                found.append(FINAL + final - 1)
        elif (number := _CLASS.get(char)) is not None:
            found.append(number)
        else:
            return None
    return found


def is_known(text: str) -> bool:
    """Return whether the alphabet has all characters of a text."""
    return classes(text) is not None


def character(numbers: Iterable[int]) -> str:
    """Return the character of one symbol, or of an initial, a medial and perhaps a final; see `grouped`."""
    first, *rest = numbers
    if not rest:
        return _CONSONANTS[first - INITIAL] if first >= INITIAL else SYMBOLS[first - 1]
    medial, final = rest[0] - MEDIAL, rest[1] - FINAL + 1 if len(rest) > 1 else 0
    return chr(_FIRST + (first - INITIAL) * 588 + medial * 28 + final)


def grouped(numbers: Iterable[int]) -> list[tuple[int, ...]]:
    """Return the indexes of the classes that form each character; medials and finals without their place are dropped.

    >>> grouped(classes("1각"))
    [(0,), (1, 2, 3)]
    """
    found: list[tuple[int, ...]] = []
    open_to = 0  # first class that may follow in the character that is being built; 0: none
    for index, number in enumerate(numbers):
        if number < MEDIAL:
            found.append((index,))
            open_to = MEDIAL if number >= INITIAL else 0
        elif open_to and (number < FINAL) == (open_to == MEDIAL):
            found[-1] = (*found[-1], index)
            open_to = FINAL if number < FINAL else 0
    return found
