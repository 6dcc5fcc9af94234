"""Labelled pages to evaluate on: a folder of FUNSD's layout, or synthetic pages that no training has seen."""

from __future__ import annotations

import re
from pathlib import Path

from prelabel.datasets.funsd import AnnotatedPage, read_annotations
from prelabel.datasets.synthetic_pages import synthetic_page
from prelabel.errors import SettingError

#: Seeds from here on come neither in a training nor in its validation.
FIRST_SEED = 95 * 10**8
#: Synthetic pages where no number is given.
PAGES = 200
#: How the pages of T8 are named.
UNSEEN_KOREAN = "synthetic:ko-held-out"
_NAMED = re.compile(r"synthetic:(?P<language>en|ko)(?P<held_out>-held-out)?(:(?P<pages>[1-9]\d*))?")


def read_pages(source: str) -> tuple[AnnotatedPage, ...]:
    """Return the pages of a FOLDER, or of "synthetic:LANGUAGE[-held-out][:PAGES]".

    `-held-out` takes the families of templates that are kept out of training; without it come the other families.
    SettingError where `source` is neither; ModelUnavailable where the generator is missing.
    """
    if not is_synthetic(source):
        return read_annotations(Path(source).expanduser())
    if (asked := _NAMED.fullmatch(source)) is None:
        raise SettingError(f"{source} is no source of pages; write a folder or synthetic:en|ko[-held-out][:PAGES]")
    held_out, pages = bool(asked["held_out"]), int(asked["pages"] or PAGES)
    made = (synthetic_page(FIRST_SEED + i, asked["language"], held_out=held_out) for i in range(pages))
    return tuple(AnnotatedPage(f"{page.family}-{page.seed - FIRST_SEED}", page.page) for page in made)


def is_synthetic(source: str) -> bool:
    """Return whether the pages are synthetic, not those of a folder."""
    return source.startswith("synthetic:")
