"""`prelabel evaluate ocr`: the words that OCR reads, compared with ground truth."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prelabel.cli.evaluate.ocr_report import OcrReport
from prelabel.cli.evaluate.options import need_rapidfuzz, pictures_option, worst_option
from prelabel.cli.evaluate.pictures import make_folder, save_picture
from prelabel.cli.evaluate.progress import show_progress
from prelabel.cli.options import json_option
from prelabel.cli.output import console, write_json
from prelabel.ocr_plan import OcrPlan
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from PIL import Image

    from prelabel.evaluation.ocr_pages import PageResult


@click.command(short_help="Measure OCR.")
@click.option(
    "--truth",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER|EXPORT.json",
    help="A folder in FUNSD's layout (annotations/, images/), or a JSON export of Label Studio.",
)
@click.option(
    "--images",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Folder with the images of an export; default: beside the export.",
)
@click.option("--engine", metavar="PLAN", help='Such as "tesseract then easyocr below 60"; default: the setting OCR.')
@click.option("--limit", type=click.IntRange(1), help="Read at most this many pages.")
@worst_option
@pictures_option
@json_option
def ocr(
    truth: Path,
    images: Path | None,
    engine: str | None,
    limit: int | None,
    worst: int,
    pictures: Path | None,
    as_json: bool,
) -> int:
    """Read pages with ground truth, and measure how many words are found and read correctly.

    A page that cannot be read gives one line on stderr and counts as a page without any found word; the exit code is
    then 1.
    """
    need_rapidfuzz()
    from prelabel.evaluation.ocr_pages import read_and_score, total
    from prelabel.evaluation.truth import read_truth
    from prelabel.ocr.engines import choice_for

    settings = get_settings()
    project = settings.for_project(0)
    if engine is not None:
        project = project.model_copy(update={"ocr": OcrPlan.parse(engine)})
    if images and truth.is_dir():
        raise click.BadParameter("only for an export; a folder has its own images/", param_hint="--images")
    pages = read_truth(truth, images)[:limit]
    choice = choice_for(settings, project)
    if pictures:
        make_folder(pictures)
    results = list(show_progress(read_and_score(pages, choice, settings), len(pages), _error_line))
    ranked = sorted(results, key=lambda result: (result.scores.end_to_end_f1, result.truth.name))[:worst]
    drawn = _draw(ranked, pictures, settings) if pictures else {}
    sheet = _draw_sheet(results, pictures, settings) if pictures else None
    report = OcrReport(str(project.ocr), results, total(results), ranked, drawn, sheet)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


def _error_line(result: PageResult) -> str:
    return f"{result.truth.image}: {result.error}" if result.error else ""


def _draw(results: Iterable[PageResult], folder: Path, settings: Settings) -> dict[str, Path]:
    """Draw the errors of the pages that could be read; return name of a page -> its picture."""
    from prelabel.evaluation.ocr_pictures import draw_errors

    drawn = {}
    for result in results:
        if result.error is None:
            image = draw_errors(_opened(result, settings), result.matches)
            drawn[result.truth.name] = save_picture(image, folder, result.truth.name)
    return drawn


def _draw_sheet(results: Iterable[PageResult], folder: Path, settings: Settings) -> Path | None:
    """Draw the words of all pages that were read wrong, the worst first; None where there are none."""
    from prelabel.evaluation.error_sheet import draw_error_sheet, word_errors, worst_first

    read = {result.truth.name: result for result in results if result.error is None}
    wrong = worst_first(error for name, result in read.items() for error in word_errors(name, result.matches))
    if not wrong:
        return None
    return save_picture(draw_error_sheet(wrong, lambda name: _opened(read[name], settings)), folder, "wrong-words")


def _opened(result: PageResult, settings: Settings) -> Image.Image:
    from prelabel.images.decode import decode
    from prelabel.images.file import image_bytes

    data = image_bytes(result.truth.image, max_bytes=settings.max_image_bytes)
    return decode(data, max_pixels=settings.max_image_pixels)
