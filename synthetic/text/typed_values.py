"""Values of filled-in fields: those of `text.values`, in English also as typed forms of the last century have them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from synthetic.text import sentences
from synthetic.text.numbers import MONTHS, patterned
from synthetic.text.values import common, invented, value
from synthetic.text.vocabulary import Vocabulary
from synthetic.text.word_lists import LISTS
from synthetic.words import word_list

_INITIALS = "ABCDEFGHJKLMNPRSTW"

_DATES = word_list("numbers", "typed", "dates")
_AMOUNTS = word_list("numbers", "typed", "amounts")
_PEOPLE = word_list("numbers", "typed", "people")
_NUMBERS = word_list("numbers", "typed", "numbers")
_COUNTS = word_list("numbers", "typed", "counts")
_MEASURES = word_list("numbers", "typed", "measures")
_TICKS = word_list("numbers", "typed", "ticks")


def filled(kind: str, v: Vocabulary, rng: Random) -> str:
    """Return a value of that kind. KeyError where there is no such kind."""
    if v.language == "en" and kind in _MAKERS and rng.random() < 0.6:
        return _MAKERS[kind](v, rng)
    return value(kind, v, rng)


def name_with_initials(v: Vocabulary, rng: Random) -> str:
    """Return the name of a person as offices write it, with initials."""
    lists = LISTS["en"]
    a, b, c = (rng.choice(_INITIALS) for _ in range(3))
    s, t = (rng.choice(v.surnames if rng.random() < 0.4 else lists.surnames) for _ in range(2))
    g, h = (rng.choice(v.given_names if rng.random() < 0.4 else lists.given_names) for _ in range(2))
    j, p = rng.choice(lists.jobs).split(",")[0], rng.choice(v.cities)
    return rng.choice(_PEOPLE).format(a=a, b=b, c=c, s=s, t=t, g=g, h=h, j=j, p=p)


def _company(v: Vocabulary, rng: Random) -> str:
    one, two, three = (rng.choice((rng.choice(v.surnames), invented(v, rng))) for _ in range(3))
    trade, form = rng.choice(v.company_words), rng.choice(v.company_forms)
    forms = (f"{one} & {two}", f"{one}, {two} & {three}, Inc.", f"{one} {trade} {form}", f"The {one} {trade} Company")
    more = (
        f"{one[0]}{two[0]}{three[0]}",
        f"{one} - {trade}",
        f"University of {one}",
        f"{one} {common(v, rng).title()} Co.",
    )
    return rng.choice((*forms, *more))


def _date(v: Vocabulary, rng: Random) -> str:
    year, month, day = rng.randint(1950, 2012), rng.randrange(12), rng.randint(1, 26)
    name = MONTHS[month]
    return rng.choice(_DATES).format(m=month + 1, d=day, e=day + 2, y=year, s=year % 100, N=name, n=name[:3])


def _money(v: Vocabulary, rng: Random) -> str:
    one, two = (f"{int(10 ** rng.uniform(0.3, 5)):,}" for _ in range(2))
    return rng.choice(_AMOUNTS).format(one, two)


def _phrase(v: Vocabulary, rng: Random) -> str:
    drawn = rng.random()
    if drawn < 0.12:
        return sentences.prose(v, rng, rng.choice((1, 1, 2)))
    if drawn < 0.25:
        return rng.choice(_TICKS)
    return sentences.clause(v, rng)


def _address(v: Vocabulary, rng: Random) -> str:
    state = rng.choice(LISTS["en"].places)[:2].upper()
    street = f"{rng.randint(1, 9000)} {rng.choice((rng.choice(v.streets), invented(v, rng) + ' St.'))}"
    town = rng.choice((rng.choice(v.cities), invented(v, rng)))
    forms = (
        f"{street}, {town}, {state}",
        f"{street} {town}, {state} {patterned('zip', 'en', rng)}",
        f"{town}, {state}",
    )
    return rng.choice(
        (*forms, f"P. O. Box {rng.randint(10, 9999)}, {town}", f"{town}, {state} {rng.randint(10000, 99999)}")
    )


def _of(patterns: tuple[str, ...]) -> Callable[[Vocabulary, Random], str]:
    def made(v: Vocabulary, rng: Random) -> str:
        signs = {"#": "0123456789", "&": "123456789", "?": "ABCDEFGHJKLMNPRSTUVWXYZ", "^": "#"}
        return "".join(rng.choice(signs[char]) if char in signs else char for char in rng.choice(patterns))

    return made


_MAKERS: dict[str, Callable[[Vocabulary, Random], str]] = {
    "person": name_with_initials,
    "company": _company,
    "date": _date,
    "money": _money,
    "phrase": _phrase,
    "address": _address,
    "number": _of(_NUMBERS),
    "count": _of(_COUNTS),
    "measure": _of(_MEASURES),
}
