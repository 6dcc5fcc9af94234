"""Further words, from Faker and from nouns to combine, so that the tagger learns layouts and not the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from faker.providers.address.en_US import Provider as EnglishAddress
from faker.providers.address.ko_KR import Provider as KoreanAddress
from faker.providers.job.en_US import Provider as EnglishJob
from faker.providers.job.ko_KR import Provider as KoreanJob
from faker.providers.lorem.en_US import Provider as EnglishLorem
from faker.providers.person.en_US import Provider as EnglishPerson
from faker.providers.person.ko_KR import Provider as KoreanPerson

from synthetic.words import word_list


@dataclass(frozen=True, slots=True)
class WordLists:
    """Further words of one language. `first`, `second`: parts that together make names of fields and headings."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    words: tuple[str, ...]
    given_names: tuple[str, ...]
    surnames: tuple[str, ...]
    places: tuple[str, ...]
    jobs: tuple[str, ...]


_KOREAN_FIRST, _KOREAN_SECOND = (word_list("name-parts", "ko", part) for part in ("first", "second"))

LISTS = {
    "en": WordLists(
        word_list("name-parts", "en", "first"),
        word_list("name-parts", "en", "second"),
        tuple(EnglishLorem.word_list),
        tuple(EnglishPerson.first_names),
        tuple(EnglishPerson.last_names),
        (*EnglishAddress.states, *EnglishAddress.countries),
        tuple(EnglishJob.jobs),
    ),
    "ko": WordLists(
        _KOREAN_FIRST,
        _KOREAN_SECOND,
        (*_KOREAN_FIRST, *_KOREAN_SECOND),
        tuple(KoreanPerson.first_names),
        tuple(KoreanPerson.last_names),
        (*KoreanAddress.cities, *KoreanAddress.boroughs, *KoreanAddress.countries),
        tuple(KoreanJob.jobs),
    ),
}
