"""Texts of one page: names of fields, values, goods, sentences; in English, Korean, or mixed as in Korean offices."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from random import Random

from synthetic.english.vocabulary import ENGLISH
from synthetic.korean.vocabulary import KOREAN
from synthetic.printing import crop_texts
from synthetic.style import Style, compound, field_name, kind_of_field
from synthetic.text.values import common, value
from synthetic.text.vocabulary import Vocabulary

#: Share of English texts on "mixed" pages.
_LATIN_SHARE = 0.35
#: Columns of goods, and of other tables, as kinds of values.
_GOODS = (
    ("index", "item", "count", "money", "money"),
    ("item", "unit", "count", "money", "money"),
    ("number", "item", "count", "money"),
)
_ANY = ("date", "person", "phrase", "number", "money", "count", "company", "city", "percent")


#: Syllables that stand apart one by one: a name or a title that is spaced out.
_SPACED = re.compile(r"(?<!\S)[가-힣](?: [가-힣])+(?![가-힣])")


def closed(text: str) -> str:
    """Return a name without the spaces between single syllables: spaced out, it is still one word to a reader.

    >>> closed("홍 길 동 과장"), closed("합 계"), closed("총 합계")
    ('홍길동 과장', '합계', '총 합계')
    """
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), text)


@dataclass(slots=True)
class PageTexts:
    """Texts of one page in `language`: "en", "ko" or "mixed"."""

    rng: Random
    language: str
    habits: Style = field(init=False)

    def __post_init__(self) -> None:
        self.habits = Style.draw(self.rng, self._vocabulary())

    def heading(self) -> str:
        """Return the title of a section."""
        v = self._vocabulary()
        return closed(self._clean(compound(v, self.rng) if self.rng.random() < 0.3 else self.rng.choice(v.sections)))

    def title(self) -> str:
        v = self._vocabulary()
        return closed(self._clean(self.rng.choice(v.titles)))

    def of(self, kind: str) -> str:
        """Return a value of that kind (`synthetic.text.values`)."""
        if self.language == "mixed" and kind in ("item", "phrase") and self.rng.random() < 0.3:
            return self._clean(f"{crop_texts.joined(self.rng)} {value(kind, KOREAN, self.rng)}")
        text = self._clean(value(kind, self._vocabulary(), self.rng))
        return closed(text) if kind in ("person", "company") else text

    def pair(self) -> tuple[str, str]:
        """Return a field's name and its value; some values are empty."""
        kind, rng = kind_of_field(self.rng), self.rng
        name = field_name(kind, self._vocabulary(), rng, self.habits)
        if self.language == "mixed" and rng.random() < 0.12:
            name = f"{rng.choice(KOREAN.fields[kind])} ({rng.choice(ENGLISH.fields[kind])})"
        return closed(self._clean(name)), self.of(kind) if rng.random() < self.habits.filled else ""

    def mark(self, name: str) -> str:
        """Return the name with its colon, where this page has colons; Korean names sometimes have a space before it."""
        colon = ":" if self.language == "en" else self.habits.mark
        return name + colon if self.rng.random() < self.habits.colon else name

    def column(self, kind: str) -> str:
        """Return the title of a table's column."""
        v = self._vocabulary()
        return closed(self._clean(self.rng.choice(v.columns.get(kind) or v.fields[kind])))

    def columns(self) -> tuple[str, ...]:
        """Return the kinds of values of a table's columns."""
        if self.rng.random() < 0.6:
            return self.rng.choice(_GOODS)
        return ("phrase", *self.rng.sample(_ANY, self.rng.randint(2, 4)))

    def total(self) -> str:
        return closed(self._clean(self.rng.choice(self._vocabulary().totals)))

    def party(self) -> str:
        return closed(self._clean(self.rng.choice(self._vocabulary().parties)))

    def options(self) -> list[str]:
        """Return options to tick."""
        return [self._clean(option) for option in self.rng.sample(self._vocabulary().choices, self.rng.randint(2, 5))]

    def closing(self) -> str:
        return self._clean(self.rng.choice(self._vocabulary().closings))

    def sentence(self) -> str:
        """Return a sentence of the vocabulary, or a row of words with values among them."""
        rng, v = self.rng, self._vocabulary()
        if rng.random() < 0.6:
            return self._clean(rng.choice(v.sentences))
        words = [common(v, rng) for _ in range(rng.randint(5, 16))]
        for _ in range(rng.randint(0, 3)):
            words.insert(
                rng.randrange(len(words)), self.of(rng.choice(("money", "date", "company", "percent", "item")))
            )
        text = " ".join(words)
        return self._clean(text[:1].upper() + text[1:] + ".")

    def _vocabulary(self) -> Vocabulary:
        if self.language == "en" or (self.language == "mixed" and self.rng.random() < _LATIN_SHARE):
            return ENGLISH
        return KOREAN

    def _clean(self, text: str) -> str:
        # On Korean keyboards the key of the won sign types a backslash.
        return unicodedata.normalize("NFC", " ".join(text.replace("\\", "₩").split()))
