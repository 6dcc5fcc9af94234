"""Vocabulary of a language: names of fields, headings, and the parts of values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of one language. Mappings lead from a kind of value (see `text.values`) to the names of its fields."""

    language: str
    fields: dict[str, tuple[str, ...]]
    owners: tuple[str, ...]
    owned: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    totals: tuple[str, ...]
    titles: tuple[str, ...]
    sections: tuple[str, ...]
    parties: tuple[str, ...]
    choices: tuple[str, ...]
    surnames: tuple[str, ...]
    given_names: tuple[str, ...]
    company_words: tuple[str, ...]
    company_forms: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    items: tuple[str, ...]
    adjectives: tuple[str, ...]
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    sentences: tuple[str, ...]
    closings: tuple[str, ...]
    notes: tuple[str, ...]
