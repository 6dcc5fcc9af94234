"""Errors of OCR on Korean: similar parts of syllables, overlooked final consonants, unknown signs.

The chances follow the errors of Tesseract on eight pictures of Korean families, clean and noisy, read with `prelabel
read`: of 1,016 words 75 % were right, 10 % misread, 6 % lost (mostly signs and single letters), 4 % glued, 3 % joined
from single letters, 2 % split.
"""

from __future__ import annotations

from random import Random

_FIRST, _LAST = 0xAC00, 0xD7A3
_LEADS, _VOWELS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


def _alike(order: str, *groups: str) -> dict[int, tuple[int, ...]]:
    """Return, for each place in `order`, the places of the parts that OCR takes it for."""
    places = {part: place for place, part in enumerate(order)}
    return {
        places[part]: tuple({places[other] for group in groups if part in group for other in group} - {places[part]})
        for part in set("".join(groups))
    }


_LEAD = _alike(_LEADS, "ㄱㅋㄲ", "ㄷㅌㄸㄹ", "ㅂㅍㅁㅃ", "ㅅㅈㅊㅆ", "ㅇㅁㅎㄷ", "ㄴㄷㄹ", "ㅈㅊㅉㅅ")
_VOWEL = _alike(_VOWELS, "ㅏㅑㅓㅣㅐ", "ㅓㅕㅔㅣ", "ㅗㅛㅡㅜ", "ㅜㅠㅡ", "ㅐㅔㅒ", "ㅖㅔㅕ", "ㅟㅢㅝㅞ", "ㅘㅚㅙㅗ")
_TAIL = _alike(_TAILS, "ㄴㅇㅁㄹ", "ㄱㄴㅋ ", "ㅅㄴㅈ ", "ㅆㅅㅄ", "ㅂㅁㅍ", "ㄹㅌㅎ", "ㅇㅁ ", "ㄴ ")
#: Readings of signs by OCR; "" for a lost sign.
_SIGNS = {
    "□": ("O", "ㅁ", "口", "[]", "oO", "LI", "디", ""),
    "☐": ("O", "ㅁ", "[]", "CJ", ""),
    "■": ("Cl", "M", "m", "■", ""),
    "▣": ("=)", "8", "ㅁ", ""),
    "☑": ("@", "M", "B", "ㅁ", "4", ""),
    "○": ("O", "0", "ㅇ", "o", ""),
    "◎": ("@", "O", "ㅇ"),
    "●": ("@", "e", "0", "●", ""),
    "√": ("v", "V", "/", "Y", ""),
    "✓": ("v", "V", "/", ""),
    "₩": ("\\", "W", "₩", "₩", ""),
    "※": ("*", "x", "X", "※", ""),
    "㊞": ("@", "인", ""),
    "㈜": ("㈜", "주", "(주)", "㈜"),
    "·": ("ㆍ", "-", ".", "·"),
    "㎡": ("m2", "mm", "㎡", "ri"),
    "×": ("x", "X", "*"),
    "±": ("+", "±", "t"),
    "①": ("@", "1", "①", "(1)"),
    "②": ("@", "2", "②", "(2)"),
    "③": ("@", "3", "③", "(3)"),
    "④": ("@", "4", "④"),
    "⑤": ("@", "5", "⑤"),
}


def is_hangul(char: str) -> bool:
    """Return whether the character is a whole syllable."""
    return _FIRST <= ord(char) <= _LAST


def misread_syllable(char: str, rng: Random) -> str:
    """Return a syllable that differs from this one in one part, which looks similar."""
    lead, rest = divmod(ord(char) - _FIRST, 588)
    vowel, tail = divmod(rest, 28)
    drawn = rng.random()
    if drawn < 0.25:
        lead = rng.choice(_LEAD[lead])
    elif drawn < 0.65:
        vowel = rng.choice(_VOWEL[vowel])
    else:
        tail = rng.choice(_TAIL.get(tail) or (0,))
    return chr(_FIRST + lead * 588 + vowel * 28 + tail)


def misread_signs(text: str, rng: Random) -> str:
    """Return the text with its signs as OCR reads them; it may be empty."""
    if text.isascii() or not any(char in _SIGNS for char in text):
        return text
    return "".join(rng.choice(_SIGNS[char]) if char in _SIGNS else char for char in text)
