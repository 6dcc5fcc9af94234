"""README.md and README.ko.md in step: the same commands in the same order, the same sections, links and commands."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.ko.md"))
#: The card of each language, and the picture of it.
OWN = re.compile(r"\b(en|ko)(?=-order\.png)|(?<=read-)(en|ko)(?=\.png)|README(\.ko)?(?=\.md)")


def _blocks(text: str) -> list[list[str]]:
    """Return the lines of the code blocks without their comments, which are translated."""
    found = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [[re.sub(r"\s+# .*", "", OWN.sub("", line)).rstrip() for line in block.splitlines()] for block in found]


def test_the_same_code_in_the_same_order() -> None:
    assert len(_blocks(ENGLISH)) >= 8
    assert _blocks(KOREAN) == _blocks(ENGLISH)


def test_the_same_sections() -> None:
    levels = [
        re.findall(r"^(#+) ", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
        for text in (ENGLISH, KOREAN)
    ]
    assert levels[0] == levels[1]


def test_the_same_links_and_pictures() -> None:
    links = [sorted(OWN.sub("", link) for link in re.findall(r"\]\(([^)]+)\)", text)) for text in (ENGLISH, KOREAN)]
    assert links[0] == links[1]


def test_the_same_commands_in_the_table() -> None:
    rows = [re.findall(r"^\| (`prelabel [^|]*) \|", text, re.MULTILINE) for text in (ENGLISH, KOREAN)]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10


def test_each_names_the_other() -> None:
    assert "[한국어](README.ko.md)" in ENGLISH.splitlines()[2]
    assert "[English](README.md)" in KOREAN.splitlines()[2]


def test_the_korean_one_is_korean_and_polite() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", KOREAN, flags=re.DOTALL)
    assert len(re.findall("[가-힣]", prose)) > 1000
    assert re.findall(r"\S*(?:한다|이다|된다|해요|하라)\.", prose) == []
