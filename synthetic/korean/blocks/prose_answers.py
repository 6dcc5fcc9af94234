"""Korean prose as answers: accounts of events, causes, measures, opinions, apologies; and its place beside labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from synthetic.korean.blocks.grid import ANSWER, QUESTION, Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.text.sentences import fill
from synthetic.text.vocabulary import Vocabulary
from synthetic.words import read, word_lists

#: Patterns by kind of prose; for their marks see `korean-trades.toml`.
_PATTERNS = word_lists("korean-narration")
_TRADES = tuple(
    word_lists("korean-trades", "common") | word_lists("korean-trades", trade)
    for trade in read("korean-trades")
    if trade != "common"
)
_MARKS = ("-", "-", "○", "•", "{}.", "{})", "가나다라마바사아")
_PARTICLES = {"을": "를", "이": "가", "은": "는", "과": "와", "으로": "로"}
_PARTICLE = re.compile(r"(.)\((을|이|은|과|으로)\)")

Trade = Mapping[str, tuple[str, ...]]


def narrate(v: Vocabulary, rng: Random, kind: str, sentences: int, trade: Trade) -> list[str]:
    """Return that many different sentences of that kind. KeyError: no such kind; ValueError: too few patterns."""
    return [_PARTICLE.sub(_joined, fill(pattern, v, rng, trade)) for pattern in rng.sample(_PATTERNS[kind], sentences)]


def _joined(found: re.Match[str]) -> str:
    """Return the syllable with the form of the particle that follows it: 을 behind a consonant, 를 behind a vowel."""
    before, particle = found.groups()
    final = (ord(before) - 0xAC00) % 28 if "가" <= before <= "힣" else 0
    # Before 로 the consonant ㄹ counts as a vowel.
    return before + (particle if final and not (final == 8 and particle == "으로") else _PARTICLES[particle])


class ProseAnswers:
    """Fields of one page that prose answers, all of one trade and in one layout."""

    def __init__(self, p: Paper) -> None:
        self.p, self.rng = p, p.rng
        self.trade: Trade = p.rng.choice(_TRADES)
        self._place = p.rng.choice((self._cells, self._cells, self._above, self._stacked, self._behind))

    def print_fields(self, *asks: tuple[str, str]) -> None:
        """Print fields; (names between bars, kind of prose) each."""
        self._place(asks)

    def _texts(self, kind: str) -> list[str]:
        """Return paragraphs, or statements behind marks; none where the page is not filled in."""
        p, rng = self.p, self.rng
        if rng.random() > 0.3 + 0.7 * p.style.filled:
            return []
        v = p.canvas.vocabulary
        if kind == "note" or rng.random() < 0.3:
            mark = rng.choice(_MARKS)
            parts = narrate(v, rng, kind, rng.randint(2, 6), self.trade)
            marks = [f"{mark[n]}." if len(mark) > 3 else mark.format(n + 1) for n in range(len(parts))]
            return [f"{one} {part}" for one, part in zip(marks, parts, strict=True)]
        paragraphs = rng.choice((1, 1, 1, 2))
        return [" ".join(narrate(v, rng, kind, rng.randint(2, 7 // paragraphs), self.trade)) for _ in range(paragraphs)]

    def _cells(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Print names in a left column, prose in the right one."""
        rows = [(self.p.q(name), self._tall(kind, "left")) for name, kind in asks]
        self.p.grid((1, self.rng.uniform(3.5, 6)), rows)

    def _stacked(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Print each name in a cell above its prose."""
        self.p.grid((1,), [[cell] for name, kind in asks for cell in (self.p.q(name), self._tall(kind, "above"))])

    def _tall(self, kind: str, keys: str) -> Cell:
        text = " ".join(self._texts(kind))
        return Cell(((ANSWER, text),) if text else (), keys=keys, tall=self.rng.uniform(3, 8))

    def _above(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Print each name on a line of its own, with its prose below, indented or not."""
        p, canvas, size = self.p, self.p.canvas, self.p.canvas.size
        indent = self.rng.choice((0.0, 1.0, 2.0)) * size
        for number, (name, kind) in enumerate(asks, 1):
            p.skip(0.5)
            key = canvas.text(self._numbered(name, number), p.x0, p.y, QUESTION)
            p.y = key.y1 + self.rng.uniform(0.4, 1.0) * size
            for text in self._texts(kind):
                spot = canvas.text(text, p.x0 + indent, p.y, ANSWER, room=p.x1 - p.x0 - indent, leading=1.5)
                canvas.link(key, spot)
                p.y = spot.y1 + 0.6 * size
            p.skip(self.rng.uniform(0.5, 2.0))

    def _behind(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Print prose behind the name; further lines begin at the margin, or keep the indent."""
        p, canvas, size = self.p, self.p.canvas, self.p.canvas.size
        hangs = self.rng.random() < 0.5
        for number, (name, kind) in enumerate(asks, 1):
            p.skip(0.5)
            key = canvas.text(self._numbered(name, number), p.x0, p.y, QUESTION)
            start, bottom = key.x1 + 0.8 * size, key.y1
            for text in self._texts(kind):
                x, first = (start, 0.0) if hangs else (p.x0, start - p.x0)
                spot = canvas.text(text, x, p.y, ANSWER, room=p.x1 - x, leading=1.5, first=first)
                canvas.link(key, spot)
                p.y = bottom = spot.y1
                p.y += 0.6 * size
                start = start if hangs else p.x0
            p.y = bottom
            p.skip(self.rng.uniform(0.8, 2.0))

    def _numbered(self, name: str, number: int) -> str:
        text = self.p.values.pick(name) + (
            self.rng.choice((":", " :")) if self.rng.random() < self.p.style.colon else ""
        )
        return f"{number}. {text}" if self.rng.random() < self.p.style.numbered else text
