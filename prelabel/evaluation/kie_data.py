"""Labelled pages for evaluation: a folder of FUNSD's layout, or synthetic pages that no training uses."""

from __future__ import annotations

import re
from pathlib import Path

from prelabel.datasets.funsd import AnnotatedPage, read_annotations
from prelabel.datasets.synthetic_pages import synthetic_page
from prelabel.errors import SettingError

#: First seed of the evaluation; neither training nor validation uses seeds from here on.
FIRST_SEED = 95 * 10**8
#: Number of synthetic pages by default.
PAGES = 200
#: Name of the pages of T8.
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
