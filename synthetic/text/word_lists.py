"""Many more words, so that the tagger learns how forms look, not what our lists say: Faker's, and nouns to combine."""

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
    """`first`, `second`: parts that make field names and headings together; the rest says what it is."""

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
