"""The reader's recogniser alone, on the true boxes of the generated sets: what lines and words cannot repair.

`python -m benchmarks.ocr.recogniser [--model FOLDER]`. Each word is read in a crop of its own, so that layout, spaces
and boxes cost nothing; its confidence is the least of its characters'. Numbers in boxes are read with their rules.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.ocr.error_pictures import draw_words
from benchmarks.ocr.measure import Reading, Readings
from benchmarks.ocr.pages import (
    BOXED,
    LANGUAGES,
    RECEIPTS,
    UNSEEN,
    PageSet,
    Sheet,
    generated,
    of_boxed_forms,
    of_receipts,
    unseen,
)
from benchmarks.ocr.prints import score_prints
from prelabel.evaluation.error_sheet import word_errors
from prelabel.evaluation.ocr import match_words, score
from prelabel.ocr.reader.network import SHIPPED, LineNetwork
from prelabel.page import Box, Word

_SETS = (*LANGUAGES, *UNSEEN, RECEIPTS, BOXED)
#: Margin around a word, in its heights.
_MARGIN = 0.12


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr.recogniser")
    parser.add_argument("--model", type=Path, default=SHIPPED, metavar="FOLDER", help="default: the model that ships")
    parser.add_argument("--pages", type=int, default=6, help="pages of each set (6)")
    parser.add_argument("--sets", default=",".join(_SETS), metavar="SET,...", help=f"of {', '.join(_SETS)}")
    parser.add_argument("--errors", type=Path, metavar="FOLDER", help="draw the words read wrong, worst first")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    network, found = LineNetwork(options.model), dict[str, dict[str, Any]]()
    with tempfile.TemporaryDirectory(prefix="prelabel-recogniser-") as folder:
        for pages in _pages(options.sets.split(","), Path(folder), options.pages):
            readings = Readings({sheet.name: read(network, sheet) for sheet in pages.sheets})
            found[pages.name] = readings.to_json()
            if options.errors:
                draw_words(pages, "recogniser", readings, options.errors)
    Console(width=None if sys.stdout.isatty() else 140).print(_table(found))
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    return 0


def read(network: LineNetwork, sheet: Sheet) -> Reading:
    """Read each true word of a page in its own crop."""
    with Image.open(sheet.image) as image:
        pixels = np.asarray(image.convert("L"))
    started = time.process_time()
    lines = network.read([_crop(pixels, word.box) for word in sheet.truth])
    spent = time.process_time() - started
    words = [
        Word("".join(c.text for c in line), word.box, min((c.probability for c in line), default=0.0))
        for line, word in zip(lines, sheet.truth, strict=True)
    ]
    matches = match_words(sheet.truth, words)
    prints = score_prints(matches, sheet.sources, sheet.boxed)
    return Reading(score(matches), cpu_s=spent, prints=prints, wrong=tuple(word_errors(sheet.name, matches)))


def _crop(pixels: np.ndarray[Any, np.dtype[np.uint8]], box: Box) -> np.ndarray[Any, np.dtype[np.uint8]]:
    margin = max(_MARGIN * box.height, 1.5)
    left, top = max(int(box.x0 - margin), 0), max(int(box.y0 - margin), 0)
    return pixels[top : max(round(box.y1 + margin), top + 1), left : max(round(box.x1 + margin), left + 1)]


def _pages(names: list[str], folder: Path, pages: int) -> Iterator[PageSet]:
    for name in names:
        if name in LANGUAGES:
            yield generated(folder / name, name, pages, 0)
        elif name in UNSEEN:
            yield unseen(folder / name, name, pages, 0)
        else:
            yield {RECEIPTS: of_receipts, BOXED: of_boxed_forms}[name](folder / name, pages, 0)


def _table(found: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="The recogniser on true boxes", title_justify="left")
    columns = {
        "pages": "pages", "words": "words", "word_recall": "words right", "cer_matched": "CER",
        "worst_print": "worst print", "worst_print_recall": "its words", "numbers_right": "numbers right",
        "sure_numbers_wrong": "wrong of sure", "sure_numbers": "sure", "cpu_s_per_page": "CPU s/page",
    }  # fmt: skip
    table.add_column("set", no_wrap=True)
    for title in columns.values():
        table.add_column(title, justify="right")
    for name, figures in found.items():
        table.add_row(name, *(str(figures.get(key, "-")) for key in columns))
    return table


if __name__ == "__main__":
    sys.exit(main())
