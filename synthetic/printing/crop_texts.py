"""Texts for crops: words and short phrases of business documents in English, in Korean, and mixed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random

from synthetic.english.vocabulary import ENGLISH
from synthetic.korean.vocabulary import KOREAN
from synthetic.printing.charset import SYMBOLS, charset, syllables
from synthetic.text.values import common, invented, value
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import word_list

_KINDS = (
    *("person", "company", "date", "phone", "number", "money"),
    *("phrase", "address", "email", "city", "count", "time"),
)
_DIGITS = ("number", "number", "date", "money", "money", "phone", "percent", "measure", "count", "zip", "time")
#: Particles and endings that follow a Korean noun without a space.
_PARTICLES = word_list("printing", "korean-particles")
_MAKERS = word_list("printing", "latin-names")
_NOUNS = word_list("printing", "korean-nouns")
_MIXED = word_list("printing", "mixed")
_DOMAINS = word_list("printing", "domains")
_WRAPS = word_list("printing", "wraps")

Maker = Callable[[Random], str]


def text(language: str, rng: Random) -> str:
    """Return a text of characters of `charset()`: NFC, single spaces inside, 1 to 30 characters.

    `language`: "en", "ko" (Korean and figures) or "mixed" (both, and words that have both in them).
    """
    makers, weights = _makers(language)
    known = _known()
    while True:
        drawn = unicodedata.normalize("NFC", " ".join(rng.choices(makers, weights)[0](rng).split()))
        if 0 < len(drawn) <= 30 and known.issuperset(drawn):
            return drawn


@cache
def _known() -> frozenset[str]:
    return frozenset(charset())


@cache
def _makers(language: str) -> tuple[tuple[Maker, ...], tuple[float, ...]]:
    table: tuple[tuple[Maker, float], ...] = {"en": _ENGLISH, "ko": _KOREAN, "mixed": _BOTH}[language]
    return tuple(maker for maker, _ in table), tuple(weight for _, weight in table)


def _word(rng: Random) -> str:
    """Return a Latin word in any case, sometimes with punctuation around it."""
    word = rng.choice((common, invented, _part))(ENGLISH, rng)
    word = rng.choice((str.lower, str.lower, str.capitalize, str.capitalize, str.upper, str))(word)
    return _wrapped(word, rng)


def _eojeol(rng: Random) -> str:
    """Return a Korean word, sometimes with a particle or punctuation."""
    word = rng.choice((common, common, invented, _part))(KOREAN, rng)
    if rng.random() < 0.35:
        word += rng.choice(_PARTICLES)
    return _wrapped(word, rng)


def _wrapped(word: str, rng: Random) -> str:
    return rng.choice(_WRAPS).format(word) if rng.random() < 0.2 else word


def _part(v: Vocabulary, rng: Random) -> str:
    """Return one word out of a value, a field's name or a sentence."""
    pools = (v.sentences, v.sections, v.phrases, v.items, v.titles, v.totals, rng.choice(tuple(v.fields.values())))
    whole = value(rng.choice(_KINDS), v, rng) if rng.random() < 0.4 else rng.choice(rng.choice(pools))
    return rng.choice(whole.split())


def _phrase(v: Vocabulary, rng: Random) -> str:
    """Return two to four words that stand together."""
    pools = (v.sentences, v.phrases, v.items, v.titles, v.closings, rng.choice(tuple(v.fields.values())))
    whole = value(rng.choice(_KINDS), v, rng) if rng.random() < 0.5 else rng.choice(rng.choice(pools))
    words = whole.split()
    start = rng.randrange(len(words))
    return " ".join(words[start : start + rng.randint(2, 4)])


def _figures(v: Vocabulary, rng: Random) -> str:
    """Return a number with its unit or separators: date, amount, code, telephone."""
    parts = value(rng.choice(_DIGITS), v, rng).split()
    return " ".join(parts) if rng.random() < 0.3 else rng.choice(parts)


def _digits(rng: Random) -> str:
    """Return digits with separators in any order, so that a recogniser learns no number by its neighbours."""
    return "".join(rng.choice("0123456789" if rng.random() < 0.85 else ".,-/:") for _ in range(rng.randint(1, 12)))


def _letters(rng: Random) -> str:
    """Return a code, or a row of any printable characters, for characters that are rare in words."""
    pool = rng.choice(("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", _ASCII))
    return "".join(rng.choice(pool) for _ in range(rng.randint(1, 8)))


def address(rng: Random) -> str:
    """Return an e-mail or web address."""
    name, host = (rng.choice((invented, common))(ENGLISH, rng).lower().replace(" ", "") for _ in range(2))
    end = rng.choice(_DOMAINS)
    if rng.random() < 0.3:
        return rng.choice(("www.{}.{}", "https://{}.{}")).format(host, end)
    dot = rng.choice(("", "", ".", "_", "-"))
    number = rng.choice(("", "", rng.randint(1, 2030)))
    return f"{name}{dot}{number or rng.choice('abcdejkmps')}@{host}.{end}"


def _symbol(rng: Random) -> str:
    """Return a symbol, alone or before a word."""
    sign = rng.choice(SYMBOLS)
    return rng.choice((sign, sign + _eojeol(rng), f"{sign} {_eojeol(rng)}", sign + _digits(rng)))


def _syllables(rng: Random) -> str:
    """Return a row of any syllables, so that a recogniser sees each of the 2,350."""
    return "".join(rng.choice(syllables()) for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5))))


def joined(rng: Random) -> str:
    """Return Latin letters or digits and Hangul in one text."""
    form = rng.choice(_MIXED)
    return form.format(
        maker=rng.choice(_MAKERS), noun=rng.choice(_NOUNS), n=rng.randint(1, 99), m=rng.randint(10, 9999)
    )


_ASCII = "".join(chr(code) for code in range(33, 127))
_ENGLISH: tuple[tuple[Maker, float], ...] = (
    (_word, 9),
    (lambda rng: _figures(ENGLISH, rng), 5),
    (lambda rng: _phrase(ENGLISH, rng), 3),
    (_digits, 1.5),
    (_letters, 1.5),
    (address, 1),
)
_KOREAN: tuple[tuple[Maker, float], ...] = (
    (_eojeol, 8),
    (_syllables, 5),
    (lambda rng: _figures(KOREAN, rng), 4),
    (lambda rng: _phrase(KOREAN, rng), 3),
    (joined, 1.5),
    (_symbol, 1),
    (_digits, 0.7),
)
_BOTH = _KOREAN + tuple((maker, 0.7 * weight) for maker, weight in _ENGLISH)
