"""Alignment rule, a linker without a model: the question of an answer is the nearest to its left, else above it.

A table cell takes the question of the cell above it, so a whole column leads to its title. In a table whose rows have
names too, a cell is linked to the name of its row as well. Headers are linked to the questions below them. The learned
linker (`learned`) is more accurate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prelabel.geometry import union
from prelabel.kie.group.rule import group
from prelabel.kie.tag.tagger import Probabilities
from prelabel.lines import line_height
from prelabel.page import Box, Entity, Link, Word, WordLabel

#: Cost of one line height across; one line height down costs 1.
_ACROSS = 0.25
#: Cost of each other answer between a question and its answer on a line.
_BLOCKED = 4.0
#: Largest distance of a question from its answer, in line heights.
_FARTHEST = 60.0
#: Largest distance of two answers of a list below each other, in line heights.
_LIST_STEP = 2.5
#: Cost at which the confidence of a link is one half.
_HALF = 12.0
#: Factor on the confidence of links of headers, which are less certain than links of answers.
_HEADER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Item:
    """An entity with its box and the boxes of its first and its last line."""

    index: int
    role: str
    box: Box
    first: Box
    last: Box


@dataclass(frozen=True, slots=True)
class _Found:
    """A question that an answer may belong to.

    `blocked`: number of other answers between the two on the line. `listed`: the answer is one of a list of which only
    the first stands beside the question.
    """

    source: int
    cost: float
    blocked: int = 0
    listed: bool = False


class _Items:
    """Entities indexed by position, so that a crowded page needs no comparison of every two."""

    def __init__(self, items: Sequence[_Item]) -> None:
        self._items = items
        self._boxes = np.array([(i.box.x0, i.box.y0, i.box.x1, i.box.y1) for i in items]).reshape(-1, 4)

    def beside(self, box: Box) -> list[_Item]:
        """Return the entities that share some height with the box."""
        return self._chosen((self._boxes[:, 1] < box.y1) & (self._boxes[:, 3] > box.y0))

    def over(self, box: Box, margin_px: float) -> list[_Item]:
        """Return the entities that begin above the lower edge of the box and share some width with it, or nearly do."""
        wide = (self._boxes[:, 0] < box.x1 + margin_px) & (self._boxes[:, 2] > box.x0 - margin_px)
        return self._chosen(wide & (self._boxes[:, 1] < box.y1))

    def _chosen(self, mask: npt.NDArray[np.bool_]) -> list[_Item]:
        return [self._items[i] for i in np.flatnonzero(mask).tolist()]


class AlignmentRule:
    """A `Linker` without a model. `digest` is the version of the rule."""

    name = "alignment"
    digest = "1"

    def group(
        self, words: Sequence[Word], probabilities: Probabilities, tags: Sequence[str]
    ) -> tuple[tuple[WordLabel, ...], tuple[Entity, ...]]:
        """Group by rule, see `prelabel.kie.group.rule.group`."""
        return group(words, probabilities, tags)

    def link(
        self, words: Sequence[Word], entities: Sequence[Entity], role_probabilities: Probabilities
    ) -> tuple[Link, ...]:
        """Link by rule, see `link`; the labels of the entities count, `role_probabilities` do not."""
        return link(words, entities)


def link(page_words: Sequence[Word], entities: Sequence[Entity]) -> tuple[Link, ...]:
    """Return question -> answer and header -> question links; the confidence, 0..1, falls with the distance."""
    if not entities:
        return ()
    height = line_height([word.box for word in page_words])
    items = [_item(i, entity, page_words) for i, entity in enumerate(entities)]
    questions = [item for item in items if item.role == "QUESTION"]
    headers = [item for item in items if item.role == "HEADER"]
    answers = sorted((item for item in items if item.role == "ANSWER"), key=lambda item: (item.box.y0, item.box.x0))
    links = _answers(answers, questions, headers, height) + _headers(questions, headers, height)
    return tuple(sorted(links, key=lambda x: (x.source, x.target)))


def _item(index: int, entity: Entity, words: Sequence[Word]) -> _Item:
    boxes = [words[i].box for i in entity.words]
    top, bottom = min(boxes, key=lambda b: b.center[1]), max(boxes, key=lambda b: b.center[1])
    first = union(box for box in boxes if _same_line(box, top))
    last = union(box for box in boxes if _same_line(box, bottom))
    return _Item(index, entity.label.upper(), union(boxes), first, last)


def _answers(answers: list[_Item], questions: list[_Item], headers: list[_Item], height: float) -> list[Link]:
    """Return the links of all answers, which are given from top to bottom."""
    fields = _Items([*questions, *answers])
    lefts = {answer.index: _left(answer, fields, height) for answer in answers}
    ups = _ups(answers, _Items([*questions, *answers, *headers]), lefts, height)
    rows = Counter(left.source for left in lefts.values() if left)
    columns = Counter(up.source for up in ups.values() if up)
    links: list[Link] = []
    for answer in answers:
        left, up = lefts[answer.index], ups[answer.index]
        crossed = left and up and rows[left.source] > 1 and columns[up.source] > 1 and not up.listed
        chosen = [f for f in (left, up) if f] if crossed else _choose(left, up)
        links += [_link(found, answer) for found in chosen or _nearest(answer, questions, height)]
    return links


def _choose(left: _Found | None, up: _Found | None) -> list[_Found]:
    """Choose the question on the line, or the one above if other answers stand between."""
    if left and (not left.blocked or not up):
        return [left]
    return [up] if up else []


def _ups(
    answers: list[_Item], items: _Items, lefts: dict[int, _Found | None], height: float
) -> dict[int, _Found | None]:
    """Return answer -> the question at the top of its column, passed down from cell to cell."""
    ups: dict[int, _Found | None] = {}
    for answer in answers:
        nearest = _next_above(answer, items.over(answer.first, height), height)
        ups[answer.index] = None
        if nearest is None or nearest[1].role == "HEADER":
            continue
        cost, item = nearest
        if item.role == "QUESTION":
            ups[answer.index] = _Found(item.index, cost)
        elif (passed := ups.get(item.index)) is not None and not passed.listed:
            ups[answer.index] = _Found(passed.source, passed.cost + 0.25 * cost)
        elif cost < _LIST_STEP and (first := passed or lefts.get(item.index)) is not None and not first.blocked:
            ups[answer.index] = _Found(first.source, first.cost + cost, listed=True)
    return ups


def _left(answer: _Item, fields: _Items, height: float) -> _Found | None:
    """Return the nearest question to the left of the answer, on the line of its first words."""
    near = fields.beside(answer.first)
    questions = [item for item in near if item.role == "QUESTION" and _beside(item, answer.first)]
    beside = [q for q in questions if q.box.x1 <= answer.first.x0 + 0.5 * height]
    if not beside:
        return None
    nearest = max(beside, key=lambda q: q.box.x1)
    between = sum(
        1
        for other in near
        if other.role == "ANSWER"
        and other is not answer
        and _same_line(other.first, answer.first)
        and nearest.box.x1 - 0.5 * height <= other.box.x0 < answer.first.x0
    )
    gap = max(answer.first.x0 - nearest.box.x1, 0) / height
    return _Found(nearest.index, _ACROSS * gap + _BLOCKED * between, between)


def _next_above(answer: _Item, items: Sequence[_Item], height: float) -> tuple[float, _Item] | None:
    """Return the next entity up the column with its distance in line heights, if it is near enough."""
    column = [
        (_drop(item, answer) / height, _shift(item, answer), item)
        for item in items
        if item is not answer and item.last.center[1] < answer.first.center[1] and _in_column(item, answer, height)
    ]
    column = [found for found in column if -0.5 < found[0] < _FARTHEST]
    if not column:
        return None
    drop, _, nearest = min(column, key=lambda found: found[:2])
    return max(drop, 0), nearest


def _nearest(answer: _Item, questions: list[_Item], height: float) -> list[_Found]:
    """Return a last resort: a question right behind the answer (a check box), else one to its upper left."""
    behind = [q for q in questions if _beside(q, answer.first) and 0 <= q.box.x0 - answer.box.x1 < 3 * height]
    if behind:
        nearest = min(behind, key=lambda q: q.box.x0)
        return [_Found(nearest.index, _HALF + (nearest.box.x0 - answer.box.x1) / height)]
    before = [q for q in questions if q.box.y0 < answer.box.y0 and q.box.x0 < answer.box.x0]
    found = [_Found(q.index, _HALF + _away(q.box, answer.box) / height) for q in before]
    return [f for f in (min(found, key=lambda f: f.cost, default=None),) if f and f.cost < _HALF + _FARTHEST]


def _away(question: Box, answer: Box) -> float:
    return max(answer.x0 - question.x1, 0) + 3 * max(answer.y0 - question.y1, 0)


def _headers(questions: list[_Item], headers: list[_Item], height: float) -> list[Link]:
    """Link each question to the nearest header above it that shares some width with it."""
    links = []
    for question in questions:
        over = [
            _Found(header.index, (question.box.y0 - header.box.y1) / height)
            for header in headers
            if header.box.y1 < question.box.center[1] and _shares_width(header.box, question.box, height)
        ]
        if over:
            best = min(over, key=lambda found: found.cost)
            links.append(_link(_Found(best.source, max(best.cost, 0)), question, _HEADER_SHARE))
    return links


def _link(found: _Found, target: _Item, share: float = 1.0) -> Link:
    return Link(found.source, target.index, round(share / (1 + found.cost / _HALF), 4))


def _beside(question: _Item, line: Box) -> bool:
    """Return whether any line of the question is on this line."""
    return min(question.box.y1, line.y1) - max(question.box.y0, line.y0) > 0.4 * min(question.box.height, line.height)


def _same_line(a: Box, b: Box) -> bool:
    return min(a.y1, b.y1) - max(a.y0, b.y0) > 0.4 * min(a.height, b.height)


def _drop(upper: _Item, lower: _Item) -> float:
    return lower.first.y0 - upper.last.y1


def _shift(upper: _Item, lower: _Item) -> float:
    """Return the distance of the two from being flush left, centred or flush right."""
    a, b = upper.box, lower.box
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.center[0] - b.center[0]))


def _in_column(upper: _Item, lower: _Item, height: float) -> bool:
    shared = min(upper.box.x1, lower.box.x1) - max(upper.box.x0, lower.box.x0)
    return shared > 0 or _shift(upper, lower) < height


def _shares_width(header: Box, question: Box, height: float) -> bool:
    return min(header.x1, question.x1) - max(header.x0, question.x0) > 0 or abs(header.x0 - question.x0) < 4 * height
