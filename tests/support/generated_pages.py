"""Annotated pages made by hypothesis: odd texts, labels and names, links one to many, pages that lie turned."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import pairwise

from hypothesis import strategies as st
from PIL import Image

from prelabel.datasets.funsd import RANK, AnnotatedPage
from prelabel.datasets.pictures import PictureOfPage, labelled
from prelabel.geometry import compose, quarter_turn, turn
from prelabel.page import Box, Entity, Page, Word

#: Labels as people have them.
LABELS = (
    "QUESTION",
    "ANSWER",
    "HEADER",
    "OTHER",
    "INVOICE_NUMBER",
    "상호",
    "공급 가액",
    "a/b",
    "x, y",
    'say "hi"',
    "../up",
)
_NAMES = (
    "page",
    "page",
    "PAGE",
    "../../up",
    "/etc/passwd",
    "a/b",
    "한글 이름",
    "..",
    "",
    "a\\b",
    "x" * 300,
    "CON",
    ".h",
)
_TEXTS = st.one_of(
    st.text(st.characters(categories=["L", "N", "P", "S"], codec="utf-8"), min_size=1, max_size=8),
    st.sampled_from(('"quoted"', "a,b", "it's", "\ufeffx", "₩35,000", "long" * 500, "=1+1", "#", "{}")),
)
_WIDTH, _HEIGHT = 200, 120


@st.composite
def pages(draw: st.DrawFn, turned: bool = True, whole: bool = False) -> Page:
    """Draw a page. `turned`: also such that do not lie upright; `whole`: coordinates in whole pixels."""
    side = st.integers(0, 100) if whole else st.integers(0, 10_000).map(lambda v: v / 100)
    words = []
    for text in draw(st.lists(_TEXTS, max_size=8)):
        x, y, width, height = (draw(side) for _ in range(4))
        words.append(
            Word(text, Box(x, y, round(min(x + width + 1, _WIDTH), 2), round(min(y + height + 1, _HEIGHT), 2)))
        )
    cuts = sorted(draw(st.lists(st.integers(0, len(words)), max_size=4)))
    order = draw(st.permutations(range(len(words))))
    groups = [order[a:b] for a, b in pairwise(cuts) if b > a]
    entities = [Entity(draw(st.sampled_from(LABELS)), tuple(group)) for group in groups]
    ends = st.integers(0, max(len(entities) - 1, 0))
    links = [_directed(a, b, entities) for a, b in draw(st.lists(st.tuples(ends, ends), max_size=6)) if entities]
    page = Page(_WIDTH, _HEIGHT, _WIDTH, _HEIGHT, words=tuple(words))
    if turned and (quarters := draw(st.integers(0, 3))):
        size = (_WIDTH, _HEIGHT) if quarters == 2 else (_HEIGHT, _WIDTH)
        tilt = compose(turn(draw(st.sampled_from((0.0, 1.5)))), quarter_turn(quarters, _WIDTH, _HEIGHT))
        page = replace(page, shown_width_px=size[0], shown_height_px=size[1], to_shown=tilt)
    return labelled(page, entities, links)


def _directed(a: int, b: int, entities: list[Entity]) -> tuple[int, int]:
    ranks = [RANK.get(entities[i].label, len(RANK)) for i in (a, b)]
    return (b, a) if ranks[0] > ranks[1] else (a, b)


@st.composite
def pictured(draw: st.DrawFn, turned: bool = True, whole: bool = False) -> PictureOfPage:
    """Draw a page with its picture, a name and a split."""
    page = draw(pages(turned, whole))
    picture = partial(io.BytesIO, _picture(page.shown_width_px, page.shown_height_px))
    name = draw(st.sampled_from(_NAMES))
    return PictureOfPage(AnnotatedPage(name, page), draw(st.sampled_from(("train", "valid", "evaluation"))), picture)


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return out.getvalue()


def plain(page: Page) -> Page:
    """Return the page with words in the order of its entities, where words of none are entities OTHER."""
    entities = list(page.entities or ())
    grouped = [index for entity in entities for index in entity.words]
    left = [index for index in range(len(page.words)) if index not in set(grouped)]
    entities += [Entity("OTHER", (index,)) for index in left]
    words = tuple(page.words[index] for index in (*grouped, *left))
    made, start = [], 0
    for entity in entities:
        made.append(replace(entity, words=tuple(range(start, start + len(entity.words)))))
        start += len(entity.words)
    links = [(link.source, link.target) for link in page.links or ()]
    return labelled(replace(page, words=words, labels=None, entities=None, links=None), made, links)


def by_split(pages_: Iterable[PictureOfPage]) -> dict[str, list[PictureOfPage]]:
    """Return the pages of each split, in their order."""
    found: dict[str, list[PictureOfPage]] = {}
    for each in pages_:
        found.setdefault(each.split, []).append(each)
    return found
