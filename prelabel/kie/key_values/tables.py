"""Tables made from entities and links: questions above their answers are columns, answers on one line are a row.

A table has two or more rows with two or more filled cells (the name of a row counts as one), and most of its columns
have two cells or more: names over one value each are fields. If few rows have a name, the named rows that fill at most
half of the columns are totals and notes below the table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from prelabel.geometry import laid_flat, union
from prelabel.kie.key_values.nesting import pair_links
from prelabel.kie.key_values.pairs import entity_box
from prelabel.page import Box, Entity, Link, Page, Word

#: Two boxes are on one line if they share this part of the height of the lower one, as in `alignment`.
_ONE_LINE = 0.4
#: A text in one column alone continues the cell above if the gap is less than this many of its heights.
_GOES_ON = 0.8
#: A row farther below than this many times the usual step is not in the table. In 746 tables of synthetic pages with
#: correct links the widest step is at most 4.4 times the usual one; signatures below the table of an order are at 14.
_FARTHEST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """Answers (entity indices, from top to bottom) in one column of a row. `confidence`: of the weakest link."""

    answers: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column, None for an empty one. `question`: the entity that names the row, if any."""

    cells: tuple[Cell | None, ...]
    question: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page.

    `columns`: question entities from left to right. `pairs`: the links (source, target) that make the table.
    """

    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    pairs: frozenset[tuple[int, int]]


def tables(words: Sequence[Word], entities: Sequence[Entity], links: Sequence[Link]) -> tuple[Table, ...]:
    """Return the tables of a page from top to bottom; no answer is in two tables."""
    pairs = pair_links(entities, links)
    boxes = {i: entity_box(words, entities[i]) for i in {end for x in pairs for end in (x.source, x.target)}}
    asked: dict[int, list[Link]] = defaultdict(list)
    for link in pairs:
        asked[link.target].append(link)
    found = (_table(line, asked, boxes) for line in _lines(_columns(pairs, boxes), boxes))
    return tuple(table for table in found if table)


def cell_links(page: Page) -> frozenset[tuple[int, int]]:
    """Return the links (source, target) that lead to cells of the page's tables."""
    links = page.links or ()
    found = tables(laid_flat(page).words, page.entities or (), links)
    cells = {answer for table in found for _, answer in table.pairs}
    return frozenset((link.source, link.target) for link in links if link.target in cells)


def _columns(pairs: Sequence[Link], boxes: Mapping[int, Box]) -> dict[int, list[Link]]:
    """Return the links of each column, a question with most of its answers below. An answer has one column."""
    below: dict[int, list[Link]] = defaultdict(list)
    beside: Counter[int] = Counter()
    for link in pairs:
        if _is_below(boxes[link.target], boxes[link.source]):
            below[link.source].append(link)
        else:
            beside[link.source] += 1
    columns = {question: links for question, links in below.items() if len(links) > beside[question]}
    nearest: dict[int, Link] = {}
    for link in (link for links in columns.values() for link in links):
        known = nearest.get(link.target)
        if known is None or boxes[link.source].y1 > boxes[known.source].y1:
            nearest[link.target] = link
    kept = {q: [x for x in links if nearest[x.target] is x] for q, links in columns.items()}
    return {question: links for question, links in kept.items() if links}


def _lines(columns: Mapping[int, list[Link]], boxes: Mapping[int, Box]) -> list[dict[int, list[Link]]]:
    """Group the columns by the lines of their titles; columns of one line are ordered from left to right."""
    lines = _clusters({question: boxes[question] for question in columns})
    return [{q: columns[q] for q in sorted(line, key=lambda q: boxes[q].x0)} for line in lines]


def _table(
    columns: Mapping[int, list[Link]], asked: Mapping[int, Sequence[Link]], boxes: Mapping[int, Box]
) -> Table | None:
    rows = []
    for cells in _rows(columns, boxes):
        answers = {link.target for links in cells.values() for link in links}
        named = Counter(
            link.source
            for answer in answers
            for link in asked[answer]
            if link.source not in columns and not _is_below(boxes[answer], boxes[link.source])
        )
        question = min(named, key=lambda q: (-named[q], boxes[q].x0)) if named else None
        rows.append(Row(tuple(_cell(cells.get(column, ()), boxes) for column in columns), question))
    if 2 * sum(row.question is not None for row in rows) <= len(rows):
        rows = [row for row in rows if row.question is None or 2 * (_filled(row) - 1) > len(columns)]
    rows = _together(rows, boxes)
    if sum(_filled(row) > 1 for row in rows) < 2:
        return None
    pairs = {
        (question, answer)
        for row in rows
        for column, cell in zip(columns, row.cells, strict=True)
        if cell
        for question in (column, row.question)
        for answer in cell.answers
        if question is not None
    }
    return Table(tuple(columns), tuple(rows), frozenset(pairs))


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row.cells) + (row.question is not None)


