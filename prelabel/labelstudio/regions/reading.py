"""Pages read from predictions and annotations, in the order of the steps: regions, frame, words, entities, links.

Regions of other tools, which draw one region a word or a line, are read as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from prelabel.datasets.funsd import RANK
from prelabel.datasets.text_boxes import split_lines
from prelabel.errors import PageError
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.regions.drawn import Drawn, Size, read_drawn
from prelabel.labelstudio.regions.frame import Frame
from prelabel.labelstudio.regions.links import End, read_links
from prelabel.labelstudio.regions.missing import MissingText
from prelabel.labelstudio.regions.order import reading_order
from prelabel.labelstudio.regions.region import Region, score
from prelabel.labelstudio.regions.shapes import Item
from prelabel.labelstudio.regions.told import Told
from prelabel.labelstudio.regions.turns import shown_turn, stored_turn
from prelabel.labelstudio.regions.words import words_of_regions
from prelabel.page import Entity, Page, Word, WordLabel

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A page as it was drawn, without size where nothing is drawn; and the counts of what was not used."""

    page: Page
    told: Told


def read_labelled(
    body: Item,
    names: Mapping[str, str] = _NO_NAMES,
    config: LabellingConfig | None = None,
    missing: MissingText | None = None,
) -> ReadBack:
    """Read words, labels, entities (the regions) and links (the relations) of an annotation or a prediction.

    The page comes back upright and level, in reading order. Labels with a role in links are in capitals, others as the
    annotation spells them; a region without a label is OTHER. `names`: translates the project's own labels into those
    of prelabel, both in capitals. `config`: the project's controls; without it they are found by what they hold.
    `missing`: the page's own text, for regions that have none. A text that no longer fits its stored words is spread
    over the region's box. A link without a confidence gets the confidence of its weaker end.

    Raises PageError for results that Label Studio did not write, where no size is known, and for several images.
    """
    read, told = _read(body, read_drawn(body, names, config), missing)
    if read is None:
        return ReadBack(Page(0, 0, 0, 0), told)
    words: list[Word] = []
    labels: list[WordLabel] = []
    ends: dict[str, End] = {}
    for region, found in read.in_order():
        split = [each for word in found for each in _single(word)]
        label = names.get(region.label.upper(), region.label)
        label = label.upper() if label.upper() in RANK else label
        entity = Entity(label, tuple(range(len(words), len(words) + len(split))), score(region.items))
        ends[region.id] = End(len(ends), region, entity)
        labels += [WordLabel(label, 1.0)] * len(split)
        words += split
    links, lost = read_links(read.relations, ends, read.frame)
    entities = tuple(end.entity for end in ends.values())
    page = read.frame.page(words).with_labels(tuple(labels), entities).with_links(links, ())
    return ReadBack(page, told + lost)


def read_words(body: Item, config: LabellingConfig | None = None, missing: MissingText | None = None) -> ReadBack:
    """Read the words alone, in the annotation's own order; a text that fits no stored words is one word of its box."""
    return _words_of(body, read_drawn(body, (), config), missing)


def read_prediction(prediction: Item, config: LabellingConfig, shown_px: Size | None = None) -> Page:
    """Read the words of a prediction, see `read_words`.

    `shown_px`: width and height of the image as Label Studio shows it; by default the size that the results name.
    Raises PageError as `read_labelled` does, also where nothing is drawn and no size is given.
    """
    page = _words_of(prediction, read_drawn(prediction, (), config, shown_px), None).page
    if not page.width_px:
        raise PageError("no region names the size of its image (original_width, original_height)")
    return page


@dataclass(frozen=True, slots=True)
class _Read:
    """The regions that have words, in the annotation's order, each with its words."""

    frame: Frame
    regions: Sequence[tuple[Region, Sequence[Word]]]
    relations: Sequence[Item]

    def in_order(self) -> list[tuple[Region, Sequence[Word]]]:
        """Return the regions in the page's reading order."""
        ours, boxes = [r.is_ours for r, _ in self.regions], [words[0].box for _, words in self.regions]
        return [self.regions[index] for index in reading_order(ours, boxes)]


def _words_of(body: Item, drawn: Drawn, missing: MissingText | None) -> ReadBack:
    read, told = _read(body, drawn, missing)
    if read is None:
        return ReadBack(Page(0, 0, 0, 0), told)
    return ReadBack(read.frame.page(word for _, words in read.regions for word in words), told)


def _read(body: Item, drawn: Drawn, missing: MissingText | None) -> tuple[_Read | None, Told]:
    """Return the page's frame and the words of each region; None where nothing is drawn."""
    if drawn.shown_px is None:
        return None, drawn.told
    regions, shown_px = drawn.regions, drawn.shown_px
    frame = Frame.turned(shown_px, _turn(drawn, missing))
    engine = str(body.get("model_version") or "")
    found, told = words_of_regions(regions, drawn.predicted, frame, missing, engine)
    both = [(region, words) for region, words in zip(regions, found, strict=True) if words]
    return _Read(frame, both, drawn.relations), drawn.told + told


def _turn(drawn: Drawn, missing: MissingText | None) -> float:
    """Return the degrees by which the page lies turned: as stored with a region or page, else as the regions show."""
    stored = stored_turn(drawn.regions)
    if stored is None and missing and drawn.regions:
        stored = missing.turn()
    links = ((str(item.get("from_id")), str(item.get("to_id"))) for item in drawn.relations)
    return shown_turn(drawn.regions, links) if stored is None else stored


def _single(word: Word) -> list[Word]:
    """Split a text of several words that shares one box into words."""
    return [replace(word, text=text, box=box) for text, box in split_lines(word.text, word.box)]
