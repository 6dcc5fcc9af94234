"""Questions in sentences: options behind, below or in columns, with a mark at the chosen one; blanks for words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthetic.canvas import Spot
from synthetic.korean.blocks.common_parts import print_pieces
from synthetic.korean.blocks.grid import ANSWER, OTHER, QUESTION, Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.words import read

#: Marks before an option, and before a chosen one.
_MARKS = (
    *(("○", "●"), ("□", "■"), ("□", "☑"), ("□", "√"), ("( )", "(V)"), ("( )", "(○)"), ("[ ]", "[√]"), ("[ ]", "[O]")),
    *(("○", "◎"), ("◯", "⊙"), ("□", "V"), ("", "√"), ("", "○"), ("①", "√"), ("①", "V"), ("①", "○"), ("1)", "√")),
)
_NUMBERS = ("{}. ", "{}. ", "{}) ", "문{}. ", "Q{}. ", "({}) ", "문항{}. ", "{} ", "", "- ", "[문{}] ")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `options`: separated by bars; without options `answers` are choices for an answer in words.

    `detail`: a name, a colon and choices; asked for where an option is chosen. `several`: whether several options may
    be chosen.
    """

    text: str
    options: str = ""
    detail: str = ""
    answers: str = ""
    several: bool = False


def read_questions(topic: str) -> tuple[Question, ...]:
    """Return the questions of that topic in `korean-questions.toml`."""
    return tuple(Question(**each) for each in read("korean-questions")[topic])


