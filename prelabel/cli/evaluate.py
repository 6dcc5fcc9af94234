"""`prelabel evaluate ...`: how right the results are on pages whose truth is known. Needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from prelabel.cli.output import console, json_option, say_error, table, write_json
from prelabel.settings import Settings, get_settings

if TYPE_CHECKING:
    from prelabel.evaluation.kie import Figure, PageScores
    from prelabel.evaluation.ocr import OcrScores
    from prelabel.evaluation.reading import PageResult

#: Precision, recall and F1, by the names that `OcrScores.to_json` gives them.
_FOUND = {
    "detection, IoU 0.5": ("detection_precision", "detection_recall", "detection_f1"),
    "detection, IoU 0.8": ("detection_precision_80", "detection_recall_80", "detection_f1_80"),
    "end to end, each match 1 - CER": ("end_to_end_precision", "end_to_end_recall", "end_to_end_f1"),
    "CLEval, detection": ("cleval_detection_precision", "cleval_detection_recall", "cleval_detection"),
    "CLEval, end to end": ("cleval_precision", "cleval_recall", "cleval"),
}
_READ = {
    "word recall (found, every letter right)": "word_recall",
    "CER": "cer",
    "CER without spaces": "cer_no_spaces",
    "CER of matched words": "cer_matched",
    "WER": "wer",
}
#: What is said of one page.
_OF_A_PAGE = ("words", "words_found", "word_recall", "end_to_end_f1", "cer", "cleval")


#: Whatever an evaluation says of a page.
_Result = TypeVar("_Result")


@click.group(short_help="Compare results with a truth, without any server.")
def evaluate() -> None:
    """Compare results with pages whose truth is known. docs/accuracy.md says what each figure means."""


@evaluate.command()
@click.option(
    "--truth",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER|EXPORT.json",
    help="A folder of FUNSD's layout (annotations/, images/), or a JSON export of Label Studio.",
)
@click.option(
    "--images",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="The folder of an export's images; else they lie beside it.",
)
@click.option("--engine", metavar="PLAN", help='As in OCR: "tesseract", "tesseract then easyocr below 60"; else OCR.')
@click.option("--limit", type=click.IntRange(1), help="Only so many pages.")
@click.option("--worst", type=click.IntRange(0), default=5, show_default=True, help="Name so many of the worst pages.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw the errors of the worst pages.",
)
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
    """Read the pages of a truth and compare every word: found where it is, and read right?

    A page that cannot be read is one line on stderr and counts as a page on which nothing was found; the exit code
    is then 1.
    """
    from prelabel.evaluation.reading import read_pages, total
    from prelabel.evaluation.truth import read_truth
    from prelabel.ocr.engines import choice_for

    settings = get_settings()
    project = settings.for_project(0)
    if engine is not None:
        project = project.model_copy(update={"ocr": engine})
    if images and truth.is_dir():
        raise click.BadParameter("only an export needs it; a folder has its own images/", param_hint="--images")
    pages = read_truth(truth, images)[:limit]
    choice = choice_for(settings, project)
    if pictures:
        _make_folder(pictures)
    reading = read_pages(pages, choice, settings)
    results = list(
        _watched(reading, len(pages), lambda result: f"{result.truth.image}: {result.error}" if result.error else "")
    )
    ranked = sorted(results, key=lambda result: (result.scores.end_to_end_f1, result.truth.name))[:worst]
    drawn = _draw(ranked, pictures, settings) if pictures else {}
    report = _Report(project.ocr, results, total(results), ranked, drawn)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


@evaluate.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A folder of FUNSD's layout: annotations/ and, for --words ocr, images/.",
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
    "--tagger", metavar="NAME", help='"compact", or a LayoutLM v1 folder or hub name; else SER and LAYOUTLM_MODEL.'
)
@click.option("--worst", type=click.IntRange(0), default=5, show_default=True, help="Name so many of the worst pages.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the pages drawn for intervals.")
@json_option
def kie(data: Path, words: str, order: str, tagger: str | None, worst: int, seed: int, as_json: bool) -> int:
    """Label, group and link the words of labelled pages: F1 of each step, and of key-values end to end.

    Low and high are the ends of a 95 % interval: how far the figure moves with other pages of the kind. With --words
    ocr a page that cannot be read is one line on stderr and counts as a page on which nothing was found; the exit
    code is then 1.
    """
    from prelabel.evaluation.kie import OCR_PROTOCOLS, PROTOCOLS, check_labels, figures, score_gold, score_read
    from prelabel.evaluation.truth import read_truth
    from prelabel.formats.funsd import read_annotations
    from prelabel.ocr.engines import choice_for
    from prelabel.ser.models import tagger_for

    settings = get_settings()
    if tagger is not None:
        chosen = {"ser": tagger} if tagger == "compact" else {"ser": "layoutlm", "layoutlm_model": tagger}
        settings = settings.model_copy(update=chosen)
    project, pages = settings.for_project(0), read_annotations(data)
    images = {page.name: page.image for page in read_truth(data)} if words == "ocr" else {}
    model = tagger_for(settings)
    check_labels(pages, model)
    if words == "ocr":
        scored = score_read(pages, images, model, choice_for(settings, project), settings)
        protocols = OCR_PROTOCOLS
    else:
        scored = score_gold(pages, model, raster=order == "raster", link_threshold=project.link_threshold)
        protocols = {name: protocol.format(order=order) for name, protocol in PROTOCOLS.items()}
    results = list(
        _watched(scored, len(pages), lambda result: f"{images[result.name]}: {result.error}" if result.error else "")
    )
    ranked = sorted(results, key=lambda result: (result.scores["T6_relaxed"].f1, result.name))[:worst]
    report = _KieReport(model.name, words, order, results, figures(results, protocols, seed=seed), ranked)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


@dataclass(frozen=True, slots=True)
class _KieReport:
    """What is said of a run of `evaluate kie`. `figures` lacks those that cannot be judged on words of OCR."""

    tagger: str
    words: str
    order: str
    results: list[PageScores]
    figures: Mapping[str, Figure]
    worst: list[PageScores]

    @property
    def _not_judged(self) -> dict[str, str]:
        """Figure -> why it has no number."""
        from prelabel.evaluation.kie import PROTOCOLS

        return {name: "not judged: needs gold words" for name in PROTOCOLS if name not in self.figures}

    def as_json(self) -> dict[str, Any]:
        empty = {"f1": None, "low": None, "high": None}
        made = {name: {**figure.to_json(), "protocol": figure.protocol} for name, figure in self.figures.items()}
        left = {name: {**empty, "protocol": why} for name, why in self._not_judged.items()}
        failed = [(result.name, result.error) for result in self.results if result.error]
        return {
            "tagger": self.tagger,
            "words": self.words,
            "order": self.order,
            "pages": len(self.results),
            "pages_failed": len(failed),
            **dict(sorted((made | left).items())),
            "worst": [self._page(result) for result in self.worst],
            "failed": [{"page": name, "error": {"code": error.code, "message": str(error)}} for name, error in failed],
        }

    def print(self, out: Console) -> None:
        words = f"{sum(result.words for result in self.results)} {self.words} words"
        out.print(f"[bold]{escape(self.tagger)}[/bold]: {len(self.results)} pages, {words}\n")
        shown = _numbers("", "F1 %", "low", "high", "P", "R", "truth", "found")
        shown.add_column("protocol")
        for name in sorted({*self.figures, *self._not_judged}):
            if (figure := self.figures.get(name)) is None:
                shown.add_row(name, *["-"] * 7, self._not_judged[name])
                continue
            made = figure.to_json()
            rates = (f"{made[key]:.1f}" for key in ("f1", "low", "high", "precision", "recall"))
            shown.add_row(name, *rates, str(made["truth"]), str(made["found"]), escape(figure.protocol))
        out.print(shown)
        if self.worst:
            out.print()
            out.print(self._worst())

    def _worst(self) -> Table:
        shown = _numbers("worst pages", "words", *self.figures)
        for result in self.worst:
            page = self._page(result)
            name = escape(result.name) + (" (not read)" if result.error else "")
            shown.add_row(name, str(result.words), *(f"{page[key]:.1f}" for key in self.figures))
        return shown

    def _page(self, result: PageScores) -> dict[str, Any]:
        shares = {name: round(100 * result.scores[name].f1, 2) for name in self.figures}
        return {"page": result.name, "words": result.words, **shares}


@dataclass(frozen=True, slots=True)
class _Report:
    """What is said of a run. `drawn`: name of a page -> its picture."""

    engine: str
    results: list[PageResult]
    scores: OcrScores
    worst: list[PageResult]
    drawn: dict[str, Path]

    @property
    def cpu_s_per_page(self) -> float:
        return sum(result.cpu_s for result in self.results) / len(self.results)

    def as_json(self) -> dict[str, Any]:
        failed = [(result.truth, result.error) for result in self.results if result.error]
        return {
            "engine": self.engine,
            "pages": len(self.results),
            "pages_failed": len(failed),
            **self.scores.to_json(),
            "cpu_s_per_page": round(self.cpu_s_per_page, 3),
            "worst": [self._page(result) for result in self.worst],
            "failed": [
                {"page": truth.name, "file": str(truth.image), "error": {"code": error.code, "message": str(error)}}
                for truth, error in failed
            ],
        }

    def print(self, out: Console) -> None:
        counts = f"{len(self.results)} pages, {self.scores.truth} words, {self.scores.found} found"
        out.print(f"[bold]{escape(self.engine)}[/bold]: {counts}, {self.cpu_s_per_page:.2f} CPU s a page\n")
        made = self.scores.to_json()
        found = _numbers("%", "precision", "recall", "F1")
        for name, keys in _FOUND.items():
            found.add_row(name, *(f"{made[key]:.1f}" for key in keys))
        out.print(found)
        out.print()
        read = _numbers("", "%")
        for name, key in _READ.items():
            read.add_row(name, f"{made[key]:.1f}")
        out.print(read)
        if self.worst:
            out.print()
            out.print(self._worst())
        for picture in self.drawn.values():
            out.print(f"picture: {escape(str(picture))}", soft_wrap=True)

    def _worst(self) -> Table:
        shown = _numbers("worst pages", "words", "found", "word recall", "end-to-end F1", "CER", "CLEval", "CPU s")
        for result in self.worst:
            page = self._page(result)
            rates = (f"{page[name]:.1f}" for name in _OF_A_PAGE[2:])
            name = escape(page["page"]) + (" (not read)" if result.error else "")
            shown.add_row(name, str(page["words"]), str(page["words_found"]), *rates, f"{page['cpu_s']:.2f}")
        return shown

    def _page(self, result: PageResult) -> dict[str, Any]:
        made, name = result.scores.to_json(), result.truth.name
        row = {"page": name, **{key: made[key] for key in _OF_A_PAGE}, "cpu_s": round(result.cpu_s, 3)}
        return row | ({"picture": str(self.drawn[name])} if name in self.drawn else {})


def _watched(results: Iterator[_Result], pages: int, failure: Callable[[_Result], str]) -> Iterator[_Result]:
    """The results as they come, with a bar where stderr is a terminal and a line for each page that failed.

    `failure` says why, and "" of a page that did not.
    """
    err = Console(stderr=True)
    # Drawn between pages only: a thread of its own would count as the engine's processor time.
    with Progress(console=err, auto_refresh=False, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("reading", total=pages)
        for result in results:
            if said := failure(result):
                say_error(said)
            bar.update(task, advance=1, refresh=True)
            yield result


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{folder} cannot be made ({error.strerror})", param_hint="--pictures") from None


def _draw(results: Iterable[PageResult], folder: Path, settings: Settings) -> dict[str, Path]:
    """Name of a page -> its picture, for the pages that could be read."""
    from prelabel.evaluation.pictures import draw_errors
    from prelabel.ocr.decode import decode
    from prelabel.ocr.file import image_bytes

    drawn = {}
    for result in results:
        if result.error is None:
            data = image_bytes(result.truth.image, max_bytes=settings.max_image_bytes)
            image = draw_errors(decode(data, max_pixels=settings.max_image_pixels), result.matches)
            drawn[result.truth.name] = picture = folder / f"{result.truth.name}.png"
            try:
                image.save(picture)
            except OSError as error:
                raise click.BadParameter(f"cannot write {picture} ({error})", param_hint="--pictures") from None
    return drawn


def _numbers(first: str, *columns: str) -> Table:
    """A table whose columns after the first stand to the right."""
    made = table(first, *columns)
    for column in made.columns[1:]:
        column.justify = "right"
    return made
