"""NAF, the National Archives Forms (arXiv 1909.02576; transcribed from version 3 on), read as labelled pages.

NAF has regions, and pairs of printed text and the fields filled in for it; a `Page` has words with four labels. The
conversion, decided on drawings of a dozen pages:

- QUESTION: print (text, textMinor, textP, or a textNumber with letters) that is paired with a field, filled or not, or
  with a row or a column. A whole sentence is no QUESTION: in running text (textP) only the few words left of a filled
  field are one ("this ... day of ...").
- ANSWER: a field or comment with a transcription that is paired with such a QUESTION.
- HEADER: print paired with nothing, of few words, centred, in capitals or larger than the page's usual print.
- OTHER: everything else: prose and the fields in it, instructions (textInst), row numbers, page numbers, comments on
  the margin.

Regions that `samePairs` joins are one entity if they are beside or right below each other; a heading over several
columns is joined to none of them. Words share the box of a region in proportion to their letters. A field is mostly
larger than the writing in it: its words begin at its left edge and have at most the usual size of writing beside such
print. Regions that are not upright or not legible are left out; so are pages on which most text is not upright, and
pages without a QUESTION.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from prelabel.datasets.funsd import AnnotatedPage
from prelabel.datasets.text_boxes import split_line
from prelabel.errors import SettingError
from prelabel.geometry import union
from prelabel.lines import raster_order
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel

#: Kinds of print that may name a field; `textInst` only explains.
_NAMES = {"text", "textMinor", "textNumber", "textP"}
#: Signs of NAF for illegible strokes, and around struck-out or stamped text.
_SIGNS = str.maketrans("", "", "¿«»§")
#: Most words of a QUESTION in running text, of another, and of a HEADER.
_LEAD, _NAME, _TITLE = 5, 12, 10
#: Least size of the print of a HEADER, in sizes of the page's print; largest distance of its centre, in page widths.
_LARGER, _CENTRED = 1.3, 0.15
#: Largest height of writing, in heights of the page's print, and width of its letters, in that height.
_WRITING_HEIGHT, _WRITING_WIDTH = 1.5, 0.6
#: Largest slope of an upright region, in degrees.
_UPRIGHT = 20.0


@dataclass(frozen=True, slots=True)
class _Region:
    """One line of print, or one field with the writing in it, if any."""

    id: str
    kind: str
    text: str
    box: Box
    upright: bool

    @property
    def is_print(self) -> bool:
        """True for print, False for a field."""
        return self.kind.startswith("text")

    def words(self, print_px: float) -> list[Word]:
        """Return the words, each with its part of the box. `print_px`: height of the page's print."""
        box = self.box
        if not self.is_print:
            half = min(box.height, _WRITING_HEIGHT * print_px) / 2
            width = min(box.width, _WRITING_WIDTH * 2 * half * len(self.text))
            box = Box(box.x0, box.center[1] - half, box.x0 + width, box.center[1] + half)
        return [Word(text, part) for text, part in split_line(self.text, box)]


