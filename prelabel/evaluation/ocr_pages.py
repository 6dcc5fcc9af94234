"""Evaluation of OCR engines on pages with known words: matches, scores and CPU seconds, page by page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from prelabel.errors import PageError
from prelabel.evaluation.ocr import Matches, OcrScores, match_words, score
from prelabel.evaluation.truth import TruthPage
from prelabel.geometry import transform
from prelabel.images.file import image_bytes
from prelabel.ocr.choose import Choice
from prelabel.ocr.reading import read_page
from prelabel.page import Page, Word
from prelabel.settings import Settings


@dataclass(frozen=True, slots=True)
class PageResult:
    """Result of one page. `cpu_s`: CPU seconds, those of child processes included.

    `error`: the reason why the page could not be read; it then counts as a page on which no word was found.
    """

    truth: TruthPage
    matches: Matches
    scores: OcrScores
    cpu_s: float
    error: PageError | None = None


def read_and_score(pages: Iterable[TruthPage], choice: Choice, settings: Settings) -> Iterator[PageResult]:
    """Read every page with the engines of a choice, and yield one result a page, in their order."""
    for page in pages:
        started = _cpu_s()
        try:
            data = image_bytes(page.image, max_bytes=settings.max_image_bytes)
            read = read_page(data, choice, max_pixels=settings.max_image_pixels)
        except PageError as error:
            yield _result(page, page.words, (), _cpu_s() - started, error)
            continue
        spent = _cpu_s() - started
        yield _result(page, page.words_on(read.shown_width_px, read.shown_height_px), shown_words(read), spent)


def total(results: Iterable[PageResult]) -> OcrScores:
    """Add up the scores of all pages."""
    return sum((result.scores for result in results), OcrScores())


def shown_words(page: Page) -> tuple[Word, ...]:
    """Return the words of a page with their boxes in pixels of the image as it is shown."""
    return tuple(replace(word, box=transform(page.to_shown, word.box)) for word in page.words)


def _result(
    page: TruthPage, wanted: tuple[Word, ...], found: tuple[Word, ...], cpu_s: float, error: PageError | None = None
) -> PageResult:
    matches = match_words(wanted, found)
    return PageResult(page, matches, score(matches), cpu_s, error)


def _cpu_s() -> float:
    """Return the CPU seconds of this process, all its threads, and its children that have ended."""
    return sum(os.times()[:4])
