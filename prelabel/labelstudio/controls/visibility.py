"""Label Studio's own rules for a control per region: whether a person sees it, and whether Submit keeps its result.

Read from its frontend (1.23.2) and tried in a browser. A region has the label of its first result only, in the spelling
of results (the alias), and conditions compare exactly: with letter case, and with the spaces around a comma. Where
Submit looks at a condition, the result of a region that does not fulfil it is left out without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prelabel.labelstudio.controls.tags import Tag

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marked:
    """The label and the choices that a region carries. `control`: the control of the label, "" without one.

    `choices`: the name of each control of choices, and what is chosen there.
    """

    control: str = ""
    label: str | None = None
    choices: tuple[tuple[str, str], ...] = ()

    def has_label(self, condition: str) -> bool:
        """Return whether the label is the condition's, or one of them where commas separate several."""
        return self.label is not None and (self.label == condition or self.label in condition.split(","))


def is_kept(control: Tag, region: Marked) -> bool:
    """Return whether Submit keeps the result of a control per region."""
    needed = control.get("whenLabelValue")
    if needed and not region.has_label(needed):
        return False
    condition = control.get("visibleWhen")
    if condition == "choice-selected":
        return _is_chosen(control, region)
    if condition == "choice-unselected":
        return not _is_chosen(control, region)
    return True


def is_seen(control: Tag, region: Marked) -> bool:
    """Return whether a person who selects the region sees the control. `is_kept` looks at its own conditions."""
    if control.kind == "textarea" and control.get("displayMode") == "region-list":
        return True
    own = (control,) if control.kind == "choices" else ()  # a TextArea is shown whatever its own visibleWhen says
    return all(_is_visible(tag, region) for tag in (*own, *control.around))


def is_meant(control: Tag, region: Marked, labelling: frozenset[str]) -> bool:
    """Return whether a control is not reserved for regions of another control. `labelling`: the names of controls.

    Label Studio itself ignores whenTagName beside most conditions; a person who writes it means it.
    """
    meant = control.get("whenTagName")
    return meant not in labelling or meant == region.control


def is_endangered(control: Tag) -> bool:
    """Return whether Submit loses the result once a person makes a choice elsewhere."""
    return control.get("visibleWhen") == "choice-unselected"


def _is_visible(around: Tag, region: Marked) -> bool:
    if around.kind not in {"view", "choices"}:
        return True
    if _HIDDEN.search(around.get("style")):
        return False
    condition = around.get("visibleWhen")
    if condition == "region-selected":
        name, label = around.get("whenTagName"), around.get("whenLabelValue")
        return (not name or name == region.control) and (not label or region.has_label(label))
    if condition == "no-region-selected":
        return False
    if condition in {"choice-selected", "choice-unselected"}:
        return _is_chosen(around, region) == (condition == "choice-selected")
    wanted = around.get("whenChoiceValue")
    return not wanted or any(choice == wanted for _, choice in region.choices)


def _is_chosen(tag: Tag, region: Marked) -> bool:
    """Return whether the region carries the choice that a condition names. Choices of the whole page count as open."""
    name, values = tag.get("whenTagName"), tag.get("whenChoiceValue")
    made = [choice for control, choice in region.choices if name in {"", control}]
    return any(not values or choice in values.split(",") for choice in made)
