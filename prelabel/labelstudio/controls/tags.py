"""Tags of a labelling configuration, each with the tags around it, as Label Studio reads them.

Names of tags and attributes count without letter case, except name and toName: the server reads those exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prelabel.errors import LabellingConfigError
from prelabel.xml.tree import Element, HasDoctype, NotXml, parse

_EXACT = {"name", "toName"}
#: Letters of a name or value in a message.
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `around`: the tags that hold it, the innermost first. `place`: its number in document order."""

    element: Element
    around: tuple[Tag, ...]
    place: int

    @property
    def kind(self) -> str:
        return self.element.tag.lower()

    @property
    def name(self) -> str:
        return self.get("name")

    @property
    def targets(self) -> list[str]:
        """The names of the objects to which a control belongs."""
        return [name.strip() for name in self.get("toName").split(",") if name.strip()]

    def get(self, attribute: str) -> str:
        """Return an attribute, "" where it is absent."""
        if attribute in _EXACT:
            return self.element.get(attribute) or ""
        wanted = attribute.lower()
        return next((value for name, value in self.element.items() if name.lower() == wanted), "")

    def flag(self, attribute: str) -> bool:
        """Return whether an attribute is set to true."""
        return self.get(attribute).lower() == "true"

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of a control as results hold them: the alias where there is one, also in nested Views."""
        children = (Tag(element, (), 0) for element in self.element.iter() if element.tag.lower() == kind)
        return tuple(value for child in children if (value := child.get("alias") or child.get("value")))

    def inside(self, kind: str) -> bool:
        """Return whether a tag of this kind holds this one."""
        return any(other.kind == kind for other in self.around)

    def shown(self, attribute: str) -> str:
        """Return an attribute as a message of one line shows it: value="$image"."""
        return f'{attribute}="{short(self.get(attribute))}"'

    def __str__(self) -> str:
        return f'{short(self.element.tag)} "{short(self.name)}"'


def short(text: str) -> str:
    """Return a text of the configuration for a message of one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def read_tags(xml: str) -> list[Tag]:
    """Return the tags of a configuration in document order. Raises LabellingConfigError."""
    found: list[Tag] = []
    for tag in _walk(parse_xml(xml), ()):
        found.append(Tag(tag.element, tag.around, len(found)))
    return found


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


def _walk(element: Element, around: tuple[Tag, ...]) -> Iterator[Tag]:
    tag = Tag(element, around, 0)
    yield tag
    for child in element:
        yield from _walk(child, (tag, *around))
