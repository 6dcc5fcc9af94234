"""Digests of 500 synthetic pages: a seed gives the same page after every change of the code.

`python -m tests.unit.synthetic.test_same_pages` writes `same_pages.tsv` anew. Do this only for a change that is meant
to change pages, such as a new family or other words, and say so in the commit: later trainings then see other pages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from synthetic import FAMILIES, SyntheticPage, generate

#: One line a page: seed, sort of page, digest.
DIGESTS = Path(__file__).with_name("same_pages.tsv")
_PAGES = 500


def _pages() -> Iterator[tuple[int, str, SyntheticPage]]:
    """Yield seed, sort and page: drawn pages, each family in each of its languages, held-out ones, printed ones."""
    for seed in range(234):
        yield seed, "any", generate(seed)
    families = [
        (1000 + number, family, language) for number, family in enumerate(FAMILIES) for language in family.languages
    ]
    for seed, family, language in families:
        yield seed, f"{family.name} {language}", generate(seed, language, family=family.name)
    for seed in range(5000, 5060):
        yield seed, "held ko", generate(seed, "ko", held_out=True)
    for seed in range(9000, 9000 + _PAGES - 234 - len(families) - 60):
        yield seed, "printed", generate(seed, printed=True)


def _digest(made: SyntheticPage) -> str:
    page = asdict(made.page)
    for of_reading in ("remarks", "flat"):  # what only a page that was read can have
        assert not page.pop(of_reading)
    parts = [made.seed, made.language, made.family, page, [asdict(rule) for rule in made.rules]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def _lines() -> list[str]:
    return [f"{seed}\t{sort}\t{_digest(made)}" for seed, sort, made in _pages()]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return _lines()


def test_the_digests_are_of_500_pages_of_all_families(lines: list[str]) -> None:
    sorts = {line.split("\t")[1] for line in lines}
    assert len(lines) == _PAGES
    assert {f"{family.name} {language}" for family in FAMILIES for language in family.languages} < sorts


def test_every_seed_gives_the_same_page_as_before(lines: list[str]) -> None:
    assert lines == DIGESTS.read_text("utf-8").splitlines()


if __name__ == "__main__":
    DIGESTS.write_text("\n".join(_lines()) + "\n", "utf-8")
