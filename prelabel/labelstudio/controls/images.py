"""The Image control on which predictions are drawn, and the field of a page's data with the image's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from prelabel.errors import LabellingConfigError
from prelabel.labelstudio.controls.tags import Tag

_ADVICE = 'it needs one, such as <Image name="image" value="$image"/>'
#: Objects that show something else than one image, as a person would name them.
_OTHERS = ("pdf", "text", "hypertext", "paragraphs", "audio", "video", "timeseries", "table", "chat", "list")
#: A field of the data, also within others: $image, $page.url, $pages[0].url.
_FIELD = re.compile(r"\$(?P<key>[^$\s{}\[\].]+(?:\.[^$\s{}\[\].]+|\[\d{1,3}\])*)")


def choose_image(tags: Sequence[Tag], fits: Callable[[str], int]) -> tuple[str, str]:
    """Return name and data field of the Image control that the controls for regions point to.

    `fits`: says of an image's name how well the controls for it fit; it decides between several. Raises
    LabellingConfigError with the true reason.
    """
    repeated = [tag for tag in tags if tag.inside("repeater")]
    images = [tag for tag in tags if tag.kind == "image" and tag not in repeated]
    if not images:
        raise LabellingConfigError(_no_image(tags, repeated))
    if len(images) == 1:
        return images[0].name, _key(images[0])
    best = max(fits(image.name) for image in images)
    chosen = [image for image in images if fits(image.name) == best]
    if len(chosen) > 1:
        names = ", ".join(map(str, chosen))
        raise LabellingConfigError(
            f"the labelling configuration has {len(images)} Image controls, and it is not clear which one predictions "
            f"belong to ({names}): let the controls for boxes and labels point to one of them only (toName)"
        )
    return chosen[0].name, _key(chosen[0])


def _no_image(tags: Sequence[Tag], repeated: Sequence[Tag]) -> str:
    repeater = next((tag for tag in tags if tag.kind == "repeater"), None)
    if repeater and any(tag.kind == "image" for tag in repeated):
        return (
            f"the labelling configuration repeats its controls for a list of images (Repeater {repeater.shown('on')}), "
            'which is not read: make one task for each image, with <Image name="image" value="$image"/>'
        )
    shown = next((tag for tag in tags if tag.kind in _OTHERS and tag.name), None)
    instead = f", it shows {shown}" if shown else ""
    return f"the labelling configuration has no Image control{instead}: {_ADVICE}"


def _key(image: Tag) -> str:
    """Return the field of the data that an Image control shows."""
    value = image.get("value").strip()
    if image.get("valueList"):
        raise LabellingConfigError(
            f"{image} shows a list of images ({image.shown('valueList')}), which is not read: "
            'make one task for each image, and show it with value="$image"'
        )
    found = _FIELD.fullmatch(value)
    if not image.name or not found:
        has = image.shown("value") if image.name else "no name"
        raise LabellingConfigError(
            f"the Image control must show one image of a page: give it a name and a field of the data, such as "
            f'value="$image" or value="$page.url" (it has {has})'
        )
    return found["key"]
