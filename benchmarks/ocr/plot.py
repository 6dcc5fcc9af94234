"""Plot of speed against accuracy, a panel a set.

`python -m benchmarks.ocr.plot RESULT.json FILE.png` draws the output of `benchmarks.ocr --json` again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, BboxBase

from benchmarks.ocr.pages import FUNSD, LANGUAGES
from benchmarks.ocr.reader import WAYS
from benchmarks.ocr.report import OURS

#: CPU seconds a page, percent.
Point = tuple[float, float]
#: Shift of a name in points from its point, alignment across and down.
Place = tuple[tuple[float, float], str, str]

#: Figure width and a row's height in inches; at this resolution the text is legible at the width of a docs page.
_WIDTH_IN, _ROW_IN, _DPI = 10.0, 4.2, 110
_OURS, _RIVAL, _INK, _FAINT = "#c2410c", "#64748b", "#1e293b", "#e2e8f0"
#: Free space above and below the points: percent, and share of their span.
_LEAST_ROOM, _ROOM = 2.0, 0.1
#: Where a name may stand, the best place first: beside its point, above or below; further away with a line to it.
_ACROSS, _DOWN = {1: "left", 0: "center", -1: "right"}, {1: "bottom", 0: "center", -1: "top"}
_PLACES: tuple[Place, ...] = tuple(
    ((x * far, y * far), _ACROSS[x], _DOWN[y])
    for far in (9, 22, 38)
    for x, y in ((1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
)
#: CPU seconds at the ticks of the axis.
_TICKS = [number * 10**power for power in range(-3, 4) for number in (1, 2, 5)]
#: By panel: the score on its y axis.
_SCORES = {**dict.fromkeys(LANGUAGES, "word_recall"), FUNSD: "end_to_end_f1"}
_SCORE_TITLES = {"word_recall": "words found and read exactly, %", "end_to_end_f1": "end-to-end F1, %"}


def main() -> None:
    result, picture = sys.argv[1:]
    draw(json.loads(Path(result).read_text("utf-8").splitlines()[-1]), Path(picture))


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Draw the result of `Report.to_json`. Sets that were not measured have no panel; without any nothing is drawn."""
    names = [name for name in _SCORES if name in found["sets"]]
    if not names:
        return
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(_WIDTH_IN, _ROW_IN * rows), dpi=_DPI, layout="constrained")
    panels = [figure.add_subplot(rows, columns, place + 1) for place in range(len(names))]
    for name, axes in zip(names, panels, strict=True):
        _panel(axes, found["sets"][name], _SCORES[name])
    figure.draw_without_rendering()  # the labels are placed in pixels, where the panels are by then
    for name, axes in zip(names, panels, strict=True):
        _label(axes, _points(found["sets"][name], _SCORES[name]), found["titles"])
    figure.savefig(path, dpi=_DPI)


def _points(pages: Mapping[str, Any], score: str) -> dict[str, Point]:
    """Return CPU seconds a page and percent by way, without the ways that failed on every page."""
    return {name: (way["cpu_s_per_page"], way[score]) for name, way in pages["ways"].items() if way["cpu_s_per_page"]}


def _panel(axes: Axes, pages: Mapping[str, Any], score: str) -> None:
    axes.set_title(pages["title"], loc="left", fontsize=11, fontweight="bold", color=_INK)
    axes.set_xscale("log")
    axes.set_xlabel("CPU seconds a page: less is better", color=_INK)
    axes.set_ylabel(_SCORE_TITLES[score], color=_INK)
    axes.set_xticks(_TICKS, [f"{seconds:g}" for seconds in _TICKS])
    axes.set_xticks([], minor=True)
    axes.grid(color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    points = _points(pages, score)
    xs, ys = [x for x, _ in points.values()], [y for _, y in points.values()]
    axes.set_xlim(min(xs) / 2, max(xs) * 2)
    room = _LEAST_ROOM + _ROOM * (max(ys) - min(ys))
    axes.set_ylim(min(ys) - room, max(ys) + room)
    axes.set_yticks([percent for percent in axes.get_yticks() if min(ys) - room <= percent <= min(100, max(ys) + room)])
    for name, (x, y) in points.items():
        axes.scatter(x, y, s=130 if name == OURS else 45, color=_color(name), zorder=3, linewidths=0)


def _label(axes: Axes, points: Mapping[str, Point], titles: Mapping[str, str]) -> None:
    """Write each point's name beside it, where the name covers least of the other points and names."""
    pixels = [axes.transData.transform(point) for point in points.values()]
    taken = [Bbox.from_extents(x - 8, y - 8, x + 8, y + 8) for x, y in pixels]
    for name in sorted(points, key=lambda name: name != OURS):
        text = axes.annotate(
            titles[name],
            points[name],
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=8.5,
            fontweight="bold" if name == OURS else "normal",
            color=_color(name),
            arrowprops={"arrowstyle": "-", "color": _color(name), "linewidth": 0.6, "shrinkA": 0, "shrinkB": 9},
        )
        covered = [_covered(_put(text, place), axes.bbox, taken) for place in _PLACES]
        taken.append(_put(text, _PLACES[covered.index(min(covered))]))


def _put(text: Annotation, place: Place) -> Bbox:
    """Move the words to a place; return their box in pixels."""
    shift, across, down = place
    text.set(position=shift, ha=across, va=down)
    text.get_window_extent()  # moves the words; the returned box would include the line
    return Text.get_window_extent(text)


def _covered(box: Bbox, panel: BboxBase, taken: Sequence[Bbox]) -> float:
    """Return the area in pixels that the box covers of others, plus its own area outside the panel."""
    shared = [Bbox.intersection(box, other) for other in taken]
    inside = Bbox.intersection(box, panel)
    return sum(_area(other) for other in shared) + _area(box) - _area(inside)


def _area(box: BboxBase | None) -> float:
    return box.width * box.height if box is not None else 0.0


def _color(name: str) -> str:
    return _OURS if WAYS[name].worker == "prelabel" else _RIVAL


if __name__ == "__main__":
    main()
