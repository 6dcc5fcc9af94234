"""Controls that hold image, labels and texts of an annotation: by the project's configuration, else by what they hold.

Exports come without a configuration. Other controls may stand beside ours: remarks, quality, a second set of labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from prelabel.datasets.funsd import RANK
from prelabel.labelstudio.controls.texts import names_remarks
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.regions.region import clean, joined, metas, stored_text
from prelabel.labelstudio.regions.shapes import Item

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Controls:
    """Names of the controls for labels and for texts, the best first; `known`: labels, in capitals, that we use."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    known: Collection[str]
    config: LabellingConfig | None = None

    @classmethod
    def of(
        cls, regions: Collection[Sequence[Item]], body: Item, names: Collection[str], config: LabellingConfig | None
    ) -> Controls:
        """Return the controls of an annotation. `regions`: its results by region; `names`: labels to be translated."""
        known = {*RANK, *names}
        ours = Counter(str(item.get("from_name")) for item in prediction_results(body))
        labels, texts = _label_controls(regions, known, ours), _text_controls(regions, ours)
        if config:
            labels = (*config.label_controls, *(name for name in labels if not _has(config, name)))
            # an earlier release wrote to the first TextArea, whatever its name
            written = _written(regions) | ours.keys()
            texts = (*config.text_controls, *(name for name in texts if name in written or not _has(config, name)))
        return cls(labels, texts, known, config)

    def label(self, items: Sequence[Item]) -> str | None:
        """Return the label of a region as it is spelled; None where it has none."""
        held = by_control(items, labels_of)
        for values in (held[name] for name in self.labels if held.get(name)):
            return next((value for value in values if value.upper() in self.known), values[0])
        return None

    def text(self, items: Sequence[Item], label: str | None) -> str:
        """Return the text of a region as people see it, from its TextArea or its `meta`; empty where it has none."""
        held = by_control(items, _text_of)
        shown = self.config.text_control(label) if self.config else None
        written = next((text for name in (shown, *self.texts) if name and (text := held.get(name))), "")
        return written or self._beside(items, shown)

    def _beside(self, items: Sequence[Item], shown: str | None) -> str:
        """Return the text of a region without one in a TextArea: of `meta`, where people may note other things, too."""
        noted = next((text for meta in metas(items) if (text := joined(meta.get("text")))), "")
        is_note = any(item.get("origin") == "manual" for item in items) and bool(shown if self.config else self.texts)
        if noted and not is_note:
            return noted
        others = (item for item in items if item.get("type") != "textarea")
        return next((text for item in others if (text := joined((item.get("value") or {}).get("text")))), "")


def _has(config: LabellingConfig, name: str) -> bool:
    """Return whether the configuration has a control of this name; results of other tools may name any."""
    return f'name="{name}"' in config.xml or f"name='{name}'" in config.xml


def image_of(drawn: Sequence[Sequence[Item]], config: LabellingConfig | None) -> str:
    """Return the image on which most of the drawn regions lie; the configuration's image, where one lies on it.

    Of images with as many regions, the one whose regions have more results: labels, texts.
    """
    regions = Counter(str(items[0].get("to_name")) for items in drawn)
    results = Counter(str(item.get("to_name")) for items in drawn for item in items)
    if config and (config.image in regions or not regions):
        return config.image
    return max(regions, key=lambda name: (regions[name], results[name]), default="")


def by_control(items: Sequence[Item], read: Callable[[Item], _T]) -> dict[str, _T]:
    """Return what the region's results hold, by the name of their control; its first result counts."""
    found: dict[str, _T] = {}
    for item in items:
        if value := read(item):
            found.setdefault(str(item.get("from_name")), value)
    return found


def labels_of(item: Item) -> list[str]:
    """Return the labels of a result, also those of choices; none for a result of another kind."""
    kind, value = str(item.get("type")), item.get("value") or {}
    names = (value.get(kind) if kind.endswith("labels") or kind == "choices" else None) or value.get("labels")
    return [clean(name) for name in names if isinstance(name, str) and name] if isinstance(names, list) else []


def readable(results: Sequence[object]) -> list[Item]:
    """Return the results that have the form of Label Studio's."""
    items = (item for item in results if isinstance(item, Mapping))
    return [i for i in items if isinstance(i.get("type", ""), str) and isinstance(i.get("value") or {}, Mapping)]


def prediction_results(body: Item) -> Iterator[Item]:
    """Yield the results of the prediction from which an annotation was made, where Label Studio's export holds it."""
    prediction: Any = body.get("prediction")
    result = prediction.get("result") if isinstance(prediction, Mapping) else None
    return iter(readable(result)) if isinstance(result, list) else iter(())


def _text_of(item: Item) -> str:
    return joined((item.get("value") or {}).get("text")) if item.get("type") == "textarea" else ""


def _label_controls(
    regions: Collection[Sequence[Item]], known: Collection[str], ours: Mapping[str, int]
) -> tuple[str, ...]:
    """Rank the controls: those with most known labels, then those of the prediction, then those with most regions.

    Choices hold labels only where these are known: they may tell anything about a region.
    """
    held, found, choices = Counter[str](), Counter[str](), set[str]()
    for items in regions:
        for name, values in by_control(items, labels_of).items():
            held[name] += 1
            found[name] += any(value.upper() in known for value in values)
        choices |= {str(item.get("from_name")) for item in items if item.get("type") == "choices"}
    usable = [name for name in held if found[name] or name not in choices]
    return tuple(sorted(usable, key=lambda name: (-found[name], -ours.get(name, 0), -held[name])))


def _written(regions: Collection[Sequence[Item]]) -> set[str]:
    """Return the text areas that hold a text which prelabel stored with its region."""
    held = ((name, text, items) for items in regions for name, text in by_control(items, _text_of).items())
    return {name for name, text, items in held if text == stored_text(items)}


def _text_controls(regions: Collection[Sequence[Item]], ours: Mapping[str, int]) -> tuple[str, ...]:
    """Rank the text areas: those with most texts of ours, then those of the prediction, then those with most texts.

    An area is left out where a better one stands beside it on a region, and one for remarks where there is another.
    """
    held, same, beside = Counter[str](), Counter[str](), list[set[str]]()
    for items in regions:
        texts, written = by_control(items, _text_of), stored_text(items)
        held.update(texts.keys())
        same.update(name for name, text in texts.items() if text == written)
        beside.append(set(texts))

    def rank(name: str) -> tuple[int, int, bool, int]:
        return -same[name], -ours.get(name, 0), names_remarks(name), -held[name]

    chosen: list[str] = []
    for name in sorted(held, key=rank):
        together = any(name in names and names & {*chosen} for names in beside)
        if not chosen or not (together or names_remarks(name)):
            chosen.append(name)
    return tuple(chosen)
