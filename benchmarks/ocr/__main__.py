"""OCR against the usual alternatives: CPU seconds, memory and accuracy on the same pages, in one run.

`python -m benchmarks.ocr`. Each way of reading is a process of its own with its models loaded and one page read. Then
every page goes through all ways in turn, one at a time, so that drift of the machine's speed affects all alike. Ways
that need many seconds a page read fewer pages; two ways are compared on the pages that both have read.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.ocr import error_pictures, plot, scale
from benchmarks.ocr.engines import Options
from benchmarks.ocr.measure import Reading, Readings, Run
from benchmarks.ocr.pages import (
    BOXED,
    ENGLISH,
    FUNSD,
    LANGUAGES,
    OTHER_DPI,
    PDF,
    RECEIPTS,
    SETS,
    UNSEEN,
    UNSEEN_ENGLISH,
    USUAL_SETS,
    PageSet,
    Sheet,
    funsd,
    generated,
    of_boxed_forms,
    of_other_dpi,
    of_receipts,
    unseen,
)
from benchmarks.ocr.pdf import born_digital
from benchmarks.ocr.prints import score_prints
from benchmarks.ocr.reader import WAYS, Reader, readers
from benchmarks.ocr.report import OURS, TEXT_LAYER, Report
from devstack.processes import StartFailed
from prelabel.errors import PrelabelError
from prelabel.evaluation.error_sheet import word_errors
from prelabel.evaluation.ocr import match_words, score

#: Sets with which two processes are measured, and pages of each.
_SCALED, _SCALED_PAGES = (*LANGUAGES, FUNSD), 4


def main() -> int:
    options = _options()
    console = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 160)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with tempfile.TemporaryDirectory(prefix="prelabel-ocr-") as folder:
            report = _run(options, Path(folder), console)
            if options.errors:
                error_pictures.draw(report, options.errors)
    except KeyboardInterrupt:
        return 130
    except (StartFailed, PrelabelError) as error:
        console.print(f"ocr: {error}", markup=False, soft_wrap=True)
        return 1
    report.show(console)
    found = report.to_json()
    if options.plot:
        plot.draw(found, options.plot)
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--funsd", type=_path, metavar="FOLDER", help="a folder of FUNSD's layout; without it there is no such set")
    add("--pages", type=int, default=6, help="generated pages of each language (6)")
    add("--pages-slow", type=int, default=2, help="of them for the slow ways (2)")
    add("--funsd-pages", type=int, default=24, help="pages of FUNSD (24; slow ways: four times --pages-slow)")
    add("--only", type=_names(WAYS), default=list(WAYS), metavar="WAY,...", help=f"of {', '.join(WAYS)}")
    usual = ", ".join(USUAL_SETS)
    add("--sets", type=_names(SETS), default=list(USUAL_SETS), metavar="SET,...",
        help=f"of {', '.join(SETS)} (default: {usual})")  # fmt: skip
    add("--rounds", type=int, default=2, help="runs of two processes, a run of one around each (2; 0: none)")
    add("--easyocr", type=_path, metavar="FOLDER", help="weights of a custom EasyOCR network")
    add("--network", default="", metavar="NAME", help="its name: NAME.py, NAME.yaml and NAME.pth in that folder")
    add("--easyocr-stock", type=_path, metavar="FOLDER", help="EasyOCR's own craft_mlt_25k.pth and english_g2.pth")
    add("--reader", type=_path, metavar="FOLDER", help="a reader of `prelabel train reader`; default: the shipped one")
    add("--errors", type=Path, metavar="FOLDER", help="draw the words read wrong, a picture a set and way, worst first")
    add("--json", action="store_true", help="one JSON object on the last line")
    add("--plot", type=Path, metavar="FILE.png", help="draw speed against accuracy")
    options = parser.parse_args()
    if min(options.pages, options.pages_slow, options.funsd_pages) < 1 or options.rounds < 0:
        parser.error("--pages, --pages-slow and --funsd-pages take 1 or more, --rounds 0 or more")
    if bool(options.easyocr) != bool(options.network):
        parser.error("--easyocr and --network belong together")
    if options.funsd is None and options.sets == [FUNSD]:
        parser.error("--sets funsd needs --funsd FOLDER")
    return options


def _names(known: Sequence[str] | Mapping[str, object]) -> Callable[[str], list[str]]:
    """Return a parser of lists with commas; their order is that of `known`."""

    def parse(text: str) -> list[str]:
        asked = [name.strip() for name in text.split(",")]
        if unknown := [name for name in asked if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: known are {', '.join(known)}")
        return [name for name in known if name in asked]

    return parse


def _path(text: str) -> Path:
    """Make the path absolute, as the reading processes work in another folder."""
    return Path(text).expanduser().resolve()


def _run(options: argparse.Namespace, folder: Path, console: Console) -> Report:
    report = Report()
    sets = list(_sets(options, folder))
    console.print(f"{sum(len(pages.sheets) for pages in sets)} pages are there")
    names = [name for name in options.only if not WAYS[name].pdf or any(pages.name == PDF for pages in sets)]
    given = Options(
        easyocr=str(options.easyocr or ""),
        network=options.network,
        easyocr_stock=str(options.easyocr_stock or ""),
        reader=str(options.reader or ""),
    )
    with readers(names, folder, given) as started:
        report.loads = {name: reader.load for name, reader in started.items() if reader.load}
        report.missing = {name: reader.missing for name, reader in started.items() if reader.missing}
        ready = {name: reader for name, reader in started.items() if not reader.missing}
        _warm_up(sets, ready)
        for pages in sets:
            began = time.monotonic()
            report.add(pages, _read(pages, ready))
            console.print(f"{pages.name}: {time.monotonic() - began:.0f} s")
    if options.rounds and OURS in ready:
        report.runs = _scale(options, sets, folder, console)
    return report


def _scale(options: argparse.Namespace, sets: Sequence[PageSet], folder: Path, console: Console) -> list[Run]:
    """Measure two processes against one; return no runs if a page fails, so that the other results are not lost."""
    images = [page.image for pages in sets if pages.name in _SCALED for page in pages.sheets[:_SCALED_PAGES]]
    try:
        return scale.runs(OURS, images, options.rounds, folder) if images else []
    except StartFailed as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return []


def _sets(options: argparse.Namespace, folder: Path) -> Iterator[PageSet]:
    for name in options.sets:
        if name in LANGUAGES:
            yield generated(folder / name, name, options.pages, options.pages_slow)
        elif name in UNSEEN:
            yield unseen(folder / name, name, options.pages, options.pages_slow)
        elif name == RECEIPTS:
            yield of_receipts(folder / name, options.pages, options.pages_slow)
        elif name == BOXED:
            yield of_boxed_forms(folder / name, options.pages, options.pages_slow)
        elif name == FUNSD and options.funsd is not None:
            yield funsd(options.funsd, options.funsd_pages, 4 * options.pages_slow)
        elif name == PDF:
            yield born_digital(folder / name, options.pages_slow)
        elif name in OTHER_DPI:
            yield of_other_dpi(folder / name, name)


def _warm_up(sets: Sequence[PageSet], ready: Mapping[str, Reader]) -> None:
    """Let each way read its smallest page, so that lazily loaded parts are there."""
    for name, reader in ready.items():
        if pages := [page for pages in sets for page in pages.sheets if page.pdf or not WAYS[name].pdf]:
            reader.read(_file(min(pages, key=lambda page: page.pixels), name))


def _read(pages: PageSet, ready: Mapping[str, Reader]) -> dict[str, Readings]:
    """Read each page in each way in turn."""
    found: dict[str, dict[str, Reading]] = {name: {} for name in ready if _reads(name, pages)}
    for number, page in enumerate(pages.sheets):
        for name, readings in found.items():
            if number < pages.few or not WAYS[name].slow:
                readings[page.name] = _one(page, ready[name], name)
    return {name: Readings(readings) for name, readings in found.items() if readings}


def _reads(name: str, pages: PageSet) -> bool:
    """Return whether a way reads a set: PDFs go to the text layer and our OCR, other resolutions not to OpenMP ways."""
    if pages.name == PDF:
        return name in (TEXT_LAYER, OURS)
    if WAYS[name].english and pages.name not in (ENGLISH, FUNSD, UNSEEN_ENGLISH):
        return False
    return not WAYS[name].pdf and not (WAYS[name].openmp and pages.name in OTHER_DPI)


def _one(page: Sheet, reader: Reader, way: str) -> Reading:
    answer = reader.read(_file(page, way))
    costs = (answer.wall_s, answer.cpu_s, answer.machine_s, answer.peak_mb)
    matches = match_words(page.truth, answer.words)
    prints = score_prints(matches, page.sources, page.boxed)
    return Reading(score(matches), answer.error, *costs, prints, tuple(word_errors(page.name, matches)))


def _file(page: Sheet, way: str) -> Path:
    return page.pdf if page.pdf and WAYS[way].pdf else page.image


def _end(number: int, _frame: object) -> None:
    """End the benchmark in order at SIGTERM and SIGHUP."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
