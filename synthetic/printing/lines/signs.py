"""Texts with signs, enumerations, accents and Chinese characters, as documents have them: each sign of the alphabet."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random

from prelabel.ocr.reader.alphabet import SYMBOLS
from synthetic.printing.lines.figures import won

#: Signs of the alphabet that are not drawn: they look like rules, or like another sign.
_UNDRAWN = frozenset("│─☐ªº\\")
#: Signs that documents have often.
_COMMON = "※※••··○●□■☑→▶①②③④⑤㈜★◆“”‘’「」『』【】<>{}[]|~^=`_±×÷°%℃㎡☎—–…"
_BULLETS = "-•·※*▶◆○●■□★→>"
_CONSONANTS = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_SYLLABLES = "가나다라마바사아자차카타파하"
_PAIRS = (
    "“”",
    "‘’",
    "「」",
    "『』",
    "【】",
    "〈〉",
    "《》",
    "〔〕",
    "[]",
    "{}",
    "<>",
    "()",
    '""',
    "''",
    "||",
    "~~",
    "**",
)
_NUMERALS = "二三四五六七八九十百千萬億"

Maker = Callable[[Random], str]


def with_sign(word: Maker, rng: Random) -> str:
    """Return a word or two with a sign before, behind, between or around them."""
    draw = rng.random()
    if draw < 0.2:
        pair = rng.choice(_PAIRS)
        return f"{pair[0]}{word(rng)}{pair[1]}{rng.choice(('', '', ' ' + word(rng)))}"
    sign = rng.choice(_COMMON) if draw < 0.65 else rng.choice(_signs())
    forms = ("{0} {1}", "{0}{1}", "{1} {0}", "{1}{0}", "{1} {0} {2}", "{1}{0}{2}", "{0} {1} {0} {2}")
    return rng.choice(forms).format(sign, word(rng), word(rng))


def enumerated(word: Maker, rng: Random) -> str:
    """Return an item of a list: its number, letter or bullet, and a word."""
    number = rng.randint(1, 15)
    heads = (
        f"{number}.",
        f"{number})",
        f"({number})",
        chr(ord("①") + number - 1),
        f"{rng.choice(_SYLLABLES)}.",
        f"{rng.choice(_SYLLABLES)})",
        f"{rng.choice(_CONSONANTS)}.",
        f"{rng.choice('abcdefghABCDEFGH')}.",
        f"({rng.choice('abcdefghi')})",
        f"{number}-{rng.randint(1, 9)}.",
        f"제{number}조",
        rng.choice(_BULLETS),
        rng.choice(_BULLETS),
    )
    return f"{rng.choice(heads)}{rng.choice((' ', ' ', ''))}{word(rng)}"


def accented(word: Maker, rng: Random) -> str:
    """Return a Latin word with accents on some of its letters."""
    chars = list(word(rng))
    for _ in range(rng.choice((1, 1, 2))):
        place = rng.randrange(len(chars))
        chars[place] = rng.choice(_accents().get(chars[place], chars[place]))
    return rng.choice(("", "", "", "¿", "¡")) + "".join(chars)


def with_chinese(word: Maker, rng: Random) -> str:
    """Return a text of an older Korean form, with its Chinese characters."""
    numeral = "".join(rng.choice(_NUMERALS) for _ in range(rng.randint(1, 4)))
    a, b = rng.choice(_chinese()), rng.choice(_chinese())
    forms = (
        f"金 {won(rng)}원整",
        f"金 {won(rng)} 원 整",
        f"金{numeral}원整",
        f"{word(rng)} (印)",
        f"(株){word(rng)}",
        f"{rng.randint(1960, 2029)}年 {rng.randint(1, 12)}月 {rng.randint(1, 28)}日",
        f"第 {rng.randint(1, 999)} 號",
        f"{rng.choice('甲乙丙丁')} {word(rng)}",
        f"{numeral}",
        f"{word(rng)}({a}{b})",
        f"{a}{b}",
        f"{a} {word(rng)}",
    )
    return rng.choice(forms)


@cache
def _signs() -> str:
    """Return the signs of the alphabet, with numbers in circles and units, without letters and digits."""
    letters = (*_chinese(), *"".join(_accents().values()))
    return "".join(c for c in SYMBOLS if not (c.isascii() and c.isalnum()) and c not in {*_UNDRAWN, *letters, " "})


@cache
def _chinese() -> str:
    return "".join(char for char in SYMBOLS if "\u4e00" <= char <= "\u9fff")


@cache
def _accents() -> dict[str, str]:
    """Return the letters of the alphabet with accents by the plain letter."""
    found: dict[str, str] = {"o": "ø", "O": "Ø", "a": "æ", "s": "ß"}
    for char in SYMBOLS:
        plain = unicodedata.normalize("NFD", char)[0]
        if plain.isascii() and plain.isalpha() and plain != char:
            found[plain] = found.get(plain, "") + char
    return found
