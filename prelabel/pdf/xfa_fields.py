"""Fields in the data of a dynamic XFA form, a PDF without pages: exact key-values without boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import c_ulong, create_string_buffer
from typing import Any

from pypdfium2 import raw

from prelabel.pdf.page_words import FormField
from prelabel.xml.tree import Element, NotXml, local_name, parse

#: Namespace of the values (XFA 3.3, chapter 4), and the longest part of a form that is read, in bytes.
_DATA, _LONGEST_PACKET = "{http://www.xfa.org/schema/xfa-data/1.0/}", 2**24
#: Values of `presence` with which a field is not shown (XFA 3.3, chapter 2).
_HIDDEN = frozenset({"hidden", "invisible", "inactive"})


def xfa_fields(document: Any) -> tuple[FormField, ...]:
    """Return the fields in the data of a PdfDocument's XFA form, without boxes: only Adobe's programs lay them out.

    Hidden fields and passwords are left out.
    """
    packets = (_parsed(_packet(document, index)) for index in range(raw.FPDF_GetXFAPacketCount(document)))
    roots = [root for root in packets if root is not None]
    unseen = _unseen(roots)
    found = (field for root in roots for data in root.iter(f"{_DATA}data") for field in _data_fields(data, ()))
    return tuple(field for field in found if field.value and field.key not in unseen)


def _unseen(roots: Sequence[Element]) -> set[str]:
    """Return the names of fields that the form shows nowhere: hidden ones, and passwords."""
    named = [(each, False) for root in roots for each in root.iter() if local_name(each) == "template"]
    seen, unseen = set[str](), set[str]()
    while named:
        element, is_hidden = named.pop()
        is_hidden = is_hidden or element.get("presence") in _HIDDEN
        if local_name(element) == "field":
            secret = any(local_name(each) == "passwordEdit" for each in element.iter())
            (unseen if is_hidden or secret else seen).add(element.get("name", ""))
        named += ((child, is_hidden) for child in element)
    return unseen - seen


def _packet(document: Any, index: int) -> bytes:
    """Return one part of an XFA form; empty where it is longer than `_LONGEST_PACKET`."""
    size = c_ulong()
    raw.FPDF_GetXFAPacketContent(document, index, None, 0, size)
    buffer = create_string_buffer(min(size.value, _LONGEST_PACKET))
    raw.FPDF_GetXFAPacketContent(document, index, buffer, len(buffer), size)
    return buffer.raw if size.value <= len(buffer) else b""


def _parsed(xml: bytes) -> Element | None:
    try:
        return parse(xml)
    except NotXml:
        return None


def _data_fields(element: Element, path: tuple[str, ...]) -> Iterator[FormField]:
    """Yield a field for each element without children. `path`: the names of the elements around, the data aside."""
    if not len(element):
        name = local_name(element)
        yield FormField(name, ".".join((*path[1:], name)), " ".join((element.text or "").split()))
    for child in element:
        yield from _data_fields(child, (*path, local_name(element)))
