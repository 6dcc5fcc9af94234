"""Questions of check boxes: the text before the options of a line, or above them; or the row and column of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from prelabel.kie.check_boxes.layout import GAP, BoxLayout, Option, Row
from prelabel.page import Box, Page

#: In line heights: how far a question is from its options at most, at the left, and above; and how far apart the left
#: sides of boxes below each other are.
_LEFT, _ABOVE, _COLUMN = 30.0, 2.6, 0.8
#: How far a question is from the middle of the list beside it, and the step of its own lines.
_LEVEL, _LINE = 0.6, 1.9
#: The step between options below each other, in line heights.
_LIST_STEP = 3.0
#: How many times a step of a list may be as wide as the one before.
_WIDER = 1.4
#: Ends of a question.
_ASKS = (":", "：", "?", "？")


@dataclass(frozen=True, slots=True)
class Asked:
    """Options with the words of their question, which is empty for options that stand alone.

    `filled`: one of them is ticked, so that an empty box means no.
    """

    question: tuple[int, ...]
    options: tuple[Option, ...]

    @property
    def filled(self) -> bool:
        return any(option.ticked for option in self.options)


def asked(layout: BoxLayout, page: Page) -> list[Asked]:
    """Return the groups of options of a page."""
    found: list[Asked] = []
    taken = set(_taken(layout, page))
    taken |= {word for row in layout.rows for option in row.options for word in option.words}
    befores = {row: _before(layout, row, taken) for row in layout.rows if any(option.words for option in row.options)}
    taken |= {word for text in befores.values() for word in text}
    for block in _blocks(layout):
        groups = _table(layout, block) or _grouped(layout, block, befores, taken)
        taken |= {word for group in groups for word in group.question}
        found += groups
    return found


def _taken(layout: BoxLayout, page: Page) -> frozenset[int]:
    """Return the words of answers to a question, and of questions with an answer on their own line.

    Links to check boxes and to their options do not count.
    """
    taken: set[int] = set()
    options = {i for row in layout.rows for option in row.options for i in (option.box, *option.words)}
    entities = page.entities or ()
    for link in page.links or ():
        source, target = entities[link.source], entities[link.target]
        if source.label.upper() != "QUESTION" or target.label.upper() != "ANSWER":
            continue
        if options & set(target.words):
            continue
        taken |= set(target.words)
        asked_for, answer = page.words[source.words[-1]].box, page.words[target.words[0]].box
        if abs(asked_for.center[1] - answer.center[1]) < max(asked_for.height, answer.height) / 2:
            taken |= set(source.words)
    return frozenset(taken)


def _blocks(layout: BoxLayout) -> list[list[Row]]:
    """Group rows with boxes of the same columns, one below the other."""
    blocks: list[list[Row]] = []
    for row in layout.rows:
        if blocks and _goes_on(layout, blocks[-1][-1], row) and _in_step(layout, blocks[-1], row):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _goes_on(layout: BoxLayout, above: Row, row: Row) -> bool:
    upper, lower = ([layout.words[option.box].box for option in each.options] for each in (above, row))
    step = lower[0].center[1] - upper[0].center[1]
    tables = all(not option.words for option in (*above.options, *row.options))
    same = len(upper) == len(lower) and all(
        abs(a.x0 - b.x0) < _COLUMN * layout.height for a, b in zip(upper, lower, strict=True)
    )
    return same and step < (2 if tables else 1) * _LIST_STEP * layout.height


def _in_step(layout: BoxLayout, block: Sequence[Row], row: Row) -> bool:
    """Return whether a row is about as far below the last row of a block as that one is below the row before it."""
    if len(block) < 2:
        return True
    first, second, third = (layout.words[each.options[0].box].box.center[1] for each in (*block[-2:], row))
    return third - second < _WIDER * (second - first)


def _table(layout: BoxLayout, block: Sequence[Row]) -> list[Asked]:
    """Return a question for each row where boxes stand in columns under the names of the options, else nothing."""
    if any(option.words for row in block for option in row.options) or len(block[0].options) < 2:
        return []
    titles = [_title(layout, layout.words[option.box].box) for option in block[0].options]
    if not all(titles):
        return []
    return [
        Asked(
            row.texts[0],
            tuple(replace(option, words=title) for option, title in zip(row.options, titles, strict=True)),
        )
        for row in block
        if row.texts
    ]


def _title(layout: BoxLayout, box: Box) -> tuple[int, ...]:
    """Return the nearest text above a column of boxes."""
    over = [
        i
        for i, word in enumerate(layout.words)
        if i not in layout.boxes
        and 0 < box.y0 - word.box.center[1] < 2 * _ABOVE * layout.height
        and min(word.box.x1, box.x1 + layout.height) > max(word.box.x0, box.x0 - layout.height)
    ]
    if not over:
        return ()
    nearest = max(over, key=lambda i: layout.words[i].box.center[1])
    return _text_around(layout, nearest)


def _text_around(layout: BoxLayout, index: int) -> tuple[int, ...]:
    """Return the words of the text that a word is part of, on its line."""
    line = sorted(
        (
            i
            for i, word in enumerate(layout.words)
            if i not in layout.boxes and layout.level(word.box, layout.words[index].box)
        ),
        key=lambda i: layout.words[i].box.x0,
    )
    place = line.index(index)
    first = last = place
    while first and _near(layout, line[first - 1], line[first]):
        first -= 1
    while last + 1 < len(line) and _near(layout, line[last], line[last + 1]):
        last += 1
    return tuple(line[first : last + 1])


def _near(layout: BoxLayout, left: int, right: int) -> bool:
    return layout.words[right].box.x0 - layout.words[left].box.x1 <= GAP * layout.height


def _grouped(
    layout: BoxLayout, block: Sequence[Row], befores: Mapping[Row, tuple[int, ...]], taken: Set[int]
) -> list[Asked]:
    """Return the options of rows: those of a list have one question, those of lines one each."""
    own = [befores[row] for row in block if row in befores]
    rows = [replace(row, options=tuple(option for option in row.options if option.words)) for row in block]
    rows = [row for row in rows if row.options]
    if not rows:
        return []
    listed = tuple(option for row in rows for option in row.options)
    if len(rows) > 1 and not any(own[1:]) and own[0]:
        return [Asked(own[0], listed)]
    if all(len(row.options) == 1 for row in rows) and (parts := _parts([bool(text) for text in own])):
        return [Asked(own[question], listed[start:stop]) for start, question, stop in parts]
    if (
        len(rows) > 1
        and not all(own)
        and (beside := _beside(layout, rows, taken - {word for text in own for word in text}))
    ):
        return [Asked(beside, listed)]
    if len(rows) > 1 and not any(own[1:]):
        return [Asked(_over(layout, rows[0], taken, alone=False), listed)]
    return [
        Asked(question or _over(layout, row, taken, alone=len(row.options) == 1), row.options)
        for question, row in zip(own, rows, strict=True)
    ]


def _parts(own: Sequence[bool]) -> list[tuple[int, int, int]]:
    """Return the lists that follow each other in a column: their first row, the row of their question, and their end.

    `own`: the rows that begin with a question. Questions stand all in the first row of their list, or all in the middle
    one. Empty where neither fits, or each row has its own.
    """
    asking = [row for row, asks in enumerate(own) if asks]
    if not asking or all(own):
        return []
    if own[0]:
        return list(zip(asking, asking, [*asking[1:], len(own)], strict=True))
    found, start = [], 0
    for row in asking:
        stop = 2 * row - start + 1
        if row < start or stop > len(own) or sum(own[start:stop]) > 1:
            return []
        found.append((start, row, stop))
        start = stop
    return found if start == len(own) else []


def _beside(layout: BoxLayout, rows: Sequence[Row], taken: Set[int]) -> tuple[int, ...]:
    """Return the text at the left of a list, of one or more lines, if its middle is at the height of the list's."""
    boxes = layout.box_of([option.box for row in rows for option in row.options])
    options = {i for row in layout.rows for option in row.options for i in (option.box, *option.words)}
    left = [
        i
        for i, word in enumerate(layout.words)
        if i not in options
        and boxes.y0 - _LEVEL * layout.height < word.box.center[1] < boxes.y1 + _LEVEL * layout.height
        and 0 < boxes.x0 + 0.3 * layout.height - word.box.x1 < _LEFT * layout.height
    ]
    if not left:
        return ()
    nearest = layout.box_of(_text_around(layout, max(left, key=lambda i: layout.words[i].box.x1)))
    found = [i for i in left if nearest.x0 - layout.height < layout.words[i].box.x1 <= nearest.x1 + layout.height]
    text = layout.box_of(found)
    level = abs(text.center[1] - boxes.center[1]) < _LEVEL * layout.height
    near = text.height < (len(rows) + 1) * _LINE * layout.height / 2
    return tuple(found) if level and near and not taken & set(found) else ()


