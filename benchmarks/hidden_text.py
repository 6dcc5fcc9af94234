"""Cost of looking for hidden text in PDF pages, beside the OCR that their own words save: CPU of this process.

`python -m benchmarks.hidden_text [FILE.pdf ...] [--json]` takes the sample pages as Chromium prints them, and the first
pages of further files. Words: finding them in PDFium's text; look: telling the seen ones; OCR: reading the same page.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from prelabel.ocr.choose import Choice
from prelabel.ocr.engines import choice_for
from prelabel.ocr.reading import read_image
from prelabel.pdf.sight.page_sight import PageSight
from prelabel.pdf.text import PageText, points_to_pixels
from prelabel.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
CHROMIUM = "/usr/bin/chromium"
DPI = 200
#: The cost of a page is the least of so many rounds.
ROUNDS = 5
#: At most this share of OCR's CPU.
BAR = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one page in CPU milliseconds. `hidden`: words, or parts of words, that are left out."""

    name: str
    words: int
    hidden: int
    words_ms: float
    look_ms: float
    ocr_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", help="further PDFs")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    settings = Settings(_env_file=None)
    choice = choice_for(settings, settings.for_project(0))
    with tempfile.TemporaryDirectory(prefix="prelabel-hidden-text-") as folder:
        costs = [measure(file, choice) for file in (*printed(Path(folder)), *options.files)]
    print(json.dumps([asdict(each) for each in costs]) if options.json else table(costs))


def printed(folder: Path) -> list[Path]:
    """Print the samples to PDFs."""
    from playwright.sync_api import sync_playwright

    files = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for sample in sorted((EXAMPLES / "html").glob("*.html")):
            page.goto(sample.as_uri())
            files.append(folder / f"{sample.stem}.pdf")
            page.pdf(path=files[-1], format="A4", print_background=True)
        browser.close()
    return files


def measure(file: Path, choice: Choice) -> Cost:
    """Measure the first page of a PDF that has words of its own."""
    with pypdfium2.PdfDocument(file) as document:
        page = document[0]
        shown: Image.Image = page.render(scale=DPI / 72, grayscale=True, may_draw_forms=False).to_pil()
        to_pixels = points_to_pixels(page, *shown.size)

        def words() -> None:
            with PageText(page, to_pixels) as text:
                assert text.words

        sight = PageSight(page, shown).words
        words_ms = least_ms(words)
        look_ms = least_ms(lambda: PageSight(page, shown).words) - words_ms
        ocr_ms = least_ms(lambda: read_image(shown, choice), rounds=2)
    return Cost(file.stem, len(sight.seen), len(sight.hidden), words_ms, look_ms, ocr_ms)


def least_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least CPU milliseconds of several rounds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(1000 * (time.process_time() - began))
    return min(found)


def table(costs: Sequence[Cost]) -> str:
    """Return the costs, and the share of OCR's CPU, as lines of text."""
    lines = [f"{'page':<28} words hidden  words ms  look ms  OCR ms  look / OCR"]
    for each in costs:
        share = each.look_ms / each.ocr_ms
        lines.append(
            f"{each.name[:28]:<28} {each.words:5} {each.hidden:6} {each.words_ms:9.1f} {each.look_ms:8.1f}"
            f" {each.ocr_ms:7.0f} {share:11.1%}"
        )
    look, ocr = (sum(getattr(each, name) for each in costs) for name in ("look_ms", "ocr_ms"))
    lines.append(f"all: {look / len(costs):.1f} ms a page, {look / ocr:.1%} of OCR (bar {BAR:.0%})")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