def read_forms(folder: Path) -> tuple[tuple[AnnotatedPage, ...], int]:
    """Return (pages ordered by name, number of pages left out).

    Raises SettingError if the folder has no annotations or a file is broken.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise SettingError(f"{folder} has no *.json; name a folder of NAF's annotations, such as its train/")
    pages = [AnnotatedPage(file.stem, page) for file in files if (page := _read(file)) is not None]
    return tuple(pages), len(files) - len(pages)


def _read(file: Path) -> Page | None:
    try:
        data = json.loads(file.read_text("utf-8"))
        regions = _regions(data)
        return _page(regions, data) if _usable(regions) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"{file} is no annotation of NAF ({type(error).__name__}: {error}); remove it") from None


def _regions(data: Mapping[str, Any]) -> dict[str, _Region]:
    """Return all regions by id."""
    found = {}
    for item in (*data["textBBs"], *data["fieldBBs"]):
        (x, y), (right, below), *_ = corners = item["poly_points"]
        text = unicodedata.normalize("NFC", data["transcriptions"].get(item["id"]) or "").translate(_SIGNS)
        box = union(Box(a, b, a, b) for a, b in corners)
        slope = abs(math.degrees(math.atan2(below - y, right - x)))
        upright = slope < _UPRIGHT and (box.width > box.height or len(text.strip()) < 4)
        found[item["id"]] = _Region(item["id"], item["type"], " ".join(text.split()), box, upright)
    return found


def _usable(regions: Mapping[str, _Region]) -> bool:
    """Return whether most of the regions with text are upright."""
    written = [region for region in regions.values() if region.text]
    return 2 * sum(region.upright for region in written) > len(written)


def _page(regions: Mapping[str, _Region], data: Mapping[str, Any]) -> Page | None:
    """Return the labelled page; None if nothing on it is a QUESTION."""
    pairs = _paired(regions, data["pairs"])
    groups = _groups(regions, data["samePairs"])
    named = {id_: fields for group in groups for id_, fields in _named(group, regions, pairs).items()}
    answers = {id_ for fields in named.values() for id_ in fields}
    if not named:
        return None
    print_px = median([r.box.height for r in regions.values() if r.is_print and r.text] or [1.0])
    page_box = union(region.box for region in regions.values())

    def label(group: Sequence[str]) -> str:
        if group[0] in named:
            return "QUESTION"
        if any(id_ in answers for id_ in group):
            return "ANSWER"
        unpaired = not any(pairs[id_] for id_ in group)
        return "HEADER" if unpaired and _is_title([regions[i] for i in group], print_px, page_box) else "OTHER"

    words: list[Word] = []
    labels: list[WordLabel] = []
    entities: list[Entity] = []
    places: dict[str, int] = {}
    for group in groups:
        found = [word for id_ in group for word in regions[id_].words(print_px)]
        places |= dict.fromkeys(group, len(entities))
        entities.append(Entity(label(group), tuple(range(len(words), len(words) + len(found)))))
        labels += [WordLabel(entities[-1].label, 1.0)] * len(found)
        words += found
    links = {(places[a], places[b]) for a, fields in named.items() for b in fields if b in places}
    size = int(data["width"]), int(data["height"])
    page = Page(*size, *size, words=tuple(words)).with_labels(tuple(labels), tuple(entities))
    return page.with_links(tuple(Link(a, b) for a, b in sorted(links)), ())


def _paired(regions: Mapping[str, _Region], pairs: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """Return region -> the regions that it is paired with."""
    found: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        if a in regions and b in regions:
            found[a].add(b)
            found[b].add(a)
    return found


def _groups(regions: Mapping[str, _Region], same: Sequence[Sequence[str]]) -> list[list[str]]:
    """Group the legible upright regions by entity, in reading order."""
    kept = {id_: region for id_, region in regions.items() if region.text and region.upright}
    follows: dict[str, list[str]] = defaultdict(list)
    for pair in same:
        if all(id_ in kept for id_ in pair):
            first, second = sorted(pair, key=lambda id_: (kept[id_].box.y1, kept[id_].box.x0))
            if _adjoin(kept[first], kept[second]):
                follows[first].append(second)
    heads = {second for seconds in follows.values() if len(seconds) == 1 for second in seconds}
    groups = []
    boxes = [region.box for region in kept.values()]
    done: set[str] = set()
    for head in (id_ for id_ in (list(kept)[i] for i in raster_order(boxes)) if id_ not in heads):
        group = [head]
        while len(next_ := follows[group[-1]]) == 1 and next_[0] not in done and next_[0] not in group:
            group += next_
        done.update(group)
        groups.append(group)
    return groups


def _adjoin(first: _Region, second: _Region) -> bool:
    """Return whether two regions are of one kind, and beside or right below each other."""
    if first.is_print != second.is_print or "textInst" in (first.kind, second.kind):
        return False
    height = min(first.box.height, second.box.height)
    across = max(first.box.x0, second.box.x0) - min(first.box.x1, second.box.x1)
    down = max(first.box.y0, second.box.y0) - min(first.box.y1, second.box.y1)
    return (down < -0.5 * height and across < 2 * height) or (across < 0 and down < height)


def _named(group: Sequence[str], regions: Mapping[str, _Region], pairs: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return region of a QUESTION -> the fields that it names, filled or not; empty if the group is no QUESTION."""
    members = [regions[id_] for id_ in group]
    fields = {id_: {b for b in pairs[id_] if not regions[b].is_print} for id_ in group}
    words = " ".join(region.text for region in members).split()
    if any(region.kind not in _NAMES for region in members) or not any(map(str.isalpha, "".join(words))):
        return {}
    if any(region.kind == "textP" for region in members):
        last = members[-1].box
        fields = {
            id_: {b for b in found if regions[b].text and _leads(last, regions[b].box)} for id_, found in fields.items()
        }
    most = _LEAD if any(region.kind == "textP" for region in members) else _NAME
    return fields if any(fields.values()) and len(words) <= most else {}


def _leads(box: Box, field: Box) -> bool:
    """Return whether the print is left of the field, on its line."""
    return box.center[0] < field.center[0] and abs(box.center[1] - field.center[1]) < max(box.height, field.height)


def _is_title(members: Sequence[_Region], print_px: float, page: Box) -> bool:
    text = " ".join(region.text for region in members)
    if any(region.kind != "text" for region in members) or len(text.split()) > _TITLE or len(text) < 4:
        return False
    off_centre = abs(union(region.box for region in members).center[0] - page.center[0]) / max(page.width, 1.0)
    large = median(region.box.height for region in members) > _LARGER * print_px
    return off_centre < _CENTRED and (large or text.isupper())
