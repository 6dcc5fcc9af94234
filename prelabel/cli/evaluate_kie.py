"""`prelabel evaluate kie`: labels, links and key-values of pages whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from prelabel.cli.evaluate import make_folder, number_table, save_picture, watched
from prelabel.cli.output import console, json_option, say_error, write_json
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prelabel.evaluation.kie import Figure, PageScores


@click.command()
@click.option(
    "--data",
    required=True,
    metavar="FOLDER|synthetic:...",
    help="A folder of FUNSD's layout (annotations/ and, for pictures and --words ocr, images/), or synthetic pages: "
    "synthetic:ko-held-out:200 are 200 Korean ones of templates kept out of training (also: en; without -held-out).",
)
@click.option(
    "--words",
    type=click.Choice(["gold", "ocr"]),
    default="gold",
    show_default=True,
    help="Those of the annotations, or those that OCR reads in the images (T6 only).",
)
@click.option(
    "--order",
    type=click.Choice(["annotation", "raster"]),
    default="annotation",
    show_default=True,
    help="Order of the words in T1: as annotated, or line by line as OCR lists them.",
)
@click.option(
    "--tagger",
    metavar="NAME",
    help='"compact", the folder of a compact tagger, or a LayoutLM v1 folder or hub name; else what the settings name.',
)
@click.option(
    "--linker", metavar="NAME", help='"shipped", "alignment" (a rule), or the folder of a linker; else LINKER.'
)
@click.option("--worst", type=click.IntRange(0), default=5, show_default=True, help="Name so many of the worst pages.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw the errors of the worst pages.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the pages drawn for intervals.")
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
    """Label, group and link the words of labelled pages: F1 of each step, and of key-values end to end.

    Low and high are the ends of a 95 % interval: how far the figure moves with other pages of the kind. With --words
    ocr a page that cannot be read is one line on stderr and counts as a page on which nothing was found; the exit
    code is then 1.
    """
    from prelabel.evaluation.kie import OCR_PROTOCOLS, PROTOCOLS, check_labels, figures, score_gold, score_read
    from prelabel.evaluation.kie_data import is_synthetic, read_pages
    from prelabel.evaluation.truth import read_truth
    from prelabel.kie.link.loading import linker_for
    from prelabel.kie.tag.loading import tagger_for, with_tagger
    from prelabel.ocr.engines import choice_for

    settings = with_tagger(get_settings(), tagger)
    if linker:
        settings = settings.model_copy(update={"linker": linker})
    if words == "ocr" and is_synthetic(data):
        raise click.BadParameter("synthetic pages have no images to read; name a folder", param_hint="--words ocr")
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
    results = list(
        watched(scored, len(pages), lambda result: f"{images[result.name]}: {result.error}" if result.error else "")
    )
    ranked = sorted(results, key=lambda result: (result.scores["T6_relaxed"].f1, result.name))[:worst]
    drawn = _draw(ranked, pictures, settings) if pictures else {}
    made = figures(results, protocols, seed=seed)
    groups = _groups(made, data, (model.digest, linking.digest))
    report = _Report(model.name, linking.name, words, order, results, made, groups, ranked, drawn)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


def _groups(made: Mapping[str, Figure], data: str, digests: tuple[str, str]) -> dict[str, Figure]:
    """The rows T7 and T8 where that is what was judged. `digests`: of the tagger and the linker."""
    from prelabel.evaluation.kie import grouped
    from prelabel.evaluation.kie_data import UNSEEN_KOREAN, is_synthetic
    from prelabel.kie.link import loading as linkers
    from prelabel.kie.tag import loading as taggers

    if "T1" not in made:
        return {}
    if data.startswith(UNSEEN_KOREAN):
        return grouped(made, "T8")
    ships = get_settings().model_copy(update={"ser": "compact", "compact_model": "", "linker": linkers.SHIPPED})
    shipped = taggers.describe(ships)[1], linkers.describe(ships)[1]
    return grouped(made, "T7") if digests == shipped and not is_synthetic(data) else {}


@dataclass(frozen=True, slots=True)
class _Report:
    """What is said of a run. `figures` lacks those that words of OCR do not allow; `groups`: rows T7 and T8.

    `drawn`: name of a page -> its picture.
    """

    tagger: str
    linker: str
    words: str
    order: str
    results: list[PageScores]
    figures: Mapping[str, Figure]
    groups: Mapping[str, Figure]
    worst: list[PageScores]
    drawn: dict[str, Path]

    @property
    def _rows(self) -> dict[str, Figure]:
        return {**self.figures, **self.groups}

    @property
    def _not_judged(self) -> dict[str, str]:
        """Figure -> why it has no number."""
        from prelabel.evaluation.kie import PROTOCOLS

        return {name: "not judged: needs gold words" for name in PROTOCOLS if name not in self.figures}

    def as_json(self) -> dict[str, Any]:
        empty = {"f1": None, "low": None, "high": None}
        made = {name: {**figure.to_json(), "protocol": figure.protocol} for name, figure in self._rows.items()}
        left = {name: {**empty, "protocol": why} for name, why in self._not_judged.items()}
        failed = [(result.name, result.error) for result in self.results if result.error]
        return {
            "tagger": self.tagger,
            "linker": self.linker,
            "words": self.words,
            "order": self.order,
            "pages": len(self.results),
            "pages_failed": len(failed),
            **dict(sorted((made | left).items())),
            "worst": [self._page(result) for result in self.worst],
            "failed": [{"page": name, "error": {"code": error.code, "message": str(error)}} for name, error in failed],
        }

    def print(self, out: Console) -> None:
        words = f"{sum(len(result.page.words) for result in self.results)} {self.words} words"
        out.print(f"[bold]{escape(self.tagger)}[/bold], linker {self.linker}: {len(self.results)} pages, {words}\n")
        shown = number_table("", "F1 %", "low", "high", "P", "R", "truth", "found")
        shown.add_column("protocol")
        for name in sorted({*self._rows, *self._not_judged}):
            if (figure := self._rows.get(name)) is None:
                shown.add_row(name, *["-"] * 7, self._not_judged[name])
                continue
            made = figure.to_json()
            rates = (f"{made[key]:.1f}" for key in ("f1", "low", "high", "precision", "recall"))
            shown.add_row(name, *rates, str(made["truth"]), str(made["found"]), escape(figure.protocol))
        out.print(shown)
        if self.worst:
            out.print()
            out.print(self._worst())
        for picture in self.drawn.values():
            out.print(f"picture: {escape(str(picture))}", soft_wrap=True)

    def _worst(self) -> Table:
        shown = number_table("worst pages", "words", *self.figures)
        for result in self.worst:
            page = self._page(result)
            name = escape(result.name) + (" (not read)" if result.error else "")
            shown.add_row(name, str(len(result.page.words)), *(f"{page[key]:.1f}" for key in self.figures))
        return shown

    def _page(self, result: PageScores) -> dict[str, Any]:
        shares = {name: round(100 * result.scores[name].f1, 2) for name in self.figures}
        row = {"page": result.name, "words": len(result.page.words), **shares}
        return row | ({"picture": str(self.drawn[result.name])} if result.name in self.drawn else {})


def _draw(results: Iterable[PageScores], folder: Path, settings: Settings) -> dict[str, Path]:
    """Name of a page -> its picture. A page whose image is missing or cannot be read is drawn on white."""
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
