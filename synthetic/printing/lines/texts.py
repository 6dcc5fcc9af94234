"""Texts of printed lines: words, phrases, pairs, figures and rows of tables; Korean, Latin, and both mixed.

A third of the characters and more are Latin letters; of the words with Hangul a quarter is of syllables in any order,
so that a recogniser reads letters and not words.
Letters of one word that are set far apart (`합   계`) are one word
without blanks in the text.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from random import Random

from synthetic.english.vocabulary import ENGLISH
from synthetic.korean.vocabulary import KOREAN
from synthetic.printing import crop_texts
from synthetic.printing.charset import syllables
from synthetic.printing.lines import figures, signs
from synthetic.printing.lines.pools import single_words, texts
from synthetic.text.values import invented, value
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import word_list

_PARTICLES = word_list("printing", "korean-particles")
_WRAPS = word_list("printing", "wraps")
_LABELS, _FIELDS, _PHRASES, _GOODS = (
    word_list("printed-lines", "receipt", kind) for kind in ("labels", "fields", "phrases", "goods")
)
_VALUES = ("person", "company", "address", "phrase", "item", "item", "city", "measure", "count")
_FIRST, _MANY = 0xAC00, 11172
#: Single syllables with blanks between them: one word to a reader.
_SPACED_OUT = re.compile(r"(?<!\S)[가-힣](?: [가-힣])+(?!\S)")

#: Boxes to tick, and blanks.
_TICK_BOXES = "□■☐☑ "

Maker = Callable[[Random], str]


def line_text(rng: Random, kind: str) -> str:
    """Return the text of a line: NFC, single blanks inside, no blank at the ends, not empty.

    `kind`: "receipt" or "matrix" for lines of receipts, "boxed" for figures without blanks, "spread" for one word; any
    other for lines of documents. It may be longer than a line is wide: see `shortened`.
    """
    if kind in _OF_ONE_WORD:
        return _OF_ONE_WORD[kind](rng)
    makers, weights = _RECEIPT if kind in ("receipt", "matrix") else _DOCUMENT
    while True:
        parts = (maker(rng) for maker in rng.choices(makers, weights, k=rng.choices((1, 2, 3), (6, 3, 1))[0]))
        text = _joined(unicodedata.normalize("NFC", " ".join(" ".join(parts).split())))
        text = text.replace("\\", "₩")  # the same key on Korean keyboards, the same sign in Korean fonts
        if text:
            return text


def shortened(text: str, ems: float, rng: Random) -> str:
    """Return words that follow each other in the text and are at most so many font sizes wide; at least one letter."""
    words = text.split()
    start = rng.randrange(len(words)) if ems_of(text) > ems else 0
    kept, room = words[start], ems - ems_of(words[start])
    for word in words[start + 1 :]:
        room -= ems_of(word) + 0.3
        if room < 0:
            break
        kept += " " + word
    while len(kept) > 1 and ems_of(kept) > ems:
        kept = kept[:-1].rstrip()
    return kept


def without_ticks(text: str) -> str:
    """Return a text without boxes to tick at its ends: they are drawn, but a reader of lines leaves them out."""
    return text.strip(_TICK_BOXES)


def ems_of(text: str) -> float:
    """Return about how many font sizes a text is wide."""
    wide = sum(char > "\u2fff" or "\u2460" <= char <= "\u26ff" for char in text)
    return 0.95 * wide + 0.52 * (len(text) - wide)


def _joined(text: str) -> str:
    return _SPACED_OUT.sub(lambda found: found[0].replace(" ", ""), text)


def _eojeol(rng: Random) -> str:
    """Return a Korean word, sometimes with a particle or punctuation, sometimes invented or of rare syllables."""
    draw = rng.random()
    if draw < 0.62:
        word = rng.choice(single_words("ko"))
    elif draw < 0.74:
        word = invented(KOREAN, rng)
    elif draw < 0.92:
        word = "".join(rng.choice(syllables()) for _ in range(rng.choice((1, 2, 2, 3, 3, 4))))
    else:
        word = "".join(chr(_FIRST + rng.randrange(_MANY)) for _ in range(rng.choice((1, 2, 2, 3))))
    if rng.random() < 0.25:
        word += rng.choice(_PARTICLES)
    return _wrapped(word, rng, 0.12)


def _latin(rng: Random) -> str:
    """Return a Latin word in any case."""
    word = rng.choice(single_words("en")) if rng.random() < 0.8 else invented(ENGLISH, rng)
    cased = rng.choice((str.lower, str.lower, str, str.capitalize, str.upper))(word)
    return _wrapped(cased, rng, 0.15)


def _wrapped(word: str, rng: Random, share: float) -> str:
    return rng.choice(_WRAPS).format(word) if rng.random() < share else word


def _words(maker: Maker, most: int) -> Maker:
    return lambda rng: " ".join(maker(rng) for _ in range(rng.randint(1, most)))


def _listed(language: str) -> Maker:
    def made(rng: Random) -> str:
        words = rng.choice(texts(language)).split()
        start = rng.randrange(max(len(words) - 3, 1))
        text = " ".join(words[start:])
        return text.upper() if language == "en" and rng.random() < 0.15 else text

    return made


def _value(v: Vocabulary) -> Maker:
    return lambda rng: value(rng.choice(_VALUES), v, rng)


def _pair(v: Vocabulary) -> Maker:
    kinds = tuple(v.fields)

    def made(rng: Random) -> str:
        kind = rng.choice(kinds)
        name = rng.choice(v.fields[kind])
        given = figures.figure(rng) if rng.random() < 0.4 else value(rng.choice(_VALUES), v, rng)
        return f"{_joined(name)}{rng.choice((': ', ' : ', ':', ' '))}{given}"

    return made


def _row(rng: Random) -> str:
    """Return cells of a table's row."""
    goods = rng.choice((_item, _eojeol, _latin))(rng)
    cells = [
        goods,
        str(rng.randint(1, 30)),
        figures.won(rng),
        figures.won(rng),
        figures.money(rng),
        figures.figure(rng),
    ]
    return " ".join(rng.sample(cells, rng.randint(2, 4)))


