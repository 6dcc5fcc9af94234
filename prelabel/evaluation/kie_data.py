"""Labelled pages for evaluation: a folder of FUNSD's layout, an export or data set, or pages that no training uses."""

from __future__ import annotations

import re
from pathlib import Path

from prelabel.corrections.source import PREFIX, read_evaluation, with_version
from prelabel.datasets.funsd import AnnotatedPage, read_annotations
from prelabel.datasets.synthetic_pages import synthetic_page
from prelabel.errors import SettingError
from prelabel.labelstudio.export import read_corrections
from prelabel.results.missing_text import texts_of_export
from prelabel.settings import get_settings

#: First seed of the evaluation; neither training nor validation uses seeds from here on.
FIRST_SEED = 95 * 10**8
#: Number of synthetic pages by default.
PAGES = 200
#: Name of the pages of T8.
UNSEEN_KOREAN = "synthetic:ko-held-out"
_EXPORT = "export:"
_NAMED = re.compile(r"synthetic:(?P<language>en|ko)(?P<held_out>-held-out)?(:(?P<pages>[1-9]\d*))?")


def read_pages(source: str) -> tuple[AnnotatedPage, ...]:
    """Return the pages of a source.

    FOLDER; "export:FILE" of Label Studio; "dataset:PROJECT[@VERSION]", of which the evaluation set; or
    "synthetic:LANGUAGE[-held-out][:PAGES]", where `-held-out` takes the families of templates that are kept out of
    training, and without it come the other families. Raises SettingError for anything else and where there are no
    pages; ModelUnavailable where the generator is missing.
    """
    if source.startswith(PREFIX):
        return read_evaluation(source)
    if source.startswith(_EXPORT):
        file = Path(source.removeprefix(_EXPORT)).expanduser()
        texts = texts_of_export(file.parent, get_settings())
        pages = read_corrections(file, texts).pages
        texts.tell(str(file))
        if not pages:
            raise SettingError(
                f"{file}: no annotation of its pages has a region; correct some pages, then export again"
            )
        return pages
    if is_folder(source):
        return read_annotations(Path(source).expanduser())
    if (asked := _NAMED.fullmatch(source)) is None:
        raise SettingError(
            f"{source} is no source of pages; write a folder, export:FILE, dataset:ID[@VERSION] or "
            "synthetic:en|ko[-held-out][:PAGES]"
        )
    held_out, count = bool(asked["held_out"]), int(asked["pages"] or PAGES)
    made = (synthetic_page(FIRST_SEED + i, asked["language"], held_out=held_out) for i in range(count))
    return tuple(AnnotatedPage(f"{page.family}-{page.seed - FIRST_SEED}", page.page) for page in made)


def fixed(source: str) -> str:
    """Return the source such that it always means the same pages: a data set with the number of its newest version.

    Raises SettingError where there is no version.
    """
    return with_version(source) if source.startswith(PREFIX) else source


def is_folder(source: str) -> bool:
    """Return whether the pages are those of a folder, which may have images."""
    return not source.startswith(("synthetic:", _EXPORT, PREFIX))
