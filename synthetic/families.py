"""All families of templates. A module of families lists its own in `FAMILIES`; this module joins the lists."""

from __future__ import annotations

from random import Random

from prelabel.errors import SettingError
from synthetic.bilingual_families import FAMILIES as BILINGUAL
from synthetic.english.families import FAMILIES as ENGLISH
from synthetic.family import Family
from synthetic.korean.families import FAMILIES as KOREAN

FAMILIES: tuple[Family, ...] = (*BILINGUAL, *ENGLISH, *KOREAN)
#: Names of the families that are kept out of training.
HELD_OUT = frozenset(family.name for family in FAMILIES if family.held_out)
_BY_NAME = {family.name: family for family in FAMILIES}


def named(name: str) -> Family:
    """Return the family of that name. SettingError where there is none."""
    if name not in _BY_NAME:
        raise SettingError(f"no family of templates is named {name!r}; there are {', '.join(sorted(_BY_NAME))}")
    return _BY_NAME[name]


def drawn(language: str, rng: Random, *, held_out: bool) -> Family:
    """Draw one of the families of that language by their weights. SettingError where it has none."""
    found = [each for each in FAMILIES if language in each.languages and each.held_out == held_out]
    if not found:
        raise SettingError(f"no {'held-out ' if held_out else ''}family of templates has the language {language!r}")
    return rng.choices(found, [each.weight for each in found])[0]


def languages(*, held_out: bool) -> tuple[str, ...]:
    """Return the languages that have families of this sort, in alphabetical order."""
    return tuple(sorted({name for each in FAMILIES if each.held_out == held_out for name in each.languages}))
