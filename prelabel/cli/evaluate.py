"""`prelabel evaluate ...`: how right the results are on pages whose truth is known. Needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    from PIL import Image

    from prelabel.evaluation.ocr import OcrScores
    from prelabel.evaluation.ocr_pages import PageResult

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
    from prelabel.evaluation.ocr_pages import read_and_score, total
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
        make_folder(pictures)
    reading = read_and_score(pages, choice, settings)
    results = list(
        watched(reading, len(pages), lambda result: f"{result.truth.image}: {result.error}" if result.error else "")
    )
    ranked = sorted(results, key=lambda result: (result.scores.end_to_end_f1, result.truth.name))[:worst]
    drawn = _draw(ranked, pictures, settings) if pictures else {}
    report = _Report(project.ocr, results, total(results), ranked, drawn)
    if as_json:
        write_json(report.as_json())
    else:
        report.print(console())
    return 1 if any(result.error for result in results) else 0


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
        found = number_table("%", "precision", "recall", "F1")
        for name, keys in _FOUND.items():
            found.add_row(name, *(f"{made[key]:.1f}" for key in keys))
        out.print(found)
        out.print()
        read = number_table("", "%")
        for name, key in _READ.items():
            read.add_row(name, f"{made[key]:.1f}")
        out.print(read)
        if self.worst:
            out.print()
            out.print(self._worst())
        for picture in self.drawn.values():
            out.print(f"picture: {escape(str(picture))}", soft_wrap=True)

    def _worst(self) -> Table:
        shown = number_table("worst pages", "words", "found", "word recall", "end-to-end F1", "CER", "CLEval", "CPU s")
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


def watched(results: Iterator[_Result], pages: int, failure: Callable[[_Result], str]) -> Iterator[_Result]:
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


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{folder} cannot be made ({error.strerror})", param_hint="--pictures") from None


def _draw(results: Iterable[PageResult], folder: Path, settings: Settings) -> dict[str, Path]:
    """Name of a page -> its picture, for the pages that could be read."""
    from prelabel.evaluation.ocr_pictures import draw_errors
    from prelabel.images.decode import decode
    from prelabel.images.file import image_bytes

    drawn = {}
    for result in results:
        if result.error is None:
            data = image_bytes(result.truth.image, max_bytes=settings.max_image_bytes)
            image = draw_errors(decode(data, max_pixels=settings.max_image_pixels), result.matches)
            drawn[result.truth.name] = save_picture(image, folder, result.truth.name)
    return drawn


def save_picture(image: Image.Image, folder: Path, name: str) -> Path:
    """The file NAME.png in the folder of --pictures."""
    picture = folder / f"{name}.png"
    try:
        image.save(picture)
    except OSError as error:
        raise click.BadParameter(f"cannot write {picture} ({error})", param_hint="--pictures") from None
    return picture


def number_table(first: str, *columns: str) -> Table:
    """A table whose columns after the first stand to the right."""
    made = table(first, *columns)
    for column in made.columns[1:]:
        column.justify = "right"
    return made
