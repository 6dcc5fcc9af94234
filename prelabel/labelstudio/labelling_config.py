"""Labelling configuration of a project: the controls that take boxes, labels, texts and relations of a prediction.

Names are read from the project's own XML, never assumed. `predictions` checks whether a prediction fits them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from prelabel.errors import LabellingConfigError
from prelabel.xml.tree import Element, HasDoctype, NotXml, parse

#: The labels of the shipped models (FUNSD's four).
LABELS = ("QUESTION", "ANSWER", "HEADER", "OTHER")

Shape = Literal["rectangle", "polygon"]

#: Control tags that draw regions on an image: with their own labels, or beside a Labels control.
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
        """True where the label is part of the region, so that a region without a label cannot be drawn."""
        return self.kind in _LABELLED


@dataclass(frozen=True, slots=True)
class LabelsControl:
    """The control that labels regions; `values` in the spelling of the configuration."""

    name: str
    values: tuple[str, ...]

    def spelled(self, label: str) -> str | None:
        """Return the configuration's spelling of `label`, letter case aside; None where it has no such value."""
        return next((value for value in self.values if value.casefold() == label.casefold()), None)


@dataclass(frozen=True, slots=True)
class LabellingConfig:
    """The controls of a prediction. `image`: the name of the Image control; `image_key`: its field in the data.

    `text`: the name of the per-region TextArea, None without one. `relations`: the values of the Relations control,
    None where the configuration has no such control (relations then have no label).
    """

    xml: str
    image: str
    image_key: str
    region: RegionControl
    labels: LabelsControl | None
    text: str | None
    relations: tuple[str, ...] | None

    @classmethod
    def parse(cls, xml: str, labels: Sequence[str] | None = LABELS) -> Self:
        """Read a project's configuration. Of several controls take the ones that fit `labels` best, the tagger's.

        `labels=None` takes any control, for callers that need the image only. Raises LabellingConfigError with the
        cure.
        """
        tags = list(parse_xml(xml).iter())
        image, image_key = _image(tags)
        controls = [tag for tag in tags if image in _targets(tag)]
        region, control = _region(controls, labels)
        texts = [t.get("name", "") for t in controls if _kind(t) == "textarea" and _flag(t, "perRegion")]
        relations = [tag for tag in tags if _kind(tag) == "relations"]
        return cls(
            xml=xml,
            image=image,
            image_key=image_key,
            region=region,
            labels=control,
            text=texts[0] if texts else None,
            relations=tuple(_values(relations[0], "relation")) if relations else None,
        )

    def label(self, label: str) -> str | None:
        """Return the configuration's spelling of a model's label; None where it has no such value."""
        return self.labels.spelled(label) if self.labels else None

    def relation(self, label: str) -> str | None:
        """Return the configuration's spelling of a relation's label; None where it has no such value."""
        return next((v for v in self.relations or () if v.casefold() == label.casefold()), None)

    def require(self, labels: Iterable[str]) -> None:
        """Raise LabellingConfigError where a control for labels has none of these labels (OTHER aside)."""
        wanted = [label for label in labels if label != "OTHER"]
        if self.labels and wanted and not any(map(self.labels.spelled, wanted)):
            raise LabellingConfigError(
                f'"{self.labels.name}" has none of the labels that the tagger gives ({", ".join(wanted)}): add them in '
                "the project's labelling configuration, or name another tagger"
            )

    def missing(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Return one line for each part of a prediction that this configuration has no control for."""
        lines: list[str] = []
        if self.labels is None:
            lines.append(f'no Labels control for "{self.image}": regions get no label')
        else:
            absent = [x for x in labels if self.labels.spelled(x) is None]
            effect = "is not drawn" if self.region.labelled else "gets no label"
            lines += [f'"{self.labels.name}" has no value {x}: a region labelled {x} {effect}' for x in absent]
        if self.text is None:
            lines.append('no TextArea with perRegion="true": texts go to each region\'s meta information')
        return tuple(lines)


def parse_xml(xml: str) -> Element:
    """Parse a configuration as a tree. Raises LabellingConfigError."""
    try:
        return parse(xml)
    except HasDoctype:
        raise LabellingConfigError(
            "the labelling configuration has a DOCTYPE: remove it in the project's settings"
        ) from None
    except NotXml as error:
        raise LabellingConfigError(
            f"the labelling configuration is not valid XML ({error}): correct it in the project's settings"
        ) from None


def _image(tags: Sequence[Element]) -> tuple[str, str]:
    """Return name and data field of the only Image control."""
    images = [tag for tag in tags if _kind(tag) == "image"]
    if len(images) != 1:
        have = "no Image control" if not images else f"{len(images)} Image controls"
        raise LabellingConfigError(
            f'the labelling configuration has {have}: it needs one, such as <Image name="image" value="$image"/>'
        )
    name, value = images[0].get("name", ""), images[0].get("value", "")
    if not name or not value.startswith("$") or len(value) == 1:
        raise LabellingConfigError(
            'the Image control must show one image of a page: give it a name and value="$FIELD" (valueList is not read)'
        )
    return name, value[1:]


def _region(controls: Sequence[Element], labels: Sequence[str] | None) -> tuple[RegionControl, LabelsControl | None]:
    """Return the best pair of region control and labels: most known labels, then rectangles, then document order."""

    def known(control: LabelsControl | None) -> int:
        return sum(control.spelled(label) is not None for label in labels or control.values) if control else 0

    beside = max((_labels(t) for t in controls if _kind(t) == "labels"), key=known, default=None)
    pairs: list[tuple[RegionControl, LabelsControl | None]] = []
    for tag in controls:
        kind, name = _kind(tag), tag.get("name", "")
        if kind in _PLAIN:
            pairs.append((RegionControl(name, kind, _PLAIN[kind]), beside))
        elif kind in _LABELLED and known(own := _labels(tag)):
            pairs.append((RegionControl(name, kind, _LABELLED[kind]), own))
    if not pairs:
        raise LabellingConfigError(
            "the labelling configuration has no control for boxes: add Rectangle with Labels, or RectangleLabels, "
            f"with the values {', '.join(labels or LABELS)}"
        )
    return max(pairs, key=lambda pair: (known(pair[1]), pair[0].shape == "rectangle"))


def _labels(tag: Element) -> LabelsControl:
    return LabelsControl(tag.get("name", ""), tuple(_values(tag, "label")))


def _values(tag: Element, kind: str) -> Iterator[str]:
    """Yield the values of a control as results name them: Label Studio writes the alias where there is one."""
    for child in tag.iter():
        if _kind(child) == kind and (value := child.get("alias") or child.get("value")):
            yield value


def _kind(tag: Element) -> str:
    return tag.tag.lower()


def _targets(tag: Element) -> list[str]:
    return [name.strip() for name in (tag.get("toName") or "").split(",")]


def _flag(tag: Element, name: str) -> bool:
    return (tag.get(name) or "").lower() == "true"
