"""Evaluation of the sample pages end to end: `python -m prelabel.evaluation.samples examples/pages`.

Every picture, and the first page of every PDF, is read and extracted like a page of a project. Its pairs are compared
with `../truth/NAME.json`: {"language": ..., "key_values": [[key, value], ...]}; a key may be a list of its spellings.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from prelabel.errors import PrelabelError, SettingError
from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.reliability.picture import draw_reliability
from prelabel.evaluation.reliability.report import print_reliability
from prelabel.evaluation.scores import Scores
from prelabel.evaluation.text_pairs import pair_scores, right_pairs
from prelabel.kie.extract import extract, tag
from prelabel.kie.link.loading import linker_for
from prelabel.kie.tag.loading import tagger_for
from prelabel.ocr.choose import Choice
from prelabel.ocr.engines import choice_for
from prelabel.ocr.reading import read_image, read_page
from prelabel.page import KeyValue, Page
from prelabel.settings import Settings, get_settings

_PDF = ".pdf"
_PICTURES = {".png", ".jpg", ".jpeg", _PDF}


@dataclass(frozen=True, slots=True)
class SampleResult:
    """Result of one page.

    `similar`: scores with tolerance for OCR errors. `right`: whether each key-value is right. `extract_s`: seconds of
    SER and RE.
    """

    name: str
    words: int
    key_values: tuple[KeyValue, ...]
    similar: Scores
    exact: Scores
    ocr_s: float
    extract_s: float
    right: tuple[bool, ...] = ()


def evaluate_samples(pages: Path, settings: Settings) -> Iterator[SampleResult]:
    """Yield one result a picture, ordered by name. Raises SettingError if the folder or a truth file is missing."""
    pictures = sorted(file for file in pages.iterdir() if file.suffix in _PICTURES) if pages.is_dir() else []
    if not pictures:
        raise SettingError(f"{pages} holds no pictures; name a folder such as examples/pages")
    project = settings.for_project(0)
    choice, tagger, linker = choice_for(settings, project), tagger_for(settings), linker_for(settings)
    for picture in pictures:
        truth = _truth(pages.parent / "truth" / f"{picture.stem}.json")
        started = time.perf_counter()
        page = _read(picture, choice, settings)
        read = time.perf_counter()
        page = extract(page, tag(page, tagger), tagger.tags, linker=linker, link_threshold=project.link_threshold)
        ended = time.perf_counter()
        pairs = page.key_values or ()
        yield SampleResult(
            picture.stem,
            len(page.words),
            pairs,
            pair_scores(pairs, [(keys[0], value) for keys, value in truth]),
            pair_scores(pairs, [(keys[0], value) for keys, value in truth], similar=1.0),
            read - started,
            ended - read,
            tuple(right_pairs([(pair.key, pair.value) for pair in pairs], truth)),
        )


def _read(file: Path, choice: Choice, settings: Settings) -> Page:
    if file.suffix != _PDF:
        return read_page(file.read_bytes(), choice, max_pixels=settings.max_image_pixels)
    from prelabel.pdf.document import open_pdf

    with open_pdf(file) as pdf:
        rendered = pdf.page(1, dpi=settings.pdf_dpi, max_pixels=settings.max_image_pixels)
    return read_image(rendered.image, choice, rendered.layer)


def reliability(results: list[SampleResult]) -> Reliability:
    """Return how reliable the confidences of all pages are."""
    made = Reliability()
    for result in results:
        made.add([pair.confidence for pair in result.key_values], result.right)
    return made


def total(results: list[SampleResult]) -> tuple[Scores, Scores]:
    """Return the sums over all pages: (similar, exact)."""
    similar = exact = Scores(0, 0, 0)
    for result in results:
        similar, exact = similar + result.similar, exact + result.exact
    return similar, exact


def _truth(file: Path) -> list[tuple[list[str], str]]:
    """Return the spellings of each key, and its value."""
    try:
        data = json.loads(file.read_text("utf-8"))
        return [([key] if isinstance(key, str) else key, value) for key, value in data["key_values"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(f"{file} is not the truth of a sample ({error}); see examples/README.md") from None


def _table(results: list[SampleResult]) -> Table:
    table = Table(box=None)
    table.add_column("page", no_wrap=True)
    for name in ("words", "pairs", "P", "R", "F1", "exact F1", "OCR s", "SER+RE ms"):
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(result.name, str(result.words), *_row(result.similar, result.exact), *_times(result))
    table.add_section()
    table.add_row("all", str(sum(r.words for r in results)), *_row(*total(results)), "", "")
    return table


def _row(similar: Scores, exact: Scores) -> tuple[str, ...]:
    shares = (similar.precision, similar.recall, similar.f1, exact.f1)
    return (str(similar.truth), *(f"{100 * share:.1f}" for share in shares))


def _times(result: SampleResult) -> tuple[str, str]:
    return f"{result.ocr_s:.1f}", f"{1000 * result.extract_s:.0f}"


@click.command()
@click.argument("pages", type=click.Path(path_type=Path))
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw the reliability into this PNG.")
def main(pages: Path, plot: Path | None) -> None:
    """Print the pair F1 of every sample page in the folder PAGES, and how reliable the confidences are."""
    try:
        results = list(evaluate_samples(pages, get_settings()))
    except PrelabelError as error:
        raise click.ClickException(str(error)) from None
    console, made = Console(), reliability(results)
    console.print(_table(results))
    print_reliability(made, console)
    if plot:
        draw_reliability(made).save(plot)


if __name__ == "__main__":
    main()