class QuestionPrinter:
    """The layout of all questions of one page."""

    def __init__(self, p: Paper) -> None:
        rng = p.rng
        self._p = p
        self._empty, self._chosen = rng.choice(_MARKS)
        self._behind = rng.random() < 0.15 and self._empty not in ("①", "1)")
        self._number, self._count = rng.choice(_NUMBERS), 0
        self._place = rng.choice(("behind", "below", "below", "column", "stacked"))
        self._indent, self._column = rng.uniform(0.5, 2.5), rng.uniform(0.5, 0.7)
        self._pitch, self._blank = rng.uniform(1.6, 2.4), rng.choice(("", "lines", "brackets", "box"))
        self._gap = rng.uniform(0.3, 1.2)

    def print_all(self, questions: Sequence[Question]) -> None:
        """Print questions one after the other, or as a table of questions and answers."""
        if self._p.rng.random() < 0.3:
            self._table(questions)
            return
        for each in questions:
            self._one(each)

    def _one(self, ask: Question) -> None:
        p, size = self._p, self._p.canvas.size
        key = self._key(ask)
        if not ask.options:
            self._words(ask, key)
            return
        options = self._options(ask)
        pieces = [piece for option in options for piece in option]
        wide = p.canvas.measure(" ".join(text for _, text in pieces)) * 1.15 + len(pieces) * size * self._gap
        column = p.x0 + self._column * (p.x1 - p.x0)
        if self._place == "behind" and key.x1 + 8 * size < p.x1:
            print_pieces(p, pieces, key.x1 + 1.2 * size, key=key.entity)
        elif self._place == "column" and key.x1 + size < column and column + wide < p.x1:
            print_pieces(p, pieces, column, key=key.entity)
        elif self._place == "stacked" and ask.options.count("|") > 1:
            self._stacked(options, key)
        else:
            p.skip(1.5)
            print_pieces(p, pieces, p.x0 + self._indent * size, key=key.entity)
        p.skip(self._pitch)

    def _key(self, ask: Question) -> Spot:
        """Print the question; the paper's y becomes that of its last line."""
        p, rng = self._p, self._p.rng
        self._count += 1
        text = self._number.format(self._count) + p.values.pick(ask.text)
        if ask.several:
            text += p.values.pick(" (복수선택 가능)| (모두 표시)||(중복응답)")
        room = p.x1 - p.x0
        if self._place == "column" and rng.random() < 0.7:
            room *= self._column - 0.03
        key = p.canvas.text(text, p.x0, p.y, QUESTION, room=room, leading=1.5)
        p.y = key.y1 - p.canvas.size
        return key

    def _options(self, ask: Question) -> list[list[tuple[str, str]]]:
        """Return each option with its mark, as an answer where it is chosen; then the detail in brackets."""
        p, rng = self._p, self._p.rng
        names = ask.options.split("|")
        filled = rng.random() < p.style.filled
        chosen = {rng.randrange(len(names))} if filled else set()
        if ask.several and filled:
            # The last of several options excludes the others.
            chosen = set(rng.sample(range(len(names) - 1), rng.randint(1, 3)))
        options = []
        for number, name in enumerate(names):
            marks, option = self._mark(number, number in chosen), [(ANSWER if number in chosen else OTHER, name)]
            option = option + marks if self._behind else marks + option
            if name == "기타" and rng.random() < 0.6:
                option += [(OTHER, "("), (ANSWER, p.values.reason() if number in chosen else ""), (OTHER, ")")]
            options.append(option)
        if ask.detail and rng.random() < 0.7:
            name, texts = ask.detail.split(":")
            said = p.values.pick(texts) if chosen - {0} or rng.random() < 0.3 else ""
            colon = rng.choice((" :", ":", ""))
            options.append([(OTHER, "("), (QUESTION, name + colon), (ANSWER, said), (OTHER, ")")])
        return options

    def _mark(self, number: int, chosen: bool) -> list[tuple[str, str]]:
        if self._empty in ("①", "1)"):
            counted = _CIRCLED[number % 10] if self._empty == "①" else f"{number + 1})"
            return [(OTHER, self._chosen), (OTHER, counted)] if chosen else [(OTHER, counted)]
        mark = self._chosen if chosen else self._empty
        return [(OTHER, mark)] if mark else []

    def _stacked(self, options: list[list[tuple[str, str]]], key: Spot) -> None:
        """Print one option a line, or two or three."""
        p, size = self._p, self._p.canvas.size
        columns, left = p.rng.choice((1, 1, 2, 3)), p.x0 + self._indent * size
        wide = (p.x1 - left) / columns
        for number, option in enumerate(options):
            if number % columns == 0:
                p.skip(1.5)
            print_pieces(p, option, left + number % columns * wide, key=key.entity)

    def _words(self, ask: Question, key: Spot) -> None:
        """Print an answer in words: behind a short question, else below it, on lines or in brackets."""
        p, rng, size = self._p, self._p.rng, self._p.canvas.size
        said = p.values.pick(ask.answers) if ask.answers else p.values.sentence()
        filled = rng.random() < p.style.filled
        if key.x1 + 14 * size < p.x1 and rng.random() < 0.5:
            brackets = self._blank == "brackets"
            said = said if filled else ""
            print_pieces(
                p, [(OTHER, "(" * brackets), (ANSWER, said), (OTHER, ")" * brackets)], key.x1 + size, key=key.entity
            )
            p.skip(self._pitch)
            return
        p.skip(1.6)
        if filled:
            x = p.x0 + self._indent * size
            mark = rng.choice(("", "", "", "→", "☞", "답:"))
            print_pieces(p, [(OTHER, mark), (ANSWER, said)], x, key=key.entity)
            p.skip(self._pitch)
        elif self._blank == "lines":
            for _ in range(rng.randint(1, 3)):
                p.canvas.stray("_" * int(0.85 * (p.x1 - p.x0) / p.canvas.measure("_")), p.x0 + size, p.y)
                p.skip(1.7)
        elif self._blank == "brackets":
            print_pieces(p, [(OTHER, "("), (ANSWER, ""), (OTHER, ")")], p.x0 + size)
            p.skip(self._pitch)
        else:
            p.skip(rng.uniform(1, 4))

    def _table(self, questions: Sequence[Question]) -> None:
        """Print a row for each question: its text, and its options or answer; perhaps under column titles."""
        p, rng = self._p, self._p.rng
        rows = []
        if rng.random() < 0.5:
            rows.append([p.q("문항|질문|내용|질문사항|문진항목"), p.q("답변|응답|표시란|해당란에 표시")])
        for each in questions:
            self._count += 1
            text = self._number.format(self._count) + p.values.pick(each.text)
            options = self._options(each) if each.options else [self._said(each)]
            found = tuple(piece for option in options for piece in option if piece[1])
            rows.append([Cell(((QUESTION, text),)), Cell(found)])
        p.grid((rng.uniform(1.0, 1.6), 1.5), rows)
        p.skip(0.6)

    def _said(self, ask: Question) -> list[tuple[str, str]]:
        p = self._p
        text = p.values.pick(ask.answers) if ask.answers else p.values.sentence()
        return [(ANSWER, text)] if p.rng.random() < p.style.filled else []
