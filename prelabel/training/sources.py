"""Sources of training pages and their mix: synthetic ones, formats and data sets of others, Label Studio's.

A source is written as KIND:PLACE=SHARE, e.g. "synthetic:ko=0.3" or "naf:FOLDER". The same sources and seed give the
same pages in the same order, so that an interrupted training can be resumed.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from prelabel.corrections import source as data_sets
from prelabel.datasets.cord import read_cord
from prelabel.datasets.formats import FORMATS as FILE_FORMATS
from prelabel.datasets.funsd import AnnotatedPage, read_annotations
from prelabel.datasets.kvp10k import read_kvp10k
from prelabel.datasets.naf import read_forms
from prelabel.datasets.pictures import MEASURING
from prelabel.datasets.synthetic_pages import require_generator, synthetic_labels, synthetic_page
from prelabel.errors import SettingError
from prelabel.kie.tag.tagger import OTHER
from prelabel.labelstudio.export import read_corrections
from prelabel.labelstudio.regions.told import NotUsed
from prelabel.page import Page
from prelabel.results.missing_text import texts_of_export
from prelabel.settings import get_settings
from prelabel.training.augmenting import augmented
from prelabel.workplace import Workplace

#: Forms of a source that `parse` reads, for messages and help texts.
FORMS = (
    "synthetic, synthetic:en, synthetic:ko, funsd:FOLDER, naf:FOLDER, coco:FOLDER, paddle:FILE, huggingface:FOLDER, "
    "kvp10k:FOLDER, cord:FOLDER, export:FILE.json, project:ID, dataset:ID[@VERSION]"
)

#: Synthetic pages of a validation begin at this seed; no training comes here.
HELD_OUT = 9 * 10**9
#: Room for one seed's synthetic pages.
_APART = 10**7
#: One of this many annotated pages is kept for validation if no pages are named for it.
_VALID_EVERY = 10

#: Kind -> function that reads its pages and counts the pages left out.
_READERS: dict[str, Callable[[Path], tuple[Sequence[AnnotatedPage], int]]] = {
    "funsd": lambda folder: (read_annotations(folder), 0),
    "naf": read_forms,
    "coco": lambda place: _of_format("coco", place),
    "paddle": lambda place: _of_format("paddle-kie", place),
    "huggingface": lambda place: _of_format("huggingface", place),
    "kvp10k": read_kvp10k,
    "cord": read_cord,
    "export": lambda file: _corrections(file),
    "project": lambda number: _project(number),
    "dataset": lambda version: (data_sets.read_split(f"{data_sets.PREFIX}{version}", "train"), 0),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source of pages.

    `annotated`: its pages; None for a generator without end. `share`: its part of a mix, in any unit. `left_out`:
    number of unusable pages. `only`: the labels, in capitals, that do not count as OTHER; None: all. `held`:
    the pages that validate, where the source itself says so.
    """

    name: str
    share: float = 1.0
    annotated: tuple[AnnotatedPage, ...] | None = None
    language: str | None = None
    left_out: int = 0
    only: frozenset[str] | None = None
    held: tuple[AnnotatedPage, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its pages except OTHER, in capitals."""
        there = synthetic_labels() if self.annotated is None else tuple(sorted(self.counts))
        return tuple(label for label in there if self.only is None or label in self.only)

    @property
    def counts(self) -> Counter[str]:
        """The numbers of entities by label, OTHER aside, in capitals; nothing for a generator."""
        found = Counter(e.label.upper() for each in self.annotated or () for e in each.page.entities or ())
        del found[OTHER]
        return found

    def page(self, number: int, seed: int) -> Page:
        """Return page `number` of a training with this seed: a synthetic page, or an augmented annotated one.

        Annotated pages have another order in each round.
        """
        if self.annotated is None:
            return self._page(synthetic_page(seed * _APART + number, self.language).page)
        round_, place = divmod(number, len(self.annotated))
        order = Random(f"{seed} {self.name} {round_}").sample(range(len(self.annotated)), len(self.annotated))
        page = self._page(self.annotated[order[place]].page)
        return augmented(page, Random(f"{seed} {self.name} {number}"))

    def valid(self, limit: int) -> list[Page]:
        """Return at most `limit` unchanged pages for validation; synthetic ones have seeds that no training uses."""
        if self.annotated is None:
            made = (synthetic_page(HELD_OUT + number, self.language).page for number in range(limit))
            return [self._page(page) for page in made]
        return [self._page(each.page) for each in self.annotated[:limit]]

    def _page(self, page: Page) -> Page:
        """Return the page with OTHER in place of labels that are not in `only`."""
        only = self.only
        if only is None:
            return page
        entities = (e if e.label.upper() in only else replace(e, label=OTHER) for e in page.entities or ())
        labels = (w if w.label.upper() in only else replace(w, label=OTHER) for w in page.labels or ())
        return replace(page, entities=tuple(entities), labels=tuple(labels) if page.labels else None)


def _of_format(name: str, place: Path) -> tuple[Sequence[AnnotatedPage], int]:
    """Return the pages of a format that may teach, and the number of the others.

    Pages of a split that only measures are left out, and boxes without any text.
    """
    read = FILE_FORMATS[name].read
    pages = read(place) if read else ()
    training = (each.annotated for each in pages if each.split not in MEASURING)
    kept = [page for page in training if any(word.text for word in page.page.words)]
    return kept, len(pages) - len(kept)


def _corrections(file: Path) -> tuple[Sequence[AnnotatedPage], int]:
    texts = texts_of_export(file.parent, get_settings())
    export = read_corrections(file, texts)
    texts.tell(str(file))
    return export.pages, export.told[NotUsed.PAGE]


def _project(number: Path) -> tuple[Sequence[AnnotatedPage], int]:
    from prelabel.training.project_pages import read_project

    if not number.name.isdecimal():
        raise SettingError(f"project:{number}: name a project by its id, such as project:6")
    with Workplace() as workplace:
        return read_project(int(number.name), workplace)


def parse(text: str) -> Source:
    """Return the source of this text.

    Raises SettingError if the text is no source or the source has no pages, and ModelUnavailable if the source is
    synthetic and the generator is missing.
    """
    place, _, share = text.rpartition("=") if re.search(r"=[\d.]+$", text) else (text, "", "1")
    kind, _, where = place.partition(":")
    held: tuple[AnnotatedPage, ...] = ()
    weight = float(share) if re.fullmatch(r"\d*\.?\d+", share) else 0.0
    if weight <= 0:
        raise SettingError(f"{text}: a share is a number above 0, such as {place}=0.5")
    if kind == "synthetic" and where in {"", "en", "ko"}:
        require_generator()
        return Source(place, weight, language=where or None)
    if kind not in _READERS or not where:
        raise SettingError(f"{text} is no source of pages; write one of {FORMS}")
    if kind == "dataset":
        held = data_sets.read_split(place, "valid")
    pages, left_out = _READERS[kind](Path(where).expanduser())
    kept = tuple(each for each in pages if each.page.words)
    if not kept:
        raise SettingError(f"{place} has no page with words that can be used; name another source")
    return Source(place, weight, kept, left_out=left_out + len(pages) - len(kept), held=held)


def parse_valid(text: str) -> Source:
    """Return the source of pages for validation; of a data set, those that it keeps for this.

    Raises as `parse` does, and SettingError for a data set that keeps none: the pages of its training judge nothing.
    """
    source = parse(text)
    if source.held:
        return split(source)[1]
    if text.startswith(data_sets.PREFIX):
        raise SettingError(
            f"{source.name} keeps no page for validation; name other pages with --valid, or leave it out"
        )
    return source


def fixed(text: str) -> str:
    """Return a source's text such that it always means the same pages: the newest version of a data set by its number.

    Raises SettingError where there is no version.
    """
    place, equals, share = text.rpartition("=") if re.search(r"=[\d.]+$", text) else (text, "", "")
    return f"{data_sets.with_version(place)}{equals}{share}" if place.startswith(data_sets.PREFIX) else text


def split(source: Source) -> tuple[Source, Source]:
    """Return (source for training, source for validation): as a data set says, else by a digest of the page names.

    Synthetic pages need no split. Raises SettingError for a single page.
    """
    if source.annotated is None:
        return source, source
    if source.held:
        return source, replace(source, annotated=source.held, held=())
    if len(source.annotated) < 2:
        raise SettingError(f"{source.name} has too few pages to keep one for validation; name some with --valid")
    ranked = sorted(source.annotated, key=lambda each: zlib.crc32(each.name.encode()))
    few = max(len(ranked) // _VALID_EVERY, 1)
    return replace(source, annotated=tuple(ranked[few:])), replace(source, annotated=tuple(ranked[:few]))


def mixed(sources: Sequence[Source], seed: int, start: int = 0) -> Iterator[Page]:
    """Yield pages without end, from page `start` on: each source gives its share, in an order of its own."""
    total = sum(source.share for source in sources)
    given = [0] * len(sources)
    number = 0
    while True:
        number += 1
        due = [number * source.share / total - count for source, count in zip(sources, given, strict=True)]
        chosen = due.index(max(due))
        given[chosen] += 1
        if number > start:
            yield sources[chosen].page(given[chosen] - 1, seed)
