"""Check boxes: found, ticked or not, bound to question and option; and CPU of looking for them.

`python -m benchmarks.check_boxes [--pages N] [--by kind|layout|dpi|wear|language] [--json]` reads pages of
`synthetic/check_boxes`, whose seeds from 100,000 on nothing was tuned with. The rival is the same reading without check
boxes: `--rival` measures the plain fields of the pages and the pairs there too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from PIL import Image

from prelabel.geometry import corners, iou
from prelabel.kie.extract import extract, tag
from prelabel.kie.link.loading import linker_for
from prelabel.kie.tag.loading import tagger_for
from prelabel.ocr import reading
from prelabel.ocr.check_boxes.finding import check_boxes
from prelabel.ocr.check_boxes.reading import Read
from prelabel.ocr.check_boxes.words import CHECKED, is_check_box
from prelabel.ocr.engines import choice_for
from prelabel.page import Box, Page, Word
from prelabel.settings import Settings
from synthetic.check_boxes.layouts import GROUPS, KINDS
from synthetic.check_boxes.pages import DPIS, LANGUAGES, WEARS, CheckBoxPage, check_box_page

FIRST_SEED = 100_000
#: Texts are the same if this share of their characters agrees: errors of OCR are not counted here.
SAME_TEXT = 0.75
#: Least overlap of a found box with the true one.
SAME_BOX = 0.3
WAYS: dict[str, Sequence[object]] = {
    "kind": tuple(KINDS),
    "layout": tuple(GROUPS),
    "dpi": DPIS,
    "wear": WEARS,
    "language": LANGUAGES,
}


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of some pages, in percent; milliseconds of CPU a page."""

    pages: int
    boxes: int
    box_precision: float
    box_recall: float
    box_f1: float
    ticked_right: float
    pairs_right: float
    pairs_found: float
    fields_right: float
    ms: float
    reading_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60, help="pages of each row (60)")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="the first seed (100000)")
    parser.add_argument("--by", choices=tuple(WAYS), help="a row for each kind of box, layout, ...")
    parser.add_argument("--rival", action="store_true", help="read without check boxes")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    read = Reader(with_boxes=not options.rival)
    rows: dict[str, dict[str, object]] = {str(way): {options.by: way} for way in WAYS[options.by]} if options.by else {}
    scores = {
        name: score(_pages(range(options.first, options.first + options.pages), drawn), read)
        for name, drawn in (rows or {"all": {}}).items()
    }
    fields = Score.__dataclass_fields__
    if options.json:
        print(json.dumps({name: {f: getattr(each, f) for f in fields} for name, each in scores.items()}))
        return
    print(f"{'':18}" + " ".join(f"{field:>13}" for field in fields))
    for name, each in scores.items():
        print(f"{name:18}" + " ".join(f"{getattr(each, field):13.1f}" for field in fields))


class Reader:
    """The shipped models and the default engine."""

    def __init__(self, *, with_boxes: bool = True) -> None:
        settings = Settings(_env_file=None)
        self._choice = choice_for(settings, settings.for_project(0))
        self._tagger, self._linker = tagger_for(settings), linker_for(settings)
        self._threshold = settings.link_threshold
        if not with_boxes:
            vars(reading)["read_with_boxes"] = _plainly

    def __call__(self, image: Image.Image) -> Page:
        page = reading.read_image(image, self._choice)
        tagged = tag(page, self._tagger)
        return extract(page, tagged, self._tagger.tags, linker=self._linker, link_threshold=self._threshold)


def _plainly(read: Read, image: Image.Image) -> list[Word]:
    return read(image)


def score(pages: Iterator[CheckBoxPage], read: Reader) -> Score:
    """Read the pages and count."""
    counts, finding, seconds = Counter[str](), 0.0, 0.0
    for number, page in enumerate(pages):
        started = time.process_time()
        found = read(page.image)
        seconds += time.process_time() - started
        started = time.process_time()
        check_boxes(page.image)
        finding += time.process_time() - started
        counts += _counted(page, found)
        counts["pages"] = number + 1
    precision = 100 * counts["hits"] / max(counts["found"], 1)
    recall = 100 * counts["hits"] / max(counts["boxes"], 1)
    return Score(
        counts["pages"],
        counts["boxes"],
        precision,
        recall,
        2 * precision * recall / max(precision + recall, 1e-9),
        100 * counts["ticks"] / max(counts["hits"], 1),
        100 * counts["bound"] / max(counts["pairs"], 1),
        100 * counts["bound"] / max(counts["given"], 1),
        100 * counts["fields_right"] / max(counts["fields"], 1),
        1000 * finding / counts["pages"],
        1000 * seconds / counts["pages"],
    )


def _pages(seeds: Sequence[int], drawn: dict[str, object]) -> Iterator[CheckBoxPage]:
    draw: Callable[..., CheckBoxPage] = check_box_page
    return map(partial(draw, **drawn), seeds)


def _counted(page: CheckBoxPage, found: Page) -> Counter[str]:
    boxes = [(_shown(found, word.box), word.text == CHECKED) for word in found.words if is_check_box(word)]
    counts = Counter(boxes=len(page.boxes), found=len(boxes))
    for drawn in page.boxes:
        best = max(boxes, key=lambda each: iou(each[0], drawn.box), default=None)
        if best and iou(best[0], drawn.box) >= SAME_BOX:
            boxes.remove(best)
            counts["hits"] += 1
            counts["ticks"] += best[1] == drawn.ticked
    pairs = [(pair.key, pair.value) for pair in found.key_values or ()]
    left = [pair for pair in pairs if not any(_same(pair, field) for field in page.fields)]
    counts.update(pairs=len(page.pairs), given=len(left), fields=len(page.fields))
    counts["bound"] = sum(any(_same(pair, other) for other in pairs) for pair in page.pairs)
    counts["fields_right"] = sum(any(_same(pair, other) for other in pairs) for pair in page.fields)
    return counts


def _shown(page: Page, box: Box) -> Box:
    """Return the box in the image as it was drawn; the turn of a tilted page leaves it a little larger."""
    points = corners(page.to_shown, box)
    x, y = sum(p[0] for p in points) / 4, sum(p[1] for p in points) / 4
    return Box(x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)


def _same(a: tuple[str, str], b: tuple[str, str]) -> bool:
    return all(_alike(x, y) for x, y in zip(a, b, strict=True))


def _alike(a: str, b: str) -> bool:
    a, b = ("".join(text.rstrip(" :.").split()) for text in (a, b))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= SAME_TEXT


if __name__ == "__main__":
    main()
