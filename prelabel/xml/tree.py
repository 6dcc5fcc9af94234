"""Parsing of XML that others wrote, with Python's own parser: no document type, so no entities, and no deep nesting.

Names have the form {namespace}name. Comments and processing instructions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

__all__ = ["Element", "HasDoctype", "NotXml", "local_name", "parse"]

#: Deeper than any configuration or form; a tree's users may then recurse.
_DEEPEST = 256


class NotXml(ValueError):
    """The text is no XML, or nests too deeply. The message is one line."""


class HasDoctype(NotXml):
    """The text declares a document type, which can define entities that grow, or that read files."""


class _Builder(TreeBuilder):
    """Builder of a tree that stops at a document type, which alone can define entities, and at deep nesting."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002
        raise HasDoctype(f"a DOCTYPE ({name})")

    def start(self, tag: str, attrs: Mapping[str, str], /) -> Element:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotXml(f"more than {_DEEPEST} elements within each other")
        return super().start(tag, dict(attrs))

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(text: str | bytes) -> Element:
    """Return the root. Raises NotXml, or HasDoctype where the text declares a document type.

    A text that is decoded already may still declare the encoding that it had; that is ignored.
    """
    parser = XMLParser(target=_Builder(), encoding="utf-8" if isinstance(text, str) else None)  # noqa: S314
    try:
        parser.feed(text.encode() if isinstance(text, str) else text)
        root: Element = parser.close()
    except NotXml:
        raise
    except (ParseError, ValueError, LookupError) as error:
        raise NotXml(" ".join(str(error).split())) from None
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