def _item(rng: Random) -> str:
    return value("item", KOREAN if rng.random() < 0.6 else ENGLISH, rng)


def _mixed(rng: Random) -> str:
    """Return Hangul beside Latin letters and digits, joined or in one line."""
    draw = rng.random()
    if draw < 0.4:
        return crop_texts.joined(rng)
    parts = (_eojeol(rng), _latin(rng), figures.figure(rng), _eojeol(rng))
    if draw < 0.7:
        return " ".join(rng.sample(parts, rng.randint(2, 4)))
    return rng.choice(("{}({})", "{}{}", "{}-{}", "{}/{}", "{} ({})")).format(*rng.sample(parts, 2))


def _symbols(rng: Random) -> str:
    word = rng.choice((_eojeol, _eojeol, _latin, _latin, figures.figure))
    return rng.choice((signs.with_sign, signs.enumerated))(word, rng)


def _options(rng: Random) -> str:
    """Return options with a box to tick before each, or behind it."""
    pair = rng.choice(("□☑", "□■", "□□", "○●", "○○", "□☑"))
    words = (rng.choice((_eojeol, _eojeol, _latin))(rng) for _ in range(rng.randint(2, 4)))
    form = rng.choice(("{} {}", "{} {}", "{}{}", "{1} {0}"))
    return " ".join(form.format(rng.choice(pair), word) for word in words)


def _letters_beyond(rng: Random) -> str:
    """Return a text with Latin accents or Chinese characters."""
    return signs.accented(_latin, rng) if rng.random() < 0.5 else signs.with_chinese(_eojeol, rng)


def _receipt_row(rng: Random) -> str:
    goods = rng.choice(_GOODS) if rng.random() < 0.6 else rng.choice((_eojeol, _item, _latin))(rng)
    number = rng.randint(1, 12)
    forms = (
        f"{goods} {figures.won(rng)} {number} {figures.won(rng)}",
        f"{goods} {number} {figures.won(rng)}",
        f"{number} {goods} {figures.won(rng)}",
        f"{rng.randint(1, 40):03} {goods}",
        f"{goods} {rng.randint(1, 99)}.{rng.randint(0, 99):02}",
        f"{figures.won(rng)} {number} {figures.won(rng)}",
        f"*{goods} {figures.won(rng)}",
        f"{goods}",
    )
    return rng.choice(forms)


def _receipt_total(rng: Random) -> str:
    amount = rng.choice((figures.won(rng), f"{figures.won(rng)}원", figures.money(rng), f"-{figures.won(rng)}"))
    return f"{_joined(rng.choice(_LABELS))}{rng.choice((' ', ':', ': ', ' : ', ' '))}{amount}"


def _receipt_field(rng: Random) -> str:
    given = rng.choice((figures.figure, figures.figure, lambda r: figures.patterned("masks", r), _eojeol, figures.date))
    return f"{rng.choice(_FIELDS)}{rng.choice((' ', ':', ': ', ' : ', '.'))}{given(rng)}"


def _phrase(rng: Random) -> str:
    return rng.choice(_PHRASES)


def _boxed_figure(rng: Random) -> str:
    """Return letters and digits; no commas and points, since remains of rules look like them."""
    draw = rng.random()
    if draw < 0.75:
        count = rng.choice((2, 3, 4, 5, 6, 8, 10, 10, 11, 13))
        return "".join(rng.choice("0123456789") for _ in range(count))
    if draw < 0.85:
        return "".join(rng.choice(string.ascii_uppercase + string.digits) for _ in range(rng.randint(3, 10)))
    return "".join(char for char in figures.patterned("numbers", rng) if char.isalnum() or char == "-").strip("-")


def _spread(rng: Random) -> str:
    """Return one word of two to six letters."""
    if rng.random() < 0.25:
        word = rng.choice(single_words("en")).upper()
    else:
        draw = rng.random()
        word = rng.choice(single_words("ko")) if draw < 0.7 else "".join(rng.choice(syllables()) for _ in range(3))
    word = "".join(char for char in word if char.isalpha())[:6]
    return word if len(word) > 1 else "합계"


def _table(*makers: tuple[Maker, float]) -> tuple[tuple[Maker, ...], tuple[float, ...]]:
    return tuple(maker for maker, _ in makers), tuple(weight for _, weight in makers)


_DOCUMENT = _table(
    (_words(_eojeol, 5), 36),
    (_listed("ko"), 12),
    (_value(KOREAN), 8),
    (_pair(KOREAN), 9),
    (_words(_latin, 6), 12),
    (_listed("en"), 9),
    (_value(ENGLISH), 6),
    (_pair(ENGLISH), 7),
    (figures.figure, 9),
    (_row, 6),
    (_mixed, 8),
    (_symbols, 9),
    (_options, 2),
    (_letters_beyond, 3),
    (crop_texts.address, 3),
)
_RECEIPT = _table(
    (_receipt_row, 26),
    (_receipt_total, 16),
    (_receipt_field, 18),
    (_phrase, 10),
    (_words(_eojeol, 4), 18),
    (_words(_latin, 5), 10),
    (figures.figure, 16),
    (_value(KOREAN), 4),
    (_value(ENGLISH), 4),
)
_OF_ONE_WORD: dict[str, Maker] = {"boxed": _boxed_figure, "spread": _spread}
