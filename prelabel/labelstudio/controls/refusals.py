"""Reasons why nothing can be drawn with a configuration's controls, each with its cure."""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.labelstudio.controls.tags import Tag, short

#: Controls that draw other shapes than rectangles and polygons.
_OTHER_SHAPES = ("ellipse", "brush", "keypoint", "bitmask", "vector", "magicwand")


def is_written(control: Tag) -> bool:
    """Return whether the configuration holds all labels of a control, none comes from the data of a page."""
    return not _fields(control)


def dynamic_labels(controls: Sequence[Tag]) -> str:
    """Return the reason where labels come from the data of each page, "" where they do not."""
    dynamic = next((tag for tag in controls if tag.kind.endswith("labels") and _fields(tag)), None)
    if dynamic is None:
        return ""
    return (
        f"{dynamic} takes its labels from the data of each page ({short(_fields(dynamic))}), which is not read: write "
        "the labels into the labelling configuration, one <Label value=…/> each"
    )


def no_boxes(controls: Sequence[Tag], labels: Sequence[str]) -> str:
    """Return the reason why these controls of an image draw no boxes with labels."""
    cure = f"add Rectangle with Labels, or RectangleLabels, with the values {', '.join(labels)}"
    if dynamic := dynamic_labels(controls):
        return dynamic
    if other := next((tag for tag in controls if tag.kind.removesuffix("labels") in _OTHER_SHAPES), None):
        return f"the labelling configuration has no control for boxes, and {other} draws none: {cure}"
    if empty := next((tag for tag in controls if tag.kind in _NAMED and not tag.values("label")), None):
        return f"{empty} has no labels: add one <Label value=…/> each for {', '.join(labels)}"
    if beside := next((tag for tag in controls if tag.kind == "labels"), None):
        return f"the labelling configuration has no control for boxes: add Rectangle beside {beside}"
    return f"the labelling configuration has no control for boxes: {cure}"


#: Controls that could draw, if they had labels.
_NAMED = ("rectanglelabels", "polygonlabels", "labels")


def _fields(tag: Tag) -> str:
    """Return the field of the data that holds a control's labels: value="$labels"; "" for written labels."""
    if "$" in tag.get("value"):
        return tag.shown("value")
    values = tag.values("label")
    return f"Label {values[0]}" if values and all(value.startswith("$") for value in values) else ""
