"""The labelling configuration of a new project: the shipped `labelling.xml`, also with labels of one's own.

The same file stands in `examples/`, for people who paste it.
"""

from __future__ import annotations

import colorsys
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from xml.sax.saxutils import quoteattr

from prelabel.errors import LabellingConfigError

_LABEL = re.compile(r'^ *<Label value="(\w+)" background="(#[0-9a-f]{6})"/>\n', re.MULTILINE)
_INDENT = "    "
#: Label Studio replaces $NAME in a label by a field of the page's data.
_VARIABLE = re.compile(r"\$\w")
#: Lightness and saturation of new colours: dark enough for a white page, light enough for black letters beside them.
_LIGHTNESSES, _SATURATIONS, _HUES = (0.30, 0.45, 0.62), (0.95, 0.55), 24

Lab = tuple[float, float, float]


def labelling_xml(labels: Sequence[str] = ()) -> str:
    """Return the shipped configuration, with these labels if any are given.

    Raises LabellingConfigError for a name that cannot be used.
    """
    if not labels:
        return _shipped()
    names = label_names(labels)
    lines = (
        f"{_INDENT}<Label value={quoteattr(name)} background={quoteattr(colour)}/>\n"
        for name, colour in zip(names, label_colours(names), strict=True)
    )
    shipped = list(_LABEL.finditer(_shipped()))
    return _shipped()[: shipped[0].start()] + "".join(lines) + _shipped()[shipped[-1].end() :]


def label_names(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they are stored: composed letters (NFC), single spaces. Raises LabellingConfigError."""
    names = [" ".join(unicodedata.normalize("NFC", label).split()) for label in labels]
    known = dict[str, str]()
    for name in names:
        if not name:
            raise LabellingConfigError("a label is empty: give each label a name, such as QUESTION,ANSWER,TOTAL")
        if not name.isprintable() or _VARIABLE.search(name):
            raise LabellingConfigError(
                f"the label {name!r} cannot be used: leave out control characters, and $ before a letter"
            )
        if other := known.get(name.casefold()):
            raise LabellingConfigError(f"the labels {other!r} and {name!r} are the same: leave one of them out")
        known[name.casefold()] = name
    return tuple(names)


def label_colours(names: Sequence[str]) -> list[str]:
    """Return a colour for each label: the shipped one for a shipped label, and for each other one the most distant."""
    shipped = dict(_LABEL.findall(_shipped()))
    taken, colours = [_lab(colour) for colour in shipped.values()], list[str]()
    for name in names:
        colour = shipped.get(name.upper()) or max(_palette(), key=lambda colour: _distance(_lab(colour), taken))
        colours.append(colour)
        taken.append(_lab(colour))
    return colours


@cache
def _shipped() -> str:
    return (resources.files("prelabel.labelstudio") / "labelling.xml").read_text("utf-8")


@cache
def _palette() -> tuple[str, ...]:
    return tuple(_candidates())


def _candidates() -> Iterator[str]:
    for lightness in _LIGHTNESSES:
        for saturation in _SATURATIONS:
            for step in range(_HUES):
                rgb = colorsys.hls_to_rgb(step / _HUES, lightness, saturation)
                yield "#" + "".join(f"{round(255 * part):02x}" for part in rgb)


def _distance(colour: Lab, taken: Sequence[Lab]) -> float:
    """Return the squared distance to the nearest colour that is taken."""
    return min(sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)) for other in taken)


@cache
def _lab(colour: str) -> Lab:
    """Convert #rrggbb to CIELAB (D65), in which distances are those that people see."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    x = _cube_root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = _cube_root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _cube_root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _cube_root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 0.008856 else 7.787 * part + 16 / 116