def _before(layout: BoxLayout, row: Row, taken: Set[int]) -> tuple[int, ...]:
    """Return the last text before the first option of a line, if it is no answer to another question."""
    first = min(layout.box_of((option.box, *option.words)).x0 for option in row.options)
    before = [text for text in row.texts if layout.box_of(text).x1 <= first + 0.3 * layout.height]
    if not before or first - layout.box_of(before[-1]).x1 > _LEFT * layout.height or taken & set(before[-1]):
        return ()
    return before[-1]


def _over(layout: BoxLayout, row: Row, taken: Set[int], *, alone: bool) -> tuple[int, ...]:
    """Return the text right above the first option, if it begins at its left or above it.

    An option that is the only one, `alone`, has a question there only where a colon or a question mark ends it.
    """
    around = layout.box_of([i for option in row.options for i in (option.box, *option.words)])
    above = [
        i
        for i, word in enumerate(layout.words)
        if i not in layout.boxes
        and 0.3 * layout.height < around.y0 - word.box.center[1] < _ABOVE * layout.height
        and word.box.x0 < around.x0 + 2 * layout.height
        and word.box.x1 > around.x0 - 8 * layout.height
    ]
    if not above:
        return ()
    nearest = max(above, key=lambda i: layout.words[i].box.center[1])
    text = _text_around(layout, nearest)
    ends = layout.words[text[-1]].text.endswith(_ASKS)
    return () if set(text) & taken or (alone and not ends) else text
