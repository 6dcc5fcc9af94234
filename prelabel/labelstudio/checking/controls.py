"""Controls of a labelling configuration, of every kind, as the check of predictions needs them.

`labelling_config` chooses the few controls that a prediction of ours uses; here are all that a result may name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from prelabel.labelstudio.labelling_config import parse_xml

#: A tag with name and toName that is no control. Letter case counts here, as it does for Label Studio.
_NO_CONTROL = "Filter"
_VALUE_TAGS = frozenset({"Label", "Choice", "Relation"})
#: Tags that are control and object in one, and the type of their results.
_BOTH = {"chat": "chatmessage", "reactcode": "reactcode"}


@dataclass(frozen=True, slots=True)
class Control:
    """One control tag. `kind`: its tag in lower case, the type of its results. `values`: none if they are dynamic."""

    name: str
    kind: str
    targets: tuple[str, ...]
    values: frozenset[str]
    most: str = "5"  # the attribute maxRating


@dataclass(frozen=True, slots=True)
class Controls:
    """All controls of a configuration by name, and the names of its objects (Image, Text and so on)."""

    by_name: dict[str, Control]
    objects: frozenset[str]

    @classmethod
    def parse(cls, xml: str) -> Controls:
        """Read a configuration. Raises LabellingConfigError if it is no XML."""
        tags = list(parse_xml(xml).iter(etree.Element))
        controls = {tag.get("name", ""): tag for tag in tags if _is_control(tag)}
        objects = {tag.get("name", "") for tag in tags if not _is_control(tag) and _is_object(tag)}
        both = {tag.get("name", ""): tag for tag in tags if tag.get("name") and _kind(tag) in _BOTH}
        values = _values(tags)
        by_name = {name: _control(name, tag, values.get(name, frozenset())) for name, tag in controls.items()}
        for name, tag in both.items():
            own = Control(name, _BOTH[_kind(tag)], (name,), values.get(name, frozenset()))
            by_name.setdefault(name, own)
        return cls(by_name, frozenset(objects | both.keys()))

    def companion(self, control: Control, kind: str) -> Control | None:
        """Return the control that draws the regions of this type for a plain Labels control; None without one.

        The editor writes a labelled region of some tools as one result: from the Labels control, with the tool's
        labelled type, such as "videovectorlabels".
        """
        if control.kind != "labels" or kind == "labels" or not kind.endswith("labels"):
            return None
        tool = kind.removesuffix("labels")
        others = (other for other in self.by_name.values() if other is not control and other.kind == tool)
        return next((other for other in others if set(other.targets) & set(control.targets)), None)


def _is_control(tag: etree._Element) -> bool:
    return bool(tag.get("name") and tag.get("toName") and tag.tag != _NO_CONTROL)


def _is_object(tag: etree._Element) -> bool:
    return bool(tag.get("name") and (tag.get("value") or tag.get("valueList")))


def _control(name: str, tag: etree._Element, values: frozenset[str]) -> Control:
    targets = tuple(tag.get("toName", "").split(","))
    return Control(name, _kind(tag), targets, values, tag.get("maxRating", "5"))


def _values(tags: list[etree._Element]) -> dict[str, frozenset[str]]:
    """Return the values of each control, by its name: the alias of a Label or Choice where there is one."""
    found: dict[str, set[str]] = {}
    for tag in tags:
        value = tag.get("alias") or tag.get("value")
        if tag.tag in _VALUE_TAGS and value is not None and not (_is_control(tag) or _is_object(tag)):
            owner = next(_controls_around(tag), "")
            found.setdefault(owner, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}


def _controls_around(tag: etree._Element) -> Iterator[str]:
    """Yield the names of the controls that enclose a tag, the innermost first."""
    return (above.get("name", "") for above in tag.iterancestors() if _is_control(above))


def _kind(tag: etree._Element) -> str:
    return str(tag.tag).lower()
