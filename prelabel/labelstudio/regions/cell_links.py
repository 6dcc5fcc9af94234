"""Links of table cells: kept in the regions' `meta.links` instead of drawn, and read back after people's corrections.

Arrows over a whole table hide its digits, so nobody draws them for a box added to a table either. Such a box takes the
links of the column and the row in which it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prelabel.geometry import union
from prelabel.page import Box

QUESTION, ANSWER = "QUESTION", "ANSWER"
#: Two boxes are on one line if they share this part of the height of the lower one.
_ONE_LINE = 0.4
#: A box so many of its heights below the last row is not in the table.
_BELOW_TABLE = 3.0

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A region: its label, and its box in the upright frame.

    `new`: drawn or copied by a person, or no longer where its stored words stand.
    """

    label: str
    box: Box
    new: bool = False


@dataclass(frozen=True, slots=True)
class CellLink:
    """A link between two regions, by their ids. `confidence` is 0..1; 1 where a person's box is linked."""

    source: str
    target: str
    confidence: float


def cell_links(
    placed: Mapping[str, Placed], kept: Iterable[Sequence[Any]], drawn: Collection[Ends]
) -> tuple[CellLink, ...]:
    """Return the links of table cells that hold beside the drawn ones, ordered by the ids of their ends.

    `kept`: rows [from id, to id, confidence] of `meta.links`; a repeated row counts once. `drawn`: the ends of the
    relations, from question to answer. A row counts while both of its regions are there, and its cell in its place. A
    relation that is drawn to a cell replaces the rows from the same direction. A title that was drawn anew takes over
    the cells of the deleted one. A new box in a table gets the links of its column and its row.
    """
    rows = {(str(source), str(target)): float(confidence) for source, target, confidence in kept}
    rows = {ends: weight for ends, weight in rows.items() if ends[1] in placed and not placed[ends[1]].new}
    if not rows:
        return ()
    table = _Table(placed, rows)
    table.replace_titles()
    table.give_way(drawn)
    table.take_in({target for _, target in drawn})
    return tuple(CellLink(*ends, weight) for ends, weight in sorted(table.links.items()))


class _Table:
    """The cells of a page with their links, while they are brought up to date."""

    def __init__(self, placed: Mapping[str, Placed], rows: Mapping[Ends, float]) -> None:
        self._placed = placed
        self.links = {ends: weight for ends, weight in rows.items() if ends[0] in placed}
        self._orphans: dict[str, list[str]] = {}
        for source, target in rows:
            if source not in placed:
                self._orphans.setdefault(source, []).append(target)
        self._rows = rows

    def replace_titles(self) -> None:
        """Link the cells of each deleted title to the new or free title that now stands over or before all of them."""
        for gone, cells in self._orphans.items():
            boxes = [self._box(cell) for cell in cells]
            found = [
                title
                for title in self._free_titles(anywhere=True)
                if any(all(side(self._box(title), box) for box in boxes) for side in (_over, _left))
            ]
            if found:
                nearest = min(found, key=lambda title: _distance(self._box(title), boxes[0]))
                self.links |= {(nearest, cell): self._rows[gone, cell] for cell in cells}

    def give_way(self, drawn: Collection[Ends]) -> None:
        """Remove the links that a person has replaced by a relation from the same direction."""
        for source, target in drawn:
            if source in self._placed and target in self._placed:
                beside = self._beside(source, target)
                for ends in [ends for ends in self.links if ends[1] == target and self._beside(*ends) == beside]:
                    del self.links[ends]

    def take_in(self, linked: Collection[str]) -> None:
        """Link new answers in a table to the titles of their column and their row, except those in `linked`."""
        columns, names = self._columns(), {s for s, t in self.links if self._beside(s, t)}
        for id_, region in self._placed.items():
            if region.new and region.label == ANSWER and id_ not in linked:
                over = [title for title, area in columns.items() if _covers(area, region.box)]
                if over:
                    self.links[max(over, key=lambda title: self._box(title).y1), id_] = 1.0
                    self.links |= {(name, id_): 1.0 for name in names if _left(self._box(name), region.box)}

    def _columns(self) -> dict[str, Box]:
        """Return the area of each column by its title: as wide as title and cells, a little deeper than the table."""
        cells: dict[str, list[Box]] = {}
        for source, target in self.links:
            if not self._beside(source, target):
                cells.setdefault(source, []).append(self._box(target))
        areas: dict[str, Box] = {}
        for title in [*cells, *self._free_titles(anywhere=False)]:
            box = self._box(title)
            on_line = [each for other in cells if _one_line(self._box(other), box) for each in cells[other]]
            if on_line:
                around, last = union([box, *cells.get(title, ())]), max(on_line, key=lambda each: each.y1)
                areas[title] = Box(around.x0, box.y1, around.x1, last.y1 + _BELOW_TABLE * last.height)
        return areas

    def _free_titles(self, *, anywhere: bool) -> list[str]:
        """Return questions without a cell that stand on a line with the titles, or are new (`anywhere`)."""
        sources = {source for source, _ in self.links}
        lines = [self._box(source) for source in sources]
        return [
            id_
            for id_, region in self._placed.items()
            if region.label == QUESTION
            and id_ not in sources
            and ((anywhere and region.new) or any(_one_line(region.box, line) for line in lines))
        ]

    def _beside(self, source: str, target: str) -> bool:
        return _one_line(self._box(source), self._box(target))

    def _box(self, id_: str) -> Box:
        return self._placed[id_].box


def _one_line(a: Box, b: Box) -> bool:
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared > _ONE_LINE * min(a.height, b.height)


def _over(title: Box, cell: Box) -> bool:
    return title.center[1] < cell.y0 and min(title.x1, cell.x1) > max(title.x0, cell.x0)


def _left(name: Box, cell: Box) -> bool:
    return _one_line(name, cell) and name.center[0] < cell.x0


def _covers(area: Box, cell: Box) -> bool:
    x, y = cell.center
    return area.x0 <= x <= area.x1 and area.y0 <= y <= area.y1


def _distance(a: Box, b: Box) -> float:
    (ax, ay), (bx, by) = a.center, b.center
    return abs(ax - bx) + abs(ay - by)
