"""Labelling configuration of a project: the controls that take boxes, labels, texts and relations of a prediction.

Names are read from the project's own XML, never assumed. `controls` knows Label Studio's rules; `predictions` checks
whether a prediction fits them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.controls.images import choose_image
from prelabel.labelstudio.controls.places import Holder, Place, RegionControl, holders, plain_region
from prelabel.labelstudio.controls.refusals import dynamic_labels, is_written, no_boxes
from prelabel.labelstudio.controls.tags import Tag, read_tags, short
from prelabel.labelstudio.controls.texts import TextControl, text_controls

#: The labels of the shipped models (FUNSD's four).
LABELS = ("QUESTION", "ANSWER", "HEADER", "OTHER")


@dataclass(frozen=True, slots=True)
class LabellingConfig:
    """The controls of a prediction. `image`: the name of the Image control; `image_key`: its field in the data, which
    `page_data.field` reads.

    `holders`: the controls with labels, the best first; `ours` of them have labels that were asked for. `plain`: the
    control that draws regions without labels of its own. `texts`: the TextAreas per region, the best first.
    `relations`: the values of the Relations control, None where there is no such control (relations have no label).
    `ocr_only`: the labels say no more than that there is text. `obstacle`: the reason why no prediction can be drawn.
    """

    xml: str
    image: str
    image_key: str
    holders: tuple[Holder, ...]
    ours: int
    plain: RegionControl | None
    texts: tuple[TextControl, ...]
    relations: tuple[str, ...] | None
    labelling: frozenset[str]
    ocr_only: bool
    obstacle: str

    @classmethod
    def parse(cls, xml: str, labels: Sequence[str] | None = LABELS) -> Self:
        """Read a project's configuration. Of several controls take the ones that fit `labels` best, the tagger's.

        Raises LabellingConfigError with the cure where nothing can be drawn. `labels=None` is for callers that need the
        image, or read regions back: then only a missing image is an error.
        """
        tags, wanted = read_tags(xml), _without_other(LABELS if labels is None else labels)
        image, image_key = choose_image(tags, lambda name: _fit(_controls_of(tags, name), wanted))
        controls = _controls_of(tags, image)
        found, plain = holders(controls, wanted), plain_region(controls)
        ours = sum(bool(holder.known(wanted)) for holder in found)
        named = [holder for holder in found if not holder.is_choices]
        ocr_only = not ours and bool(named) and all(holder.text_label for holder in named)
        drawable = bool(found) or plain is not None
        unread = "" if any(is_written(h.tag) or h.known(wanted) for h in found) else dynamic_labels(controls)
        made = cls(
            xml=xml,
            image=image,
            image_key=image_key,
            holders=tuple(found),
            ours=ours,
            plain=plain,
            texts=text_controls(controls, image),
            relations=_relations(tags),
            labelling=frozenset(tag.name for tag in controls if tag.kind.endswith("labels")),
            ocr_only=ocr_only,
            obstacle=unread if drawable else no_boxes(controls, wanted),
        )
        if labels is not None and made.obstacle:
            raise LabellingConfigError(made.obstacle)
        return made

    @property
    def region(self) -> RegionControl:
        """The control that draws most regions. Raises LabellingConfigError where there is none."""
        first = next((holder.region for holder in self.holders), None)
        region = self.plain if self.plain and not self.ours else first or self.plain
        if region is None:
            raise LabellingConfigError(self.obstacle)
        return region

    @property
    def plain_label(self) -> str | None:
        """The label of text that has no meaning, such as Text in Label Studio's own OCR template."""
        return next((label for holder in self.holders if (label := holder.text_label)), None)

    @property
    def label_controls(self) -> tuple[str, ...]:
        """The names of the controls whose value is a region's label, in order of precedence.

        Controls with other labels count where they draw regions of their own, never where they stand beside. Where
        none has known labels, one of those beside counts as well: not the one that says only how a text looks.
        """
        ours, others = self.holders[: self.ours], [h for h in self.holders[self.ours :] if not h.is_choices]
        drawing = [holder for holder in others if holder.region.name == holder.name]
        beside = sorted((h for h in others if h not in drawing), key=lambda h: h.text_label is not None)
        return tuple(holder.name for holder in (*ours, *drawing, *beside[: 0 if ours else 1]))

    @property
    def text_controls(self) -> tuple[str, ...]:
        """The names of the TextAreas that may hold texts of regions, the best first; remarks only where all are."""
        texts = [text.name for text in self.texts if not text.remark]
        return tuple(texts or (text.name for text in self.texts[:1]))

    def label(self, label: str) -> str | None:
        """Return the configuration's spelling of a model's label; None where it has no such value."""
        place = self.place(label)
        return place.label if place else None

    def place(self, label: str | None) -> Place | None:
        """Return the way to draw regions of a label, in any spelling, or of none; None where they cannot be drawn.

        A control with labels of its own draws regions without one, too: a person names them by a click.
        """
        if label is None:
            region = self.plain or next((holder.region for holder in self.holders), None)
            return Place(None, region) if region else None
        usable = (holder for holder in self.holders if holder.name in self.label_controls)
        return next((h.place(value) for h in usable if (value := h.spelled(label)) is not None), None)

    def text_control(self, label: str | None) -> str | None:
        """Return the TextArea in which a person sees the texts of a label, and Submit keeps them; None without one."""
        place = self.place(label) if label is not None else None
        return self.text_of(place or self.place(None))

    def text_of(self, place: Place | None) -> str | None:
        """Return the TextArea for the texts of regions that are drawn like this; None without one."""
        if place is None:
            return None
        usable = (text for text in self.texts if text.takes(place.marked, self.labelling))
        return next((text.name for text in usable), None)

    def relation(self, label: str) -> str | None:
        """Return the configuration's spelling of a relation's label; None where it has no such value."""
        return next((v for v in self.relations or () if v.casefold() == label.casefold()), None)

    def require(self, labels: Iterable[str]) -> None:
        """Raise LabellingConfigError where nothing can be drawn: no control for boxes, or none of these labels.

        OTHER does not count. A configuration for texts alone, such as Label Studio's OCR template, needs no label.
        """
        if self.obstacle:
            raise LabellingConfigError(self.obstacle)
        wanted = _without_other(labels)
        if self.ocr_only or not wanted or not self.holders or any(holder.known(wanted) for holder in self.holders):
            return
        has = "; ".join(f"{holder.tag} has {_some(holder.values)}" for holder in self.holders)
        raise LabellingConfigError(
            f"{has}: none of the labels that the tagger gives ({', '.join(wanted)}). Add them in the project's "
            "labelling configuration, or name another tagger"
        )


def _without_other(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(label for label in labels if label != "OTHER")


def _controls_of(tags: Sequence[Tag], image: str) -> list[Tag]:
    return [tag for tag in tags if tag.name and image in tag.targets and not tag.inside("repeater")]


def _fit(controls: Sequence[Tag], labels: Sequence[str]) -> int:
    """Return how well controls draw regions of these labels: not at all, without labels, with so many."""
    found = holders(controls, labels)
    most = max((holder.known(labels) for holder in found), default=0)
    return 2 + most if most else int(bool(found or plain_region(controls)))


def _relations(tags: Sequence[Tag]) -> tuple[str, ...] | None:
    tag = next((tag for tag in tags if tag.kind == "relations"), None)
    return tag.values("relation") if tag else None


def _some(values: Sequence[str]) -> str:
    return ", ".join(map(short, values[:6])) + (f" and {len(values) - 6} more" if len(values) > 6 else "")
