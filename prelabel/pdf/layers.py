"""Facts about annotations that PDFium does not tell: layers that are switched off, and the parts of redactions.

PDFium leaves layers (optional content) that are switched off out of what a page draws, but not out of its annotations.
So the document is saved in PDFium's plain form, and the few objects that say it are read there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import Any, TypeVar

#: What PDFium writes: signs, names, strings, references, and everything else.
_TOKEN = re.compile(
    rb"<<|>>|\[|\]|/[^\s<>\[\]()/%]*|\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|(\d+)\s+\d+\s+R\b|[^\s<>\[\]()/]+", re.DOTALL
)
_HEAD = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_TABLE, _ROOT = re.compile(rb"xref\s+0\s+(\d+)\s+"), re.compile(rb"/Root\s+(\d+)\s+\d+\s+R")
#: Bytes of an entry in the table of objects; levels of the tree of pages that are followed.
_ENTRY_BYTES, _DEEPEST = 20, 64
#: Numbers that name the corners of a quadrilateral.
_QUAD_SIDES = 8

#: Four corners in points.
Quadrilateral = tuple[tuple[float, float], ...]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Reference:
    number: int


def annotations_switched_off(document: Any, number: int) -> frozenset[int]:
    """Return the indexes of the annotations of page `number`, from 0, whose layer in a PdfDocument is switched off.

    Where PDFium saves a file in another form than expected, none are known.
    """
    return frozenset(_told(document, lambda saved: saved.switched_off(number)))


def quadrilaterals(document: Any, number: int) -> dict[int, list[Quadrilateral]]:
    """Return the parts of the annotations of page `number`, from 0, by their indexes, as QuadPoints names them.

    Where PDFium saves a file in another form than expected, none are known.
    """
    return dict(_told(document, lambda saved: saved.quadrilaterals(number)))


def _told(document: Any, ask: Callable[[_Saved], Iterator[_Answer]]) -> list[_Answer]:
    with TemporaryFile() as file:
        try:
            document.save(file)
            file.flush()
            with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                return list(ask(_Saved(data)))
        except (IndexError, RuntimeError, TypeError, ValueError):
            return []


class _Saved:
    """A PDF as PDFium saves it. Its objects are dictionaries by name, lists, references, and bytes."""

    def __init__(self, data: mmap) -> None:
        self._data = data
        table, root = _TABLE.search(data, data.rfind(b"\nxref")), _ROOT.search(data, data.rfind(b"trailer"))
        if table is None or root is None:
            raise ValueError("no table of objects")
        self._table, self._count = table.end(), int(table[1])
        self._catalog = self._dictionary(_Reference(int(root[1])))
        layers = self._dictionary(self._dictionary(self._catalog.get(b"/OCProperties")).get(b"/D"))
        self._off, self._on = (frozenset(self._list(layers.get(key))) for key in (b"/OFF", b"/ON"))
        self._is_off_unless_on = layers.get(b"/BaseState") == b"/OFF"

    def switched_off(self, number: int) -> Iterator[int]:
        """Yield the indexes of the annotations of a page whose layer is switched off."""
        for index, annotation in self._annotations(number):
            layer = annotation.get(b"/OC")
            if layer is not None and not self._shows(layer):
                yield index

    def quadrilaterals(self, number: int) -> Iterator[tuple[int, list[Quadrilateral]]]:
        """Yield the index of each annotation of a page that names its parts, and these."""
        for index, annotation in self._annotations(number):
            sides = [float(each) for each in self._list(annotation.get(b"/QuadPoints"))]
            if sides and len(sides) % _QUAD_SIDES == 0:
                corners = list(zip(sides[::2], sides[1::2], strict=True))
                yield index, [tuple(corners[first : first + 4]) for first in range(0, len(corners), 4)]

    def _annotations(self, number: int) -> Iterator[tuple[int, dict[bytes, Any]]]:
        pages = list(self._pages(self._catalog.get(b"/Pages"), 0))
        for index, annotation in enumerate(self._list(pages[number].get(b"/Annots"))):
            yield index, self._dictionary(annotation)

    def _pages(self, node: Any, depth: int) -> Iterator[dict[bytes, Any]]:
        found = self._dictionary(node)
        if b"/Kids" not in found:
            yield found
        elif depth < _DEEPEST:
            for kid in self._list(found[b"/Kids"]):
                yield from self._pages(kid, depth + 1)

    def _shows(self, layer: Any) -> bool:
        """Return whether a layer, or a set of layers by its rule (PDF 32000-1, table 99), is shown."""
        found = self._dictionary(layer)
        if found.get(b"/Type") != b"/OCMD":
            return self._is_on(layer)
        members = found.get(b"/OCGs")
        states = [self._is_on(each) for each in (self._list(members) or [members])]
        rules = {b"/AllOn": all(states), b"/AnyOff": not all(states), b"/AllOff": not any(states)}
        return rules.get(found.get(b"/P", b""), any(states))

    def _is_on(self, layer: Any) -> bool:
        return layer in self._on if self._is_off_unless_on else layer not in self._off

    def _dictionary(self, value: Any) -> dict[bytes, Any]:
        found = self._resolved(value)
        return found if isinstance(found, dict) else {}

    def _list(self, value: Any) -> list[Any]:
        found = self._resolved(value)
        return found if isinstance(found, list) else []

    def _resolved(self, value: Any) -> Any:
        if not isinstance(value, _Reference):
            return value
        if not 0 < value.number < self._count:
            return None
        entry = self._table + _ENTRY_BYTES * value.number
        head = _HEAD.match(self._data, int(self._data[entry : entry + 10]))
        return _parsed(_TOKEN.finditer(self._data, head.end())) if head else None


def _parsed(tokens: Iterator[re.Match[bytes]]) -> Any:
    """Return the next object; a closing sign stands for itself."""
    token = next(tokens)
    if token[0] == b"[":
        return list(iter(lambda: _parsed(tokens), b"]"))
    if token[0] == b"<<":
        keys = iter(lambda: _parsed(tokens), b">>")
        return {key: _parsed(tokens) for key in keys}
    return _Reference(int(token[1])) if token[1] else token[0]
