"""`prelabel evaluate kie`: labels, links and key-values, compared with ground truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prelabel.cli.evaluate.kie_report import KieReport
from prelabel.cli.evaluate.options import need_rapidfuzz, pictures_option, worst_option
from prelabel.cli.evaluate.pictures import make_folder, save_picture
from prelabel.cli.evaluate.progress import show_progress
from prelabel.cli.options import json_option
from prelabel.cli.output import console, say_error, write_json
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.evaluation.kie import Figure, PageScores
    from prelabel.evaluation.reliability.measure import Reliability


@click.command(short_help="Measure labels, links and key-values.")
@click.option(
    "--data",
    required=True,
    metavar="FOLDER|SOURCE",
    help="A folder in FUNSD's layout (annotations/; images/ for --pictures and --words ocr), a JSON export of Label "
    "Studio (export:FILE), the evaluation set of a project's data set (dataset:ID[@VERSION]), or synthetic pages: "
    "synthetic:ko-held-out:200 is 200 Korean pages of templates kept out of training (also: en; without -held-out).",
)
@click.option(
    "--words",
    type=click.Choice(["gold", "ocr"]),
    default="gold",
    show_default=True,
    help="gold: the annotated words. ocr: words that OCR reads in the images (T6 only).",
)
@click.option(
    "--order",
    type=click.Choice(["annotation", "raster"]),
    default="annotation",
    show_default=True,
    help="Order of the words for T1: as annotated, or line by line as from OCR.",
)
@click.option(
    "--tagger",
    metavar="NAME",
    help='"compact", a compact tagger\'s folder, or a LayoutLM v1 folder or hub name; default: by the settings.',
)
@click.option(
    "--linker", metavar="NAME", help='"shipped", "alignment" (a rule), or a linker\'s folder; default: PRELABEL_LINKER.'
)
@worst_option
@pictures_option
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the bootstrap intervals.")
@json_option
def kie(
    data: str,
    words: str,
    order: str,
    tagger: str | None,
    linker: str | None,
    worst: int,
    pictures: Path | None,
    seed: int,
    as_json: bool,
) -> int:
    """Label, group and link the words of labelled pages, and measure F1 of each step and of the key-values.

    Low and high are the ends of a 95 % confidence interval (bootstrap over the pages). ECE, and the tables below it,
    show how far the confidences of key-values can be trusted; --pictures also draws them, as reliability.png. With
    --words ocr, a page that cannot be read gives one line on stderr and counts as a page without any result; the exit
    code is then 1.
    """
    need_rapidfuzz()
    from prelabel.evaluation.kie import (
        OCR_PROTOCOLS,
        PROTOCOLS,
        check_labels,
        figures,
        reliability,
        score_gold,
        score_read,
    )
    from prelabel.evaluation.kie_data import is_folder, read_pages
    from prelabel.evaluation.truth import read_truth
    from prelabel.kie.link.loading import linker_for
    from prelabel.kie.tag.loading import tagger_for, with_tagger
    from prelabel.ocr.engines import choice_for

    settings = with_tagger(get_settings(), tagger)
    if linker:
        settings = settings.model_copy(update={"linker": linker})
    if words == "ocr" and not is_folder(data):
        raise click.BadParameter(
            "only the pages of a folder have images to read; name a folder", param_hint="--words ocr"
        )
    project, pages = settings.for_project(0), read_pages(data)
    images = {page.name: page.image for page in read_truth(Path(data))} if words == "ocr" else {}
    model, linking = tagger_for(settings), linker_for(settings)
    check_labels(pages, model)
    if pictures:
        make_folder(pictures)
    if words == "ocr":
        scored = score_read(pages, images, model, choice_for(settings, project), settings)
        protocols = OCR_PROTOCOLS
    else:
        scored = score_gold(pages, model, linking, raster=order == "raster", link_threshold=project.link_threshold)
        protocols = {name: protocol.format(order=order) for name, protocol in PROTOCOLS.items()}

    def error_line(result: PageScores) -> str:
        return f"{images[result.name]}: {result.error}" if result.error else ""

    results = list(show_progress(scored, len(pages), error_line))
    ranked = sorted(results, key=lambda result: (result.scores["T6_relaxed"].f1, result.name))[:worst]
    drawn = _draw(ranked, pictures, settings) if pictures else {}
    made = figures(results, protocols, seed=seed)
    groups = _groups(made, data, (model.digest, linking.digest))
    sure = reliability(results)
    plot = _plot(sure, pictures) if pictures else None
    report = KieReport(model.name, linking.name, words, order, results, made, groups, ranked, drawn, sure, plot)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


def _groups(made: Mapping[str, Figure], data: str, digests: tuple[str, str]) -> dict[str, Figure]:
    """Return the rows T7 or T8 if data and models are those that T7 or T8 stands for.

    `digests`: of the tagger and of the linker.
    """
    from prelabel.evaluation.kie import grouped
    from prelabel.evaluation.kie_data import UNSEEN_KOREAN, is_folder
    from prelabel.kie.link import loading as linkers
    from prelabel.kie.tag import loading as taggers

    if "T1" not in made:
        return {}
    if data.startswith(UNSEEN_KOREAN):
        return grouped(made, "T8")
    ships = get_settings().model_copy(update={"ser": "compact", "compact_model": "", "linker": linkers.SHIPPED})
    shipped = taggers.describe(ships)[1], linkers.describe(ships)[1]
    return grouped(made, "T7") if digests == shipped and is_folder(data) else {}


def _plot(made: Reliability, folder: Path) -> Path:
    from prelabel.evaluation.reliability.picture import draw_reliability

    return save_picture(draw_reliability(made), folder, "reliability")


def _draw(results: Iterable[PageScores], folder: Path, settings: Settings) -> dict[str, Path]:
    """Draw the errors of the pages; return name of a page -> its picture.

    A page whose image is missing or cannot be read is drawn on white.
    """
    from prelabel.errors import PageError
    from prelabel.evaluation.kie_pictures import draw_key_value_errors
    from prelabel.images.decode import decode
    from prelabel.images.file import image_bytes

    drawn = {}
    for result in results:
        image = None
        if result.image is not None and result.error is None:
            try:
                data = image_bytes(result.image, max_bytes=settings.max_image_bytes)
                image = decode(data, max_pixels=settings.max_image_pixels)
            except PageError as error:
                say_error(f"{result.image}: {error}; drawn on white")
        drawn[result.name] = save_picture(draw_key_value_errors(image, result), folder, result.name)
    return drawn
