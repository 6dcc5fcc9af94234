"""Sentences, headlines and long questions composed from patterns, so that texts do not repeat."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from synthetic.text.numbers import MONTHS
from synthetic.text.values import common, invented
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import word_list, word_lists

#: Words for the marks of patterns, see `english-sentences.toml`.
WORDS: dict[str, tuple[str, ...]] = {**word_lists("english-sentences", "words"), "m": MONTHS}
_SENTENCES = word_list("english-sentences", "sentences")
_NOTICES = word_list("english-sentences", "notices")
_CLAUSES = word_list("english-sentences", "clauses")
_QUESTIONS = word_list("english-sentences", "questions")
_HEADLINES = word_list("english-sentences", "headlines")


def sentence(v: Vocabulary, rng: Random) -> str:
    """Return a sentence: in English from a pattern, in Korean from the list with up to three words replaced."""
    if v.language == "en":
        return capital(fill(rng.choice(_SENTENCES), v, rng))
    parts = rng.choice(v.sentences).split()
    for _ in range(rng.choice((0, 0, 1, 3))):
        parts[rng.randrange(len(parts))] = rng.choice((common, common, invented))(v, rng)
    return " ".join(parts)


def notice(v: Vocabulary, rng: Random) -> str:
    """Return a sentence outside of fields: an instruction of the form, or text of a letter."""
    if v.language == "en" and rng.random() < 0.6:
        return capital(fill(rng.choice(_NOTICES), v, rng))
    return rng.choice(v.sentences) if rng.random() < 0.4 else sentence(v, rng)


def clause(v: Vocabulary, rng: Random) -> str:
    """Return a few words that answer a question."""
    if v.language == "en":
        text = fill(rng.choice(_CLAUSES), v, rng)
        return capital(text) if rng.random() < 0.75 else text
    return " ".join(common(v, rng) for _ in range(rng.choice((1, 2, 2, 3, 5))))


def long_question(v: Vocabulary, rng: Random) -> str:
    """Return a long name of a field, often a whole question; English only."""
    return capital(fill(rng.choice(_QUESTIONS), v, rng))


def headline(v: Vocabulary, rng: Random) -> str:
    """Return a title of a paper of no common kind; English only."""
    return fill(rng.choice(_HEADLINES), v, rng).title()


def prose(v: Vocabulary, rng: Random, sentences: int) -> str:
    """Return that many sentences."""
    return " ".join(sentence(v, rng) for _ in range(sentences))


def fill(pattern: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]] = WORDS) -> str:
    """Return the pattern with every mark replaced. KeyError where `words` lacks a mark."""
    return " ".join(_part(part, v, rng, words) if "~" in part else part for part in pattern.split())


def _part(part: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]]) -> str:
    before, *rest = part.split("~")
    return before + "".join(_word(piece[0], v, rng, words) + piece[1:] for piece in rest)


def _word(mark: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]]) -> str:
    match mark:
        case "u":
            return str(rng.randint(1, 99))
        case "h":
            return str(rng.randint(1, 12))
        case "z":
            return str(rng.randint(10, 59))
        case "y":
            return str(rng.randint(1950, 2015))
        case "x":
            return invented(v, rng)
        case "s":
            return rng.choice(v.surnames)
        case "g":
            return rng.choice(v.given_names)
        case "c":
            return rng.choice(v.cities)
        case _:
            word = rng.choice(words[mark])
            return fill(word, v, rng, words) if "~" in word else word


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
