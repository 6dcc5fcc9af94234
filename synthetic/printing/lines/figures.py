"""Figures of printed lines: amounts of many countries, masked numbers, dates, codes."""

from __future__ import annotations

import string
from random import Random

from synthetic.text.numbers import MONTHS
from synthetic.words import word_list

_AMOUNTS = word_list("printed-lines", "amounts")
_DATES = word_list("printed-lines", "dates")
_WEEKDAYS = word_list("printed-lines", "weekdays")
_PATTERNS = {kind: word_list("printed-lines", kind) for kind in ("masks", "numbers", "phones")}
_CODES = (string.ascii_uppercase + string.digits, string.ascii_uppercase + string.digits + "-", string.hexdigits)
_PRINTABLE = "".join(map(chr, range(33, 127))).replace("\\", "")


def patterned(kind: str, rng: Random) -> str:
    """Return a text of a pattern: `kind` is masks, numbers or phones."""
    return "".join(_char(char, rng) for char in rng.choice(_PATTERNS[kind]))


def money(rng: Random) -> str:
    """Return an amount in the writing of some country; small amounts come more often."""
    whole = int(10 ** rng.uniform(0, 6.5))
    commas = f"{whole:,}"
    return rng.choice(_AMOUNTS).format(
        a=commas,
        p=commas.replace(",", "."),
        s=commas.replace(",", " "),
        i=_lakhs(str(whole)),
        c=f"{rng.randint(0, 99):02}",
        w=won(rng),
    )


def won(rng: Random) -> str:
    """Return an amount in won, in groups of three digits."""
    return f"{int(10 ** rng.uniform(0.3, 4.7)) * rng.choice((1, 10, 10, 100, 100, 500, 1000)):,}"


def date(rng: Random) -> str:
    """Return a date, a time, or both."""
    year, month, day = rng.randint(1958, 2031), rng.randint(1, 12), rng.randint(1, 27)
    name = MONTHS[month - 1]
    dates = {"y": year, "s": year % 100, "m": month, "d": day, "e": day + 1, "N": name, "n": name[:3]}
    clock = {"H": rng.randint(0, 23), "h": rng.randint(1, 12), "M": rng.randint(0, 59), "S": rng.randint(0, 59)}
    return rng.choice(_DATES).format(**dates, **clock, w=rng.choice(_WEEKDAYS))


def digits(rng: Random) -> str:
    """Return digits with separators in any order, so that no digit is learned by its neighbours."""
    marks = rng.choice(("", "-", ".,", ".,-/:", "-*", " "))
    text = "".join(
        rng.choice(string.digits if rng.random() < 0.8 or not marks else marks) for _ in range(rng.randint(1, 16))
    )
    return " ".join(text.split()) or "0"


def code(rng: Random) -> str:
    """Return a row of capitals and digits, or of any printable characters."""
    pool = rng.choice((*_CODES, *_CODES, _PRINTABLE))
    return "".join(rng.choice(pool) for _ in range(rng.randint(2, 12)))


def figure(rng: Random) -> str:
    """Return a figure of any kind."""
    draw = rng.random()
    if draw < 0.25:
        return money(rng)
    if draw < 0.45:
        return date(rng)
    if draw < 0.53:
        return patterned("masks", rng)
    if draw < 0.63:
        return patterned("phones", rng)
    if draw < 0.85:
        return patterned("numbers", rng)
    return digits(rng) if draw < 0.94 else code(rng)


def _lakhs(whole: str) -> str:
    """Return digits in groups as in India: 12,34,567."""
    head, tail = whole[:-3], whole[-3:]
    groups = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return ",".join((*groups, tail))


def _char(char: str, rng: Random) -> str:
    match char:
        case "#":
            return rng.choice(string.digits)
        case "&":
            return rng.choice("123456789")
        case "?":
            return rng.choice(string.ascii_uppercase)
        case "^":
            return "#"
        case _:
            return char
