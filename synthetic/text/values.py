"""Values of fields by kind (person, date, money, ...) in one language; values of words are composed here."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from synthetic.text import numbers
from synthetic.text.vocabulary import Vocabulary
from synthetic.text.word_lists import LISTS
from synthetic.words import read, word_list

Maker = Callable[[Vocabulary, Random], str]

_SYLLABLES: str = read("name-parts")["ko"]["syllables"]
_ONSETS = word_list("name-parts", "en", "onsets")
_VOWELS = word_list("name-parts", "en", "vowels")
_CODAS = word_list("name-parts", "en", "codas")
#: Kinds whose values may stand in brackets behind another one.
_REMARKS = ("phrase", "phone", "count", "person", "percent")


def value(kind: str, v: Vocabulary, rng: Random) -> str:
    """Return a value of the given kind, sometimes with a remark in brackets. KeyError where there is no such kind."""
    text = _MAKERS[kind](v, rng)
    if rng.random() < 0.03:
        text = f"{text} ({_MAKERS[rng.choice(_REMARKS)](v, rng)})"
    return text


def invented(v: Vocabulary, rng: Random) -> str:
    """Return a word that is in no list of fields: a rare word, a name, a place, or a word that does not exist."""
    drawn, lists = rng.random(), LISTS[v.language]
    if drawn < 0.3:
        return rng.choice(lists.words).capitalize()
    if drawn < 0.4:
        return rng.choice(lists.places)
    if drawn < 0.55:
        return rng.choice(lists.surnames if v.language == "en" else lists.given_names)
    if v.language == "ko":
        return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3, 3, 4))))
    syllables = (
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choice((1, 2, 2, 3)))
    )
    return "".join(syllables).capitalize()


def common(v: Vocabulary, rng: Random) -> str:
    """Return a word as in running text."""
    return rng.choice(v.words) if rng.random() < 0.5 else rng.choice(LISTS[v.language].words)


def _person(v: Vocabulary, rng: Random) -> str:
    lists = LISTS[v.language]
    ours = rng.random() < 0.4
    given = rng.choice(v.given_names if ours else lists.given_names)
    surname = rng.choice(v.surnames if ours or v.language == "ko" else lists.surnames)
    if v.language == "ko":
        name = surname + given
        rank = rng.choice(("", "", "", "", "", "", " 과장", " 대리", " (인)", " 부장", " 님", " 주무관"))
        return (" ".join(name) if rng.random() < 0.06 else name) + rank
    drawn = rng.random()
    if drawn < 0.15:
        return f"{given} {rng.choice(given).upper()}. {surname}"
    if drawn < 0.75:
        return f"{given} {surname}"
    return rng.choice((f"{surname}, {given}", f"{given[0]}. {surname}", given, f"Mr. {surname}", f"Ms {surname}"))


def _company(v: Vocabulary, rng: Random) -> str:
    first = invented(v, rng) if rng.random() < 0.5 else rng.choice(v.company_words)
    if v.language == "en":
        second = f" {invented(v, rng)}" if rng.random() < 0.4 else ""
        return f"{first}{second} {rng.choice(v.company_forms)}"
    name = first + rng.choice(v.company_forms)
    forms = ("(주){}", "주식회사 {}", "{}", "{}", "{}(주)", "㈜{}", "{} 본점", "{} " + rng.choice(v.cities) + "점")
    return rng.choice(forms).format(name)


def _address(v: Vocabulary, rng: Random) -> str:
    number, floor = rng.randint(1, 600), rng.randint(2, 30)
    if v.language == "ko":
        road = f"{invented(v, rng)[:2]}{rng.choice('구군시')} {invented(v, rng)}{rng.choice('로길')}"
        building = f"{rng.choice(v.company_words)}빌딩 {floor}층"
        tail = rng.choice(("", "", "", f" {floor}층", f", {floor}층", f" {number}호", f" {building}", f", {building}"))
        return f"{rng.choice(v.cities)} {rng.choice((rng.choice(v.streets), road))} {number}{tail}"
    road = rng.choice((rng.choice(v.streets), f"{invented(v, rng)} {rng.choice(v.streets).split()[-1]}"))
    tail = rng.choice(("", "", "", f", Suite {number}", f" Apt {number}", f", {floor}th Floor"))
    town = rng.choice((rng.choice(v.cities), invented(v, rng)))
    code = numbers.patterned("zip", "en", rng)
    end = rng.choice(("", f", {town}", f", {town}, {code}", f" {town} {code}"))
    return f"{rng.choice((f'{number} {road}', f'{road} {number}', f'Unit {floor}, {road}'))}{tail}{end}"


def _city(v: Vocabulary, rng: Random) -> str:
    town, place = rng.choice(v.cities), rng.choice(LISTS[v.language].places)
    if v.language == "ko":
        return rng.choice((town, place, "대한민국", "부산항", "국산"))
    return rng.choice((town, town, place, f"{town}, {place}"))


def _item(v: Vocabulary, rng: Random) -> str:
    item = rng.choice(v.items)
    if rng.random() < 0.45:
        words = [rng.choice((common, invented))(v, rng) for _ in range(rng.randint(1, 2))]
        item = " ".join([*words, *rng.choice(v.items).split()[-1:] * rng.randint(0, 1)])
        item = item[:1].upper() + item[1:] if rng.random() < 0.8 else item
    if rng.random() < 0.25:
        item = f"{rng.choice(v.adjectives)} {item}"
    if rng.random() < 0.2:
        words = [rng.choice((common, invented, _measure, _adjective))(v, rng) for _ in range(rng.randint(1, 4))]
        item = f"{item}, {' '.join(words)}"
    if rng.random() < 0.15:
        extra = rng.choice((_measure(v, rng), f"({numbers.count(v.language, rng)})", f"x {rng.randint(2, 12)}"))
        item = f"{item} {extra}"
    return item


def _phrase(v: Vocabulary, rng: Random) -> str:
    drawn = rng.random()
    if drawn < 0.06:
        return rng.choice(v.sentences)
    if drawn < 0.14:
        return rng.choice(LISTS[v.language].jobs)
    if drawn < 0.36:
        words = (
            rng.choice((common, common, invented, _item))(v, rng) for _ in range(rng.choice((1, 1, 1, 2, 3, 5, 7)))
        )
        text = " ".join(words).replace(",", "")
        return text[:1].upper() + text[1:] if rng.random() < 0.7 else text
    phrase = rng.choice(v.phrases)
    return f"{phrase}, {rng.choice(v.phrases)}" if drawn > 0.92 else phrase


def _adjective(v: Vocabulary, rng: Random) -> str:
    return rng.choice(v.adjectives)


def _measure(v: Vocabulary, rng: Random) -> str:
    return numbers.patterned("measure", v.language, rng)


def _pattern(kind: str) -> Maker:
    return lambda v, rng: numbers.patterned(kind, v.language, rng)


_MAKERS: dict[str, Maker] = {
    "person": _person,
    "company": _company,
    "address": _address,
    "city": _city,
    "item": _item,
    "phrase": _phrase,
    "date": lambda v, rng: numbers.date(v.language, rng),
    "time": lambda v, rng: numbers.time(v.language, rng),
    "money": lambda v, rng: numbers.money(v.language, rng),
    "count": lambda v, rng: numbers.count(v.language, rng),
    **{kind: _pattern(kind) for kind in numbers.PATTERNS["en"]},
}
