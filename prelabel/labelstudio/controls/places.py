"""The controls that draw and label regions: one place for each label, spread over as many controls as there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from prelabel.labelstudio.controls.tags import Tag
from prelabel.labelstudio.controls.visibility import Marked, is_kept, is_seen
from prelabel.page import TEXT_LABELS, plain_label

Shape = Literal["rectangle", "polygon"]

#: Control tags that draw regions on an image: with their own labels, or beside controls for labels.
_LABELLED: dict[str, Shape] = {"rectanglelabels": "rectangle", "polygonlabels": "polygon"}
_PLAIN: dict[str, Shape] = {"rectangle": "rectangle", "polygon": "polygon"}


@dataclass(frozen=True, slots=True)
class RegionControl:
    """The control that draws boxes. `kind` is the type of its results, e.g. "rectangle" or "rectanglelabels"."""

    name: str
    kind: str
    shape: Shape

    @property
    def labelled(self) -> bool:
        """True where the label is part of the region."""
        return self.kind in _LABELLED


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a control for labels, as results hold it. `kind`: the type of the result, e.g. "choices"."""

    control: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """The way to draw regions of one label: the control that draws, and the marks that say the label; None: no label.

    The mark of a labelled `region` is part of the region's own result.
    """

    label: str | None
    region: RegionControl
    marks: tuple[Mark, ...] = ()

    @property
    def marked(self) -> Marked:
        """What the region carries, for conditions of other controls."""
        named = next((mark for mark in self.marks if mark.kind != "choices"), None)
        choices = tuple((mark.control, mark.value) for mark in self.marks if mark.kind == "choices")
        return Marked(named.control, named.value, choices) if named else Marked(choices=choices)


@dataclass(frozen=True, slots=True)
class Holder:
    """A control that holds labels, and the control that draws their regions: often one and the same.

    `carried`: the label that a region of choices has besides.
    """

    tag: Tag
    region: RegionControl
    values: tuple[str, ...]
    carried: tuple[Mark, ...] = ()

    @property
    def name(self) -> str:
        return self.tag.name

    @property
    def is_choices(self) -> bool:
        return self.tag.kind == "choices"

    def spelled(self, label: str) -> str | None:
        """Return the configuration's spelling of `label`; None where it has no such value.

        Letter case, spaces around it, and the form of Korean letters make no difference.
        """
        return next((value for value in self.values if plain_label(value) == plain_label(label)), None)

    def known(self, labels: Iterable[str]) -> int:
        return sum(self.spelled(label) is not None for label in labels)

    def place(self, value: str) -> Place:
        """Return the way to draw regions of one of the values."""
        return Place(value, self.region, (*self.carried, Mark(self.name, self.tag.kind, value)))

    @property
    def text_label(self) -> str | None:
        """The value for text without a meaning, in a control most of whose values say no more than that."""
        by_name = {plain_label(value): value for value in self.values}
        found = [by_name[name] for name in TEXT_LABELS if name in by_name]
        return found[0] if found and 2 * len(found) >= len(self.values) else None


def plain_region(controls: Sequence[Tag]) -> RegionControl | None:
    """Return the control that draws regions without labels of its own, a rectangle before a polygon; None without."""
    plain = [RegionControl(tag.name, tag.kind, _PLAIN[tag.kind]) for tag in controls if tag.kind in _PLAIN]
    return min(plain, key=lambda region: region.shape != "rectangle", default=None)


def holders(controls: Sequence[Tag], labels: Sequence[str]) -> list[Holder]:
    """Return the controls that hold labels and whose regions can be drawn, the one with most of these labels first.

    Of equal ones labels go before choices, rectangles before polygons, then document order.
    """
    plain = plain_region(controls)
    named = list(_with_labels(controls, plain))
    found = [*named, *_with_choices(controls, plain, named)]
    return sorted(found, key=lambda h: (-h.known(labels), h.is_choices, h.region.shape != "rectangle", h.tag.place))


def _with_labels(controls: Sequence[Tag], plain: RegionControl | None) -> Iterator[Holder]:
    for tag in controls:
        own = RegionControl(tag.name, tag.kind, _LABELLED[tag.kind]) if tag.kind in _LABELLED else None
        region = own or (plain if tag.kind == "labels" else None)
        if region and (values := tag.values("label")):
            yield Holder(tag, region, values)


def _with_choices(controls: Sequence[Tag], plain: RegionControl | None, named: Sequence[Holder]) -> Iterator[Holder]:
    """Yield the Choices per region that a prediction can set: nested ones hold paths, which differ from their names."""
    for tag in controls:
        if tag.kind == "choices" and tag.flag("perRegion") and not tag.flag("allowNested") and len(tag.targets) == 1:
            bare = [plain] if plain else [holder.region for holder in named]
            carriers = [*_carriers(tag, named), *((region, ()) for region in bare)]
            marked = ((region, marks, Place(None, region, marks).marked) for region, marks in carriers)
            kept = ((region, marks) for region, marks, seen in marked if is_kept(tag, seen) and is_seen(tag, seen))
            for region, marks in islice(kept, 1):
                yield Holder(tag, region, tag.values("choice"), marks)


def _carriers(choices: Tag, named: Sequence[Holder]) -> Iterator[tuple[RegionControl, tuple[Mark, ...]]]:
    """Yield the labels under which a region may carry a choice: those that its condition names, and the usual one."""
    for holder in named:
        wanted = [v for v in holder.values if Marked(label=v).has_label(choices.get("whenLabelValue"))]
        usual = holder.text_label or (holder.values[0] if len(holder.values) == 1 else None)
        for value in [*wanted, *([usual] if usual else [])]:
            yield holder.region, (Mark(holder.name, holder.tag.kind, value),)
