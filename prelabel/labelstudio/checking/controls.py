"""Controls of a labelling configuration, of every kind, as the check of predictions needs them.

`labelling_config` chooses the few controls that a prediction of ours uses; here are all that a result may name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.labelstudio.controls.tags import parse_xml
from prelabel.xml.tree import Element

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
        root = parse_xml(xml)
        tags = list(root.iter())
        controls = {tag.get("name", ""): tag for tag in tags if _is_control(tag)}
        objects = {tag.get("name", "") for tag in tags if not _is_control(tag) and _is_object(tag)}
        both = {tag.get("name", ""): tag for tag in tags if tag.get("name") and _kind(tag) in _BOTH}
        values = _values(root)
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


def _is_control(tag: Element) -> bool:
    return bool(tag.get("name") and tag.get("toName") and tag.tag != _NO_CONTROL)


def _is_object(tag: Element) -> bool:
    return bool(tag.get("name") and (tag.get("value") or tag.get("valueList")))


def _control(name: str, tag: Element, values: frozenset[str]) -> Control:
    targets = tuple(tag.get("toName", "").split(","))
    return Control(name, _kind(tag), targets, values, tag.get("maxRating", "5"))


def _values(root: Element) -> dict[str, frozenset[str]]:
    """Return the values of each control, by its name: the alias of a Label or Choice where there is one."""
    found: dict[str, set[str]] = {}
    for owner, tag in _with_owners(root, ""):
        value = tag.get("alias") or tag.get("value")
        if tag.tag in _VALUE_TAGS and value is not None and not (_is_control(tag) or _is_object(tag)):
            found.setdefault(owner, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}


def _with_owners(tag: Element, owner: str) -> Iterator[tuple[str, Element]]:
    """Yield the tags below a tag, each with the name of the innermost control around it."""
    own = tag.get("name", "") if _is_control(tag) else owner
    for child in tag:
        yield own, child
        yield from _with_owners(child, own)


def _kind(tag: Element) -> str:
    return tag.tag.lower()
