"""Prose that people write into forms: events, opinions, aims, advice, in the words of one trade.

Prose of this kind has persons, past tense, numbers and names. Text of the form itself (`sentences.notice`,
`instruction`) gives orders and makes reservations. Every call draws new sentences.
"""

from __future__ import annotations

import re
from random import Random

from synthetic.english.trades import TRADES
from synthetic.text.sentences import capital, fill
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import read, word_list, word_lists

_PATTERNS = word_lists("english-narration", "sentences")
#: Kinds of prose, of several sentences each.
KINDS = tuple(_PATTERNS)
_ORDERS = word_list("english-narration", "instructions")
_SHORT: dict[str, str] = read("english-narration")["abbreviations"]  # fmt: skip
_ENDS = frozenset('.!?"')
#: Openings for patterns that begin with one of `_OPEN`.
_LEADS = word_list("english-narration", "openings")
_OPEN = ("~w ", "The ~", "There ", "~p ", "~n ", "~u ~p")
_VOWEL = re.compile(r"\b([Aa]) (?=[aeioAEIO])")


def narrate(v: Vocabulary, rng: Random, kind: str, sentences: int, trade: dict[str, tuple[str, ...]]) -> str:
    """Return a paragraph of that many different sentences. KeyError: no such kind; ValueError: too few patterns."""
    parts = [_sentence(_led(pattern, rng), v, rng, trade) for pattern in rng.sample(_PATTERNS[kind], sentences)]
    ended = [part if part[-1] in _ENDS else part + rng.choice(".;,") for part in parts[:-1]]
    return " ".join((*ended, parts[-1]))


def instruction(v: Vocabulary, rng: Random, sentences: int) -> str:
    """Return sentences of the form itself: instructions and legal reservations, which answer no field."""
    trade = rng.choice(TRADES)
    return " ".join(_sentence(rng.choice(_ORDERS), v, rng, trade) for _ in range(sentences))


def write_hurriedly(text: str, rng: Random) -> str:
    """Return the text as written in a hurry: words shortened or left out, letters swapped, capitals lost."""
    words = []
    for word in text.split():
        drawn = rng.random()
        short = _SHORT.get(word.lower()) if drawn < 0.6 else None
        if short is not None:
            words += [short] if short else []
        elif 0.6 < drawn < 0.72 and len(word) > 4:
            words.append(_slipped(word, rng))
        else:
            words.append(word)
    text = " ".join(words)
    return text.lower() if rng.random() < 0.4 else text.replace(". ", rng.choice((" - ", ". ", ", ", "; ", " ")))


def write_as_telegram(text: str, rng: Random) -> str:
    """Return the text in capitals, without short function words."""
    words = [word for word in text.split() if word.lower() not in ("the", "a", "an", "that", "of", "was", "were")]
    return " ".join(words).upper().replace(". ", rng.choice((" STOP ", " - ", ". ", " / ")))


def _slipped(word: str, rng: Random) -> str:
    """Return the word with two letters swapped, or with one letter lost, doubled or wrong."""
    at = rng.randrange(1, len(word) - 2)
    head, one, two, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    return head + rng.choice((two + one, two, one + one + two, rng.choice("aeiou") + two)) + tail


def _led(pattern: str, rng: Random) -> str:
    """Return the pattern, sometimes with an opening before it."""
    if not pattern.startswith(_OPEN) or rng.random() < 0.7:
        return pattern
    return f"{rng.choice(_LEADS)} {pattern[:1].lower()}{pattern[1:]}"


def _sentence(pattern: str, v: Vocabulary, rng: Random, trade: dict[str, tuple[str, ...]]) -> str:
    text = fill(pattern, v, rng, trade).replace("..", ".").replace(" by I ", " by me ")
    return _VOWEL.sub(r"\1n ", capital(text))
