"""Words of both languages for printed lines: those of all the word lists of the generator, and of Faker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from synthetic import words
from synthetic.text.word_lists import LISTS

#: Marks of patterns, and the placeholders of values in them.
_PATTERN = re.compile(r"[{}~\\]")
_KOREAN = re.compile(r"[가-힣]")
_LATIN = re.compile(r"[A-Za-z]")
#: Punctuation that may stand at the ends of a word.
_ENDS = "()[]<>{}\"'.,:;!?*·•-–/=~ "


@cache
def single_words(language: str) -> tuple[str, ...]:
    """Return words without blanks, each once: "ko" with at least one syllable, "en" of Latin letters."""
    found = (part for text in texts(language) for part in text.split())
    return tuple(sorted({word for part in found if (word := part.strip(_ENDS)) and _is_of(word, language)}))


@cache
def texts(language: str) -> tuple[str, ...]:
    """Return all phrases and sentences of the word lists in one language ("en", "ko"), each once."""
    lists = LISTS[language]
    faker = (*lists.words, *lists.given_names, *lists.surnames, *lists.places, *lists.jobs)
    files = sorted(
        name.removesuffix(".toml") for file in resources.files(words).iterdir() if (name := file.name).endswith(".toml")
    )
    ours = (text for file in files for text in _strings(words.read(file)))
    return tuple(sorted({text for text in (*ours, *faker) if not _PATTERN.search(text) and _is_of(text, language)}))


def _is_of(text: str, language: str) -> bool:
    return bool(_KOREAN.search(text)) if language == "ko" else bool(_LATIN.search(text) and not _KOREAN.search(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _strings(each)
