"""Examples for the curves: key-values of pages, and whether each is right. OCR reads the worn pages.

The words of some pages are also taken as printed, as a PDF's text layer gives them: errors of labels and links alone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from prelabel.datasets.naf import read_forms
from prelabel.evaluation.text_pairs import right_pairs
from prelabel.geometry import laid_flat
from prelabel.kie.confidence.features import pair_features
from prelabel.kie.extract import extract, tag
from prelabel.kie.key_values.nesting import pair_links
from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.loading import linker_for
from prelabel.kie.tag.loading import tagger_for
from prelabel.ocr.engines import choice_for
from prelabel.ocr.reading import read_image
from prelabel.page import Page
from prelabel.pdf.text_layer import ENGINE
from prelabel.settings import Settings
from prelabel.training.confidence.fitting import Numbers
from prelabel.training.confidence.worn_pages import worn_page

log = logging.getLogger(__name__)

#: First seeds of the worn pages of the training, and of those that no training sees.
FIRST_SEED, HELD_OUT = 93 * 10**8, 96 * 10**8
Truth = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Examples:
    """Features of key-values, name -> (examples,), and 1 for the right ones; weights."""

    features: Mapping[str, Numbers]
    right: Numbers
    weights: Numbers


def worn_pages(
    count: int, kept: Path, settings: Settings, *, first: int = FIRST_SEED, held_out: bool = False
) -> Iterator[tuple[Page, Page, Truth]]:
    """Yield pages with the words of OCR, the same as printed, and the true pairs.

    `kept`: folder of pages that are already read, so that a broken run goes on. `held_out`: of families of templates
    that are kept out of training.
    """
    kept.mkdir(parents=True, exist_ok=True)
    choice = choice_for(settings, settings.for_project(0))
    for number in range(count):
        file = kept / f"{number:05}.json"
        if not file.exists():
            worn = worn_page(first + number, held_out=held_out)
            page = read_image(worn.image, choice)
            row = {"wear": worn.wear, "page": page.to_json(), "made": worn.made.page.to_json()}
            part = file.with_suffix(".part")
            part.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
            part.replace(file)
            log.info("%d of %d pages read", number + 1, count)
        row = json.loads(file.read_text("utf-8"))
        made = Page.from_json(row["made"])
        yield Page.from_json(row["page"]), as_printed(made), _truth(made)


def naf_pages(folder: Path) -> Iterator[tuple[Page, Truth]]:
    """Yield NAF's pages with the words of the annotation, and the true pairs."""
    for each in read_forms(folder)[0]:
        yield as_printed(each.page), _truth(each.page)


def as_printed(made: Page) -> Page:
    """Return the words of an annotated page alone, as those of a text layer."""
    words = tuple(replace(word, confidence=1.0, engine=ENGINE) for word in made.words)
    return replace(made, words=words, labels=None, entities=None, links=None, key_values=None)


def _truth(made: Page) -> Truth:
    pairs = key_values(made.words, made.entities or (), made.links or ())
    return [(pair.key, pair.value) for pair in pairs]


def examples(pages: Iterable[tuple[Page, Truth]], settings: Settings, weight: float) -> Examples:
    """Label and link the pages, and judge their key-values."""
    tagger, linker = tagger_for(settings), linker_for(settings)
    rows: list[Mapping[str, Numbers]] = []
    right: list[bool] = []
    for page, truth in pages:
        read = extract(page, tag(page, tagger), tagger.tags, linker=linker, link_threshold=0.0)
        links, pairs = pair_links(read.entities or (), read.links or ()), read.key_values or ()
        if links:
            found = pair_features(laid_flat(read), links)
            rows.append({name: column.astype(np.float64) for name, column in found.items()})
            right += right_pairs([(pair.key, pair.value) for pair in pairs], truth)
    features = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    return Examples(features, np.array(right, np.float64), np.full(len(right), weight))


def together(parts: Sequence[Examples]) -> Examples:
    """Join examples."""
    features = {name: np.concatenate([part.features[name] for part in parts]) for name in parts[0].features}
    return Examples(
        features, np.concatenate([part.right for part in parts]), np.concatenate([part.weights for part in parts])
    )
