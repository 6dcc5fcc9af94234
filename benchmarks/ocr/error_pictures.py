"""Pictures of the words that each way read wrong, a sheet for each set and way, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.ocr.report import Report
from prelabel.evaluation.error_sheet import draw_error_sheet, worst_first


def draw(report: Report, folder: Path) -> list[Path]:
    """Draw SET-WAY.png into the folder for each way with errors; the pages must still be there. Return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for pages in report.sets:
        page_of = partial(_opened, {sheet.name: sheet.image for sheet in pages.sheets})
        for way, found in report.found[pages.name].items():
            if wrong := worst_first(found.wrong):
                file = folder / f"{pages.name}-{way}.png"
                draw_error_sheet(wrong, page_of).save(file)
                drawn.append(file)
    return drawn


def _opened(images: Mapping[str, Path], name: str) -> Image.Image:
    with Image.open(images[name]) as image:
        return image.convert("RGB")
