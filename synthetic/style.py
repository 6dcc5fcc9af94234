"""Style of one page, drawn once: labels, colons, leaders, share of filled-in fields."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from synthetic.text.values import common
from synthetic.text.vocabulary import Vocabulary
from synthetic.text.word_lists import LISTS

#: Weights of the kinds of values of fields.
KINDS = {
    "person": 3.0,
    "company": 2.0,
    "date": 3.0,
    "phone": 2.0,
    "number": 5.0,
    "money": 2.5,
    "phrase": 5.0,
    "address": 1.6,
    "email": 0.8,
    "city": 1.0,
    "zip": 0.4,
    "count": 0.8,
    "percent": 0.4,
    "measure": 0.6,
    "time": 0.5,
    "url": 0.3,
}
_NAMES, _WEIGHTS = list(KINDS), list(KINDS.values())
_ASIDES = {
    "en": (" (optional)", " *", " (Print)", "*", " (1)", "?"),
    "ko": (" *", "(원)", " (선택)", "(필수)", "*", "(1)"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """Style of a page. `colon`, `filled`, `numbered`, `spaced`: chances per field; `leading`: pitch in font sizes."""

    colon: float
    mark: str
    filled: float
    case: str
    numbered: float
    spaced: float
    leading: float
    borders: bool
    label_size: float

    @classmethod
    def draw(cls, rng: Random, v: Vocabulary) -> Style:
        """Return the style of one page."""
        korean = v.language == "ko"
        return cls(
            colon=rng.choice((0.0, 0.0, 0.5, 1.0)) if korean else rng.choice((0.0, 0.5, 1.0, 1.0)),
            mark=rng.choice((":", ":", ":", " :")),
            filled=rng.choice((0.5, 0.75, 0.9, 1.0, 1.0, 1.0)),
            case=rng.choice(("as", "as", "as", "upper", "mixed")),
            numbered=rng.choice((0.0,) * 8 + (0.3, 1.0)),
            spaced=rng.choice((0.0, 0.0, 0.1, 0.4)) if korean else 0.0,
            leading=rng.uniform(1.4, 2.3),
            borders=rng.random() < 0.45,
            label_size=rng.choice((1.0, 1.0, 1.0, 0.85)),
        )


def kind_of_field(rng: Random) -> str:
    """Return a kind of value; common kinds come more often."""
    return rng.choices(_NAMES, _WEIGHTS)[0]


def field_name(kind: str, v: Vocabulary, rng: Random, style: Style) -> str:
    """Return the name of a field that holds such a value, in the style of the page and without a colon."""
    drawn = rng.random()
    if drawn < 0.1 and kind in v.owned:
        owner, own = rng.choice(v.owners), rng.choice(v.owned[kind])
        name = f"{owner}{rng.choice(('', ' '))}{own}" if v.language == "ko" else f"{owner} {own}"
    elif drawn < 0.26:
        name = compound(v, rng)
    elif drawn < 0.3:
        name = " ".join(common(v, rng) for _ in range(rng.randint(1, 5))).capitalize()
    else:
        name = rng.choice(v.fields[kind])
    return _dress(name, v, rng, style)


def compound(v: Vocabulary, rng: Random) -> str:
    """Return a name composed of two or three nouns."""
    lists = LISTS[v.language]
    parts = [rng.choice(lists.first) for _ in range(rng.choice((1, 1, 1, 2)))] + [rng.choice(lists.second)]
    if v.language == "ko":
        return rng.choice(("", "", " ")).join(parts)
    name = " ".join(parts)
    return rng.choice((name.capitalize(), name.title(), name.capitalize()))


def _dress(name: str, v: Vocabulary, rng: Random, style: Style) -> str:
    if style.case == "upper" or (style.case == "mixed" and rng.random() < 0.4):
        name = name.upper()
    elif style.case == "as" and v.language == "en" and rng.random() < 0.1:
        name = name.capitalize()
    if rng.random() < style.spaced and 2 <= len(name) <= 4 and " " not in name:
        name = " ".join(name)
    if rng.random() < 0.04:
        name += rng.choice(_ASIDES[v.language])
    if rng.random() < style.numbered:
        number = rng.randint(1, 30)
        name = f"{rng.choice((f'{number}.', f'({number})', f'{number})', '-', '•', '※'))} {name}"
    return name


def with_mark(name: str, rng: Random, style: Style) -> str:
    """Return the name with its colon, where the page has colons."""
    return name + style.mark if rng.random() < style.colon else name
