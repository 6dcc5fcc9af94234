"""Pages by seed: a family draws a page, OCR noise is added, and the page gets labels, entities and links."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from prelabel.errors import SettingError
from prelabel.lines import raster_order
from prelabel.page import Box, Entity, Link, Page, Word, WordLabel
from synthetic.canvas import Canvas, Ink
from synthetic.english.vocabulary import AMERICAN
from synthetic.families import drawn, languages, named
from synthetic.korean.vocabulary import KOREAN
from synthetic.ocr_noise import read
from synthetic.style import Style

#: Labels of the shipped tagger; synthetic pages have these and OTHER.
LABELS = ("HEADER", "QUESTION", "ANSWER")
LANGUAGES = {"en": AMERICAN, "ko": KOREAN}


@dataclass(frozen=True, slots=True)
class SyntheticPage:
    """A page in raster order, with its true labels, entities and links.

    `rules`: printed lines, vertical or horizontal, in pixels; for pictures (`rendering`) of families that have them.
    """

    seed: int
    language: str
    family: str
    page: Page
    rules: tuple[Box, ...] = ()


def generate(
    seed: int, language: str | None = None, *, family: str | None = None, held_out: bool = False, printed: bool = False
) -> SyntheticPage:
    """Return the page of this seed: the same page everywhere. Language and family are drawn where they are not given.

    `language`: "en" or "ko"; `family`: a name in `FAMILIES`; `held_out`: draw one of the families in `HELD_OUT`, which
    come only by this and by name; `printed`: the words as printed, without errors of OCR. SettingError where a family
    lacks the language.
    """
    rng = Random(seed)
    chosen = named(family) if family else None
    language = language or rng.choice(chosen.languages if chosen else languages(held_out=held_out))
    if chosen and language not in chosen.languages:
        raise SettingError(f"the family {family!r} has {', '.join(chosen.languages)}, not {language!r}")
    chosen = chosen or drawn(language, rng, held_out=held_out)
    vocabulary = LANGUAGES[language]
    width = 827.0 * rng.choice((1.0, 1.0, 1.0, 1.414))
    canvas = Canvas(
        rng, vocabulary, width, 1169.0, rng.uniform(10, 15), rng.uniform(0.85, 1.15), rng.uniform(0.25, 0.42)
    )
    if rng.random() < 0.3:
        canvas.typed = (rng.uniform(0.9, 1.3), rng.uniform(0.35, 0.9))
    chosen.draw(canvas, Style.draw(rng, vocabulary))
    return _finish(canvas, canvas.inks if printed else read(canvas), seed, chosen.name)


def _finish(canvas: Canvas, inks: list[Ink], seed: int, family: str) -> SyntheticPage:
    inks = [ink for ink in inks if ink.x0 < canvas.width - 1 and ink.y0 < canvas.height - 1]
    scale = canvas.rng.choice((1.0, 1.5, 2.0, 2.5))
    boxes = [Box(*(round(c * scale, 1) for c in (i.x0, i.y0, i.x1, i.y1))) for i in inks]
    order = raster_order(boxes)
    inks, boxes = [inks[i] for i in order], [boxes[i] for i in order]
    words = tuple(Word(ink.text, box) for ink, box in zip(inks, boxes, strict=True))
    width, height = round(canvas.width * scale) + 1, round(canvas.height * scale) + 1
    entities, links = _truth(canvas, inks)
    labels = tuple(WordLabel(_label(canvas, ink), 1.0) for ink in inks)
    page = Page(width, height, width, height, words=words).with_labels(labels, entities).with_links(links, ())
    rules = tuple(Box(*(round(c * scale, 1) for c in ends)) for ends in dict.fromkeys(canvas.rules))
    return SyntheticPage(seed, canvas.vocabulary.language, family, page, rules)


def _label(canvas: Canvas, ink: Ink) -> str:
    return canvas.labels[ink.entity] if ink.entity >= 0 else "OTHER"


def _truth(canvas: Canvas, inks: list[Ink]) -> tuple[tuple[Entity, ...], tuple[Link, ...]]:
    """Return entities (OTHER is none) and links of the words that OCR has left."""
    members: dict[int, list[int]] = {}
    for number, ink in enumerate(inks):
        if ink.entity >= 0 and canvas.labels[ink.entity] != "OTHER":
            members.setdefault(ink.entity, []).append(number)
    index = {owner: place for place, owner in enumerate(members)}
    entities = tuple(Entity(canvas.labels[owner], tuple(numbers)) for owner, numbers in members.items())
    links = tuple(Link(index[a], index[b]) for a, b in canvas.links if a in index and b in index)
    return entities, links
