"""Values that are mostly digits: patterns by language, dates, times, amounts, counts."""

from __future__ import annotations

from random import Random

from synthetic.words import word_list, word_lists

LANGUAGES = ("en", "ko")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
#: Names of the months.
MONTHS = word_list("numbers", "months")

#: In a pattern # is a digit, & one that is not 0, ? a capital letter, ^ the sign #.
PATTERNS = {language: word_lists("numbers", language, "patterns") for language in LANGUAGES}

_DATES = {language: word_list("numbers", language, "dates") for language in LANGUAGES}
_TIMES = {language: word_list("numbers", language, "times") for language in LANGUAGES}
_AMOUNTS = {language: word_list("numbers", language, "amounts") for language in LANGUAGES}
_COUNTS = {language: word_list("numbers", language, "counts") for language in LANGUAGES}


def patterned(kind: str, language: str, rng: Random) -> str:
    """Return a value of a kind that has patterns."""
    return "".join(_char(char, rng) for char in rng.choice(PATTERNS[language][kind]))


def date(language: str, rng: Random) -> str:
    """Return a date, sometimes with a time or as a period; recent, or a date of birth."""
    year = rng.randint(1955, 2015) if rng.random() < 0.2 else rng.randint(2018, 2028)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    names = {"N": MONTHS[month - 1], "n": MONTHS[month - 1][:3]}
    clock = {"H": rng.randint(0, 23), "M": rng.randint(0, 59)}
    return rng.choice(_DATES[language]).format(y=year, z=year + 1, m=month, d=day, s=year % 100, **names, **clock)


def time(language: str, rng: Random) -> str:
    """Return a time of day, or a range of times."""
    hour = rng.randint(1, 12)
    minute = rng.choice((0, 15, 30, 45, rng.randint(0, 59)))
    return rng.choice(_TIMES[language]).format(h=hour, H=rng.randint(0, 23), M=minute, z=min(hour + 6, 23))


def money(language: str, rng: Random) -> str:
    """Return an amount; small amounts come more often."""
    whole = int(10 ** rng.uniform(0.3, 4.7))
    won = whole * rng.choice((10, 100, 500, 1000))
    numeral = rng.choice("일이삼사오육칠팔구")
    cents = f"{rng.randint(0, 99):02}"
    return rng.choice(_AMOUNTS[language]).format(a=f"{whole:,}", c=cents, w=f"{won:,}", k=numeral)


def count(language: str, rng: Random) -> str:
    """Return a number of things, with or without their unit."""
    number = rng.randint(1, 20) if rng.random() < 0.7 else rng.randint(20, 6000)
    return rng.choice(_COUNTS[language]).format(n=f"{number:,}")


def _char(char: str, rng: Random) -> str:
    match char:
        case "#":
            return rng.choice("0123456789")
        case "&":
            return rng.choice("123456789")
        case "?":
            return rng.choice(_LETTERS)
        case "^":
            return "#"
        case _:
            return char
