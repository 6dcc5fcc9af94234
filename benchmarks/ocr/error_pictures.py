"""Pictures of the words that each way read wrong, a sheet for each set and way, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.ocr.measure import Readings
from benchmarks.ocr.pages import PageSet
from benchmarks.ocr.report import Report
from prelabel.evaluation.error_sheet import draw_error_sheet, worst_first


def draw(report: Report, folder: Path) -> list[Path]:
    """Draw SET-WAY.png into the folder for each way with errors; the pages must still be there. Return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [
        draw_words(pages, way, found, folder)
        for pages in report.sets
        for way, found in report.found[pages.name].items()
    ]
    return [file for file in drawn if file]


def draw_words(pages: PageSet, way: str, found: Readings, folder: Path) -> Path | None:
    """Draw SET-WAY.png into the folder; return it, or None where no word was read wrong."""
    wrong = worst_first(found.wrong)
    if not wrong:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{pages.name}-{way}.png"
    page_of = partial(_opened, {sheet.name: sheet.image for sheet in pages.sheets})
    draw_error_sheet(wrong, page_of).save(file)
    return file


def _opened(images: Mapping[str, Path], name: str) -> Image.Image:
    with Image.open(images[name]) as image:
        return image.convert("RGB")