def _together(rows: Sequence[Row], boxes: Mapping[int, Box]) -> list[Row]:
    """Return the rows above the first wide gap, without rows of one cell at the end."""
    tops = [min(boxes[i].y0 for cell in row.cells if cell for i in cell.answers) for row in rows]
    steps = [below - above for above, below in pairwise(tops)]
    widest = _FARTHEST * median_low(steps) if steps else 0
    kept = list(rows[: next((end for end, step in enumerate(steps, 1) if step > widest), len(rows))])
    while kept and _filled(kept[-1]) < 2:
        kept.pop()
    return kept


def _cell(links: Sequence[Link], boxes: Mapping[int, Box]) -> Cell | None:
    if not links:
        return None
    answers = sorted((link.target for link in links), key=lambda i: (boxes[i].y0, boxes[i].x0))
    return Cell(tuple(answers), min(link.confidence for link in links))


def _rows(columns: Mapping[int, list[Link]], boxes: Mapping[int, Box]) -> list[dict[int, list[Link]]]:
    """Return the cells of each row, from top to bottom: column -> links.

    The rows are those of the first column that has the usual number of cells. So a text in two lines makes no row, and
    a cell over several rows joins none. Answers beside none of these rows make rows of their own.
    """
    sizes = Counter(len(links) for links in columns.values())
    usual = max(sizes, key=lambda size: (sizes[size], size))
    if usual < 2:
        return []
    leading = next(question for question, links in columns.items() if len(links) == usual)
    lines = _clusters({link.target: boxes[link.target] for link in columns[leading]})
    bands = sorted((union(boxes[i] for i in line) for line in lines), key=_top)
    rows: list[dict[int, list[Link]]] = [defaultdict(list) for _ in bands]
    alone: dict[int, tuple[int, Link]] = {}
    for question, links in columns.items():
        for link in links:
            row = _row_of(boxes[link.target], bands)
            if row is None:
                alone[link.target] = question, link
            else:
                rows[row][question].append(link)
    for line in _clusters({answer: boxes[answer] for answer in alone}):
        band = union(boxes[answer] for answer in line)
        at = bisect_right(bands, band.y0, key=_top)
        owners = {alone[answer][0] for answer in line}
        above = rows[at - 1].get(owners.pop(), ()) if at and len(owners) == 1 else ()
        if not _goes_on(band, above, boxes):
            bands.insert(at, band)
            rows.insert(at, defaultdict(list))
            at += 1
        for answer in line:
            question, link = alone[answer]
            rows[at - 1][question].append(link)
    return [row for row in rows if row]


def _row_of(box: Box, bands: Sequence[Box]) -> int | None:
    """Return the row that shares most height with the box; the first one of several."""
    first, last = bisect_left(bands, box.y0, key=_bottom), bisect_right(bands, box.y1, key=_top)
    shared = {row: share for row in range(first, last) if (share := _shared(box, bands[row])) > _ONE_LINE}
    return max(shared, key=lambda row: shared[row]) if shared else None


def _goes_on(box: Box, above: Sequence[Link], boxes: Mapping[int, Box]) -> bool:
    return any(box.y0 - boxes[link.target].y1 < _GOES_ON * box.height for link in above)


def _clusters(boxes: Mapping[int, Box]) -> list[list[int]]:
    """Group the boxes into lines, from top to bottom."""
    lines: list[list[int]] = []
    band: Box | None = None
    for i in sorted(boxes, key=lambda i: (boxes[i].center[1], boxes[i].x0)):
        if band is not None and _shared(boxes[i], band) > _ONE_LINE:
            lines[-1].append(i)
            band = union((band, boxes[i]))
        else:
            lines.append([i])
            band = boxes[i]
    return lines


def _is_below(answer: Box, question: Box) -> bool:
    return answer.center[1] > question.center[1] and _shared(answer, question) <= _ONE_LINE


def _top(box: Box) -> float:
    return box.y0


def _bottom(box: Box) -> float:
    return box.y1


def _shared(a: Box, b: Box) -> float:
    """Return the shared height as a part of the height of the lower box; 1.0 for a flat box that touches the other."""
    shared, lower = min(a.y1, b.y1) - max(a.y0, b.y0), min(a.height, b.height)
    return shared / lower if lower > 0 else float(shared == lower)
